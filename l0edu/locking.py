"""How is one folder kept from two processes? By a lock that the system takes back when its holder dies.

The folder itself is locked, so that no lock file is left behind by a kill. Windows cannot lock folders; there
nothing is locked.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from l0edu.errors import InputError

__all__ = ["lock_folder", "new_folder"]


@contextmanager
def lock_folder(path: Path) -> Iterator[None]:
    """Hold the folder's lock; InputError when another process holds it."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise InputError(
            f"another process is training in {path}: wait for it, or name another --out"
        ) from None
    finally:
        os.close(handle)


def new_folder(path: Path) -> Path:
    """Make a folder that no other process has: PATH, or the first free of PATH-2, PATH-3 and so on.

    Examples
    --------
    >>> import tempfile
    >>> runs = Path(tempfile.mkdtemp()) / "runs"
    >>> [new_folder(runs / "mlp-mini").name for _ in range(2)]
    ['mlp-mini', 'mlp-mini-2']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        numbered = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            numbered.mkdir()  # fails when it is there, also when another process was faster
            break
        except FileExistsError:
            continue
    return numbered
