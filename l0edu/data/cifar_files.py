"""Which files are CIFAR-10 or CIFAR-100, and where in a folder may they be?"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from l0edu.data.folder import searching
from l0edu.errors import InputError

__all__ = ["LAYOUTS", "SHAPE", "Layout", "Source", "find_cifar", "in_order"]

SHAPE = (3, 32, 32)  # of an image: red, green and blue, a byte each


@dataclass(frozen=True)
class Layout:
    """How a published set is laid out, and which of its labels to take.

    Parameters
    ----------
    title : str
        As its authors write it.
    home : str
        Name of the subfolder in which `l0edu.data.fetch` puts it, and of the published files.
    archive, folder : str
        Published name of the archive, and of the folder in it.
    train : pattern
        Of the training files; what it catches in parentheses is a file's number.
    test : str
        Name of the test file.
    classes : tuple of int
        A record has so many labels, a byte each, below these numbers of classes; then the image.
    label : int
        Which of them to learn.
    """

    title: str
    home: str
    archive: str
    folder: str
    train: re.Pattern[str]
    test: str
    classes: tuple[int, ...]
    label: int

    @property
    def record_bytes(self) -> int:
        """Bytes of one image and its labels."""
        return len(self.classes) + math.prod(SHAPE)

    @property
    def files(self) -> re.Pattern[str]:
        """Matches the names of all files that hold images."""
        return re.compile(f"{self.train.pattern}|{re.escape(self.test)}")


CIFAR10 = Layout(
    title="CIFAR-10",
    home="cifar10",
    archive="cifar-10-binary.tar.gz",
    folder="cifar-10-batches-bin",
    train=re.compile(r"data_batch_(.*)\.bin"),
    test="test_batch.bin",
    classes=(10,),
    label=0,
)
CIFAR100 = Layout(
    title="CIFAR-100",
    home="cifar100",
    archive="cifar-100-binary.tar.gz",
    folder="cifar-100-binary",
    train=re.compile(r"train\.bin"),
    test="test.bin",
    classes=(20, 100),  # coarse, fine
    label=1,
)
LAYOUTS = {"cifar10": CIFAR10, "cifar100": CIFAR100, "cifar100-coarse": replace(CIFAR100, label=0)}


@dataclass(frozen=True)
class Source:
    """Where a set comes from.

    Parameters
    ----------
    place : Path
        An archive, or a folder.
    files : tuple of Path
        The files of a folder that hold images; none for an archive.
    """

    place: Path
    files: tuple[Path, ...] = ()


def find_cifar(layout: Layout, place: Path) -> Source:
    """The archive or the files of a set, in a folder or its subfolders of the set's names.

    Parameters
    ----------
    layout : Layout
    place : Path
        A folder; or an archive itself.

    Returns
    -------
    Source
        From the innermost subfolder that has one; unpacked files come before an archive.

    Raises
    ------
    InputError
        When there is none, when several archives could be meant, or when what is there is no file.
    """
    with searching(place):
        if place.is_file():
            return Source(place)
        home = place / layout.home
        for folder in (home / layout.folder, home, place / layout.folder, place):
            if files := _unpacked(layout, folder):
                return Source(folder, files)
            if archives := _archives(layout, folder):
                return Source(_only_one(archives, folder))
        raise InputError(_missing(layout, place))


def in_order(layout: Layout, files: Iterable[Path], place: Path) -> tuple[list[Path], Path]:
    """The training files by their numbers, and the test file.

    Parameters
    ----------
    layout : Layout
    files : iterable of Path
        All that hold images.
    place : Path
        Where they come from, for messages.

    Returns
    -------
    train : list of Path
    test : Path

    Raises
    ------
    InputError
        When one is missing, has no number, or has the number of another.
    """
    named = {path.name: path for path in files}
    numbered: dict[int, Path] = {}
    for name, path in named.items():
        if found := layout.train.fullmatch(name):
            number = _number(found, place)
            if number in numbered:
                raise InputError(f"{place} holds both {numbered[number].name} and {name}: remove one")
            numbered[number] = path
    missing = [] if numbered else [layout.train.pattern.replace("\\", "").replace("(.*)", "1")]
    missing += [] if layout.test in named else [layout.test]
    if missing:
        raise InputError(f"{place} does not hold {' or '.join(missing)}: give all of {layout.archive}")
    return [numbered[number] for number in sorted(numbered)], named[layout.test]


def _number(found: re.Match[str], place: Path) -> int:
    text = found[1] if found.re.groups else "1"
    if not re.fullmatch("[0-9]{1,9}", text):
        raise InputError(f"{place} holds {found[0]!a}: give it a number instead of {text!r}, or move it away")
    return int(text)


def _unpacked(layout: Layout, folder: Path) -> tuple[Path, ...]:
    found = tuple(path for path in sorted(folder.glob("*.bin")) if layout.files.fullmatch(path.name))
    for path in found:
        if not path.is_file():
            raise InputError(f"{path} is not a file, or a link to nothing: put the file there, or remove it")
    return found


def _archives(layout: Layout, folder: Path) -> tuple[Path, ...]:
    official = folder / layout.archive
    if official.is_file():
        return (official,)
    found = sorted(folder.glob("*.tar.gz"))
    return tuple(path for path in found if path.is_file() and _may_be(layout, path.name.lower()))


def _may_be(layout: Layout, name: str) -> bool:
    """Whether an archive's name does not say that it is another one."""
    number = re.search(r"cifar[-_ ]?([0-9]+)", name)
    other_format = "python" in name or "matlab" in name
    return not other_format and (number is None or layout.home == f"cifar{number[1]}")


def _only_one(archives: tuple[Path, ...], folder: Path) -> Path:
    if len(archives) > 1:
        names = ", ".join(path.name for path in archives)
        raise InputError(f"{folder} holds several archives, {names}: remove all but one, or give one's path")
    return archives[0]


def _missing(layout: Layout, place: Path) -> str:
    problem = f"holds no {layout.title}" if place.is_dir() else "is not a folder and not an archive"
    wanted = f"{layout.archive} (not the Python or Matlab version), or its folder {layout.folder},"
    return f"{place} {problem}: put {wanted} there, or run `l0edu data fetch {layout.home}`"
