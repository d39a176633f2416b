"""Which questions can go into Moodle? A number of each kind from a student's own sheet, and concepts.

Of the 70 blanks of `l0edu step` these are 19, of all seven kinds of work. Each says the numbers that its one
formula needs, so that it can be answered alone, and none of them says another one's answer. A category holds
the sheet of a variant; a tag holds a blank of all variants together, to be drawn from at random.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from l0edu.course.question_bank import gift
from l0edu.course.question_bank.concepts import CONCEPTS
from l0edu.course.words import listed
from l0edu.errors import InputError
from l0edu.one_step.exercise import Exercise, of_variant
from l0edu.one_step.formula import Line
from l0edu.one_step.grading import NEARLY
from l0edu.one_step.numerals import computed, given
from l0edu.one_step.page import NUMBERS, PICTURE
from l0edu.one_step.sheet import ANSWERS, SECTIONS, Section
from l0edu.one_step.well_posed import TOLERANCE

__all__ = ["ASKED", "question_bank", "read_students"]

ASKED = (
    *("s1", "s_bar2", "z3"),
    *("a1", "y"),
    "P1",
    *("dL/dv1", "dL/dz3", "dL/dw12", "dL/dx2_gated"),
    *("mask3", "ds/dlog_alpha2", "dL/dlog_alpha1", "dC/dlog_alpha2", "dR/dlog_alpha3"),
    *("w11'", "log_alpha2'"),
    *("z_hat1", "z_hat3'"),
)
LONGEST = 100  # characters of a variant
SHOWN = {"eta": "the learning rate eta", **{f"size{k}": f"|g{k}|" for k in "123"}}
DRAWING, _, UNDER_IT = PICTURE.strip("\n").partition("\n\n")
KEEP_DIGITS = "nearly: keep more digits on the way"


def question_bank(variants: Sequence[str]) -> str:
    r"""The questions in GIFT: those on concepts, and 19 numbers for each variant in a category of its own.

    Parameters
    ----------
    variants : sequence of str
        Students' numbers, say; the sheets are those of `l0edu step --variant`.

    Returns
    -------
    str
        To be written as UTF-8 and imported into Moodle's question bank. It holds all answers.

    Raises
    ------
    InputError
        When there is no variant, or one is empty, too long, holds what a category cannot, or stands twice.

    Examples
    --------
    >>> bank = question_bank(["s123456"])
    >>> print(*[line for line in bank.splitlines() if line.startswith("$")], sep="\n")
    $CATEGORY: l0edu/concepts
    $CATEGORY: l0edu/one step/variant s123456
    >>> bank.count("[tag:one step y]")
    1
    >>> bank.count("\n::") == len(CONCEPTS) + len(ASKED)
    True
    """
    if not variants:
        raise InputError("there is no variant: give at least one, for example a student's number")
    exercises = [of_variant(_checked(variant, "")) for variant in variants]
    twice = [name for name, count in Counter(one.name for one in exercises).items() if count > 1]
    if twice:
        raise InputError(f"{twice[0]!r} stands there twice: keep one")
    return "\n\n".join([*_concepts(), *(part for one in exercises for part in _numbers(one))]) + "\n"


def read_students(file: Path) -> list[str]:
    r"""The variants in a file, one a line; blank lines and spaces around do not matter.

    Parameters
    ----------
    file : Path
        UTF-8.

    Returns
    -------
    list of str
        In the order of the file.

    Raises
    ------
    InputError
        When the file cannot be read, holds none, or holds one twice or one that `question_bank` refuses.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "students.txt"
    ...     _ = file.write_text("s123456\n\ns123457\n")
    ...     read_students(file)
    ['s123456', 's123457']
    """
    lines: dict[str, int] = {}
    for number, line in enumerate(_text(file).split("\n"), 1):
        student = line.strip()
        if not student:
            continue
        _checked(student, f"{file}, line {number}: ")
        if student in lines:
            raise InputError(f"{file}: {student!r} stands on lines {lines[student]} and {number}: keep one")
        lines[student] = number
    if not lines:
        raise InputError(f"{file} is empty: write a student's number on each line")
    return list(lines)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8: save it as a plain text in UTF-8") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from None


def _checked(variant: str, where: str) -> str:
    text = variant.strip()
    if len(text) > LONGEST:
        raise InputError(f"{where}{text[:20]!r}... has {len(text)} characters: {LONGEST} is the most")
    if "\\" in text or not text.isprintable():
        raise InputError(f"{where}{text!r} cannot name a category of Moodle's: write letters and digits")
    return text


def _concepts() -> Iterator[str]:
    yield gift.category("l0edu", "concepts")
    for one in CONCEPTS:
        yield gift.choice(one.name, one.text, one.right, one.why, one.wrong)


def _numbers(exercise: Exercise) -> Iterator[str]:
    """A category, and a question for each of the blanks that are asked for."""
    yield gift.category("l0edu", "one step", exercise.name)
    for section in SECTIONS:
        for line in (line for block in section.blocks for line in block):
            if line.name in ASKED:
                name = f"{line.name}, blank {NUMBERS[line.name]} of {exercise.name}"
                text = _text_of(section, line, exercise)
                asked = gift.number(name, text, _answers(line, exercise), _otherwise(line), DRAWING)
                yield gift.tagged(f"one step {line.name}", asked)


def _text_of(section: Section, line: Line, exercise: Exercise) -> str:
    equation = f" ({line.formula.equation} of the paper)" if line.formula.equation else ""
    notes = "".join(f" {note}" for note in section.notes)
    return (
        f"{UNDER_IT} {section.title}.{notes} Given are {_givens(line, exercise)}. "
        f"What is {line.name}{equation}? "
        f"Write it to 4 decimals; within {TOLERANCE:g} of the exact number it is right."
    )


def _givens(line: Line, exercise: Exercise) -> str:
    """The numbers that go into a formula, as the sheet would print them."""
    shown = []
    for name in line.inputs:
        value = exercise.values[name]
        numeral = computed(value).strip() if name in ANSWERS else given(name, value)
        shown.append(f"{SHOWN.get(name, name)} = {numeral}")
    return listed(shown)


def _answers(line: Line, exercise: Exercise) -> list[gift.Answer]:
    """The right one, the slips that show, and what is nearly right, as nothing is to a clipped 0 or 1.

    Of two slips that lead to one number the first is told.
    """
    right = exercise.values[line.name]
    slips = [*line.slipped(exercise.values), ("the sign is wrong", -right)]
    apart: dict[float, str] = {}
    for hint, wrong in slips:
        if abs(wrong - right) > 2 * TOLERANCE:
            apart.setdefault(round(wrong, 6), hint)
    answers = [gift.Answer(100, right, TOLERANCE, "Right.")]
    answers += [gift.Answer(0, wrong, TOLERANCE, hint) for wrong, hint in apart.items()]
    return answers if right in (0, 1) else [*answers, gift.Answer(0, right, NEARLY, KEEP_DIGITS)]


def _otherwise(line: Line) -> str:
    equation = line.formula.equation
    return f"Look at {equation} again." if equation else "Write the formula down before the numbers."
