"""Whose submission is it, and under which file name are its results kept?

Learning platforms give out names such as "Ann Lee_4711_assignsubmission_file_". Students' names hold spaces,
accents and signs that some file systems refuse, so what is written about a student goes under a key: a name
that is safe anywhere.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

__all__ = ["keys", "student_of"]

MOODLE = re.compile(r"^(?P<student>.+_\d+)_assignsubmission_file_?(?P<file>.*)$", re.DOTALL)
UNSAFE = re.compile(r"[^\w.\-]+")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # what Windows keeps for itself
LONGEST = 60  # letters of a key, before its digits


def student_of(entry: str) -> tuple[str, str]:
    """The student whose entry in the folder of submissions has this name, and the file that the name ends in.

    Parameters
    ----------
    entry : str
        Without an ending such as .zip.

    Examples
    --------
    >>> student_of("alice")
    ('alice', '')
    >>> student_of("Ann Lee_4711_assignsubmission_file_gate.py")
    ('Ann Lee_4711', 'gate.py')
    """
    found = MOODLE.match(entry)
    student, file = (found["student"], found["file"]) if found else (entry, "")
    return _printable(student) or "(no name)", file


def keys(students: Sequence[str]) -> list[str]:
    """For each student a file name that is safe and differs from all others, capital letters apart.

    A name that is safe as it is stays; digits of its SHA-256 sum tell the others apart.

    Parameters
    ----------
    students : sequence of str
        Names, each of them once.

    Examples
    --------
    >>> keys(["alice", "Zoë", "a/b", "Bob", "bob"])
    ['alice', 'Zoë', 'a_b-c14cddc0', 'Bob-cd9fb1e1', 'bob-81b637d8']
    """
    plain = [_safe(student) for student in students]
    often = Counter(map(str.casefold, plain))
    pairs = zip(students, plain, strict=True)
    return [
        safe if safe == name and often[safe.casefold()] == 1 else _told_apart(safe, name)
        for name, safe in pairs
    ]


def _told_apart(safe: str, student: str) -> str:
    digits = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe}-{digits}"


def _safe(student: str) -> str:
    safe = UNSAFE.sub("_", unicodedata.normalize("NFC", student)).strip("._")[:LONGEST]
    return f"_{safe}" if not safe or RESERVED.fullmatch(safe) else safe


def _printable(name: str) -> str:
    """Without control characters, and composed: macOS writes e and its accent apart."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(letter if letter.isprintable() else "?" for letter in composed).strip()
