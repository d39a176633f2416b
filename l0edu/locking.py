"""How is one folder kept from two processes? By a lock that the system takes back when its holder dies.

The folder itself is locked, so that no lock file is left behind by a kill. Windows cannot lock folders; there
nothing is locked.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from l0edu.errors import InputError

__all__ = ["lock_folder"]


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
