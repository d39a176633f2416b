"""What does an instructor have that no student gets? A secret seed, hidden tests, walk-throughs.

`l0edu assign instructor init FOLDER` makes them; nothing of it stands in the package. The hidden tests are
the visible ones on numbers that the seed decides: they add inputs, never rules.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path

from l0edu.course.assignments import ASSIGNMENTS, Assignment
from l0edu.course.fences import solved
from l0edu.course.marks import VISIBILITIES, hidden_copy
from l0edu.course.walkthrough import walkthrough
from l0edu.errors import InputError

__all__ = ["HIDDEN_TESTS", "SEED", "init", "need_bundle", "need_new_folder", "write"]

SEED, HIDDEN_TESTS = "seed.txt", "test_hidden.py"
README = """\
# Instructor's bundle

Keep this folder to yourself: it holds the secret seed and the solutions.

- `seed.txt`: hidden tests draw their numbers from it. Whoever knows it knows them.
- `a1/` to `a7/`: hidden tests, the solution, and a walk-through of it, for each assignment.

Grade with `l0edu assign grade SUBMISSIONS --bundle THIS_FOLDER --out RESULTS`. A submission gets the same
points each time, as long as seed and version of l0edu stay the same. For a new term make a new bundle.
"""


def init(folder: Path, visibility: str = "hidden", assignments: Sequence[Assignment] = ()) -> list[Path]:
    """Make a bundle with a fresh seed.

    Parameters
    ----------
    folder : Path
        New, or empty.
    visibility : str
        When Gradescope shows hidden tests to students: "hidden", "after_due_date" or "after_published".
    assignments : sequence of Assignment, optional
        Default: all.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    InputError
        When the folder holds something: a new seed must not replace one that grades depend on.
    """
    need_new_folder(folder)
    if visibility not in VISIBILITIES[1:]:
        raise InputError(f"there is no visibility {visibility!r}: write one of {', '.join(VISIBILITIES[1:])}")
    files = {"README.md": README, SEED: secrets.token_hex(32) + "\n"}
    for one in assignments or ASSIGNMENTS.values():
        files |= {f"{one.name}/{name}": text for name, text in _instructor_files(one, visibility).items()}
    return [write(folder / name, text, private=True) for name, text in files.items()]


def need_new_folder(folder: Path) -> None:
    """Refuse a folder that holds something.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    InputError
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already and not empty: name a new folder")


def need_bundle(folder: Path, assignment: Assignment) -> None:
    """Refuse what is no bundle, or holds no hidden tests for an assignment.

    Parameters
    ----------
    folder : Path
    assignment : Assignment

    Raises
    ------
    InputError
    """
    if not (folder / SEED).is_file():
        raise InputError(f"{folder} is no bundle: `l0edu assign instructor init {folder}` makes one")
    if not (folder / assignment.name / HIDDEN_TESTS).is_file():
        raise InputError(f"{folder} holds no hidden tests of {assignment.name}: make a new bundle")


def _instructor_files(assignment: Assignment, visibility: str) -> dict[str, str]:
    return {
        HIDDEN_TESTS: hidden_copy(assignment.checks, visibility),
        f"solution/{assignment.file}": solved(assignment.source),
        **{f"solution/{name}": solved(assignment.read(name)) for name in assignment.given},
        "walkthrough.md": walkthrough(assignment),
    }


def write(path: Path, text: str, private: bool) -> Path:
    """Write a text file, which nobody but its owner may read if it is private.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there.
    text : str
    private : bool

    Returns
    -------
    Path
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600 if private else 0o666)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
