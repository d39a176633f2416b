"""Did a submission change files that are not its own? Folders are compared before and after each run.

First a file's dates and size are compared. Where they differ, its SHA-256 sum is compared too, so a file with
new dates and old content is not damaged. A program can change a file and give it its old date of change. That
is found as well, by another date that only the system can set.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

__all__ = ["Look", "damage", "look"]


class _Seen(NamedTuple):
    dates: tuple[int, ...]  # and size, inode, mode
    content: str


Look = dict[Path, _Seen]


def look(places: Sequence[Path], before: Look | None = None) -> Look:
    """What the files in some places are now.

    Parameters
    ----------
    places : sequence of Path
        Files, or folders with all that is in them.
    before : dict, optional
        An earlier look: files with the same dates are not read again.

    Returns
    -------
    dict
        From a path to its dates and content. Files that do not exist are left out.
    """
    files = (path for place in places for path in _files(place))
    return {path: seen for path in files if (seen := _seen(path, (before or {}).get(path)))}


def damage(before: Look, after: Look) -> list[str]:
    """What happened between two looks, a sentence for each file.

    Parameters
    ----------
    before, after : dict
        From `look`.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "seed.txt").write_text("1")
    ...     before = look([Path(folder)])
    ...     Path(folder, "seed.txt").unlink()
    ...     print([sentence.split("/")[-1] for sentence in damage(before, look([Path(folder)]))])
    ['seed.txt was deleted']
    """
    gone = [f"{path} was deleted" for path in before if path not in after]
    new = [f"{path} is new" for path in after if path not in before]
    both = [path for path in before if path in after]
    changed = [f"{path} was changed" for path in both if before[path].content != after[path].content]
    return sorted([*gone, *changed, *new])


def _files(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
    for parent, _, names in os.walk(place):
        yield from (Path(parent, name) for name in names)


def _seen(path: Path, before: _Seen | None) -> _Seen | None:
    """The file as it is now; None when it is not there."""
    try:
        found = path.lstat()
        dates = (found.st_size, found.st_ino, found.st_mode, found.st_mtime_ns, found.st_ctime_ns)
        if before is not None and before.dates == dates:
            return before
        content = (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        return _Seen((), f"unreadable: {error.strerror}")
    return _Seen(dates, content)
