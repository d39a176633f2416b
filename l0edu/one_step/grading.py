"""Which answers are right, and where does a wrong one come from?

A wrong answer may follow from an earlier one: then the formula gives it from the student's own numbers. Or
it is what a known slip makes of them. The hints say which, and never the answer.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from l0edu.one_step.answers import Answers
from l0edu.one_step.exercise import Exercise
from l0edu.one_step.formula import Line, Values
from l0edu.one_step.sheet import ANSWERS
from l0edu.one_step.well_posed import TOLERANCE

__all__ = ["BLANK", "FOLLOWS", "RIGHT", "WRONG", "Mark", "grade", "report"]

RIGHT, FOLLOWS, WRONG, BLANK = "right", "follows", "wrong", "blank"
NEARLY = 10 * TOLERANCE
SANE = 100.0  # an answer beyond it is no basis for others: exp would overflow


@dataclass(frozen=True)
class Mark:
    """What became of one blank.

    Attributes
    ----------
    number : int
        Of the blank on the sheet.
    name : str
    answer : float or None
    verdict : str
        "right"; "follows", when it is wrong only because an earlier answer is; "wrong"; or "blank".
    hint : str
        For a wrong answer, if anything is known of it; else empty.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> mark = grade(of_seed(7), {"s1": 0.5})[0]
    >>> mark.number, mark.name, mark.answer, mark.verdict
    (1, 's1', 0.5, 'wrong')
    """

    number: int
    name: str
    answer: float | None
    verdict: str
    hint: str = ""


def grade(exercise: Exercise, answers: Answers) -> list[Mark]:
    """A mark for each blank, in the order of the sheet.

    Parameters
    ----------
    exercise : Exercise
    answers : dict
        From `read_answers`: a float by name, or None; what is missing is blank.

    Returns
    -------
    list of Mark

    Notes
    -----
    An answer within .0005 is right. A wrong one "follows" when its formula gives it from the student's own
    earlier answers; else it is compared with what known slips make of the student's numbers and of the right
    ones.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> exercise = of_seed(7)
    >>> answers = {name: exercise.values[name] for name in ANSWERS} | {"y": -exercise.values["y"], "R": None}
    >>> [(mark.name, mark.verdict, mark.hint) for mark in grade(exercise, answers) if mark.verdict != "right"]
    [('y', 'wrong', 'the sign is wrong'), ('R', 'blank', '')]
    """
    own = _own_values(exercise, answers)
    marks: list[Mark] = []
    origins: dict[str, set[int]] = {}  # of a value that is off: the numbers of the answers that made it so
    for number, (name, line) in enumerate(ANSWERS.items(), 1):
        behind = set().union(*(origins.get(used, set()) for used in line.inputs))
        verdict, hint = _judge(line, answers.get(name), exercise.values, own, behind)
        marks.append(Mark(number, name, answers.get(name), verdict, hint))
        origins[name] = {RIGHT: set(), BLANK: behind}.get(verdict, {number})
    return marks


def report(exercise: Exercise, marks: Sequence[Mark]) -> str:
    """The marks as a table, and the score.

    Parameters
    ----------
    exercise : Exercise
    marks : sequence of Mark
        From `grade`.

    Returns
    -------
    str
        The score is its last line.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> exercise = of_seed(7)
    >>> answers = {name: exercise.values[name] for name in ANSWERS} | {"y": -exercise.values["y"], "R": None}
    >>> print(report(exercise, grade(exercise, answers)).splitlines()[-1])
    68 of 70 right; 1 wrong, 1 blank
    """
    rows = [_row(mark) for mark in marks]
    return "\n".join([f"One optimization step, {exercise.title}", "", *rows, "", _score(marks), ""])


def _own_values(exercise: Exercise, answers: Answers) -> Values:
    """The student's numbers; behind a blank stands what would follow from the earlier ones."""
    own = dict(exercise.givens)
    for name, line in ANSWERS.items():
        answer = answers.get(name)
        value = line.value(own) if answer is None else answer
        own[name] = value if abs(value) < SANE else exercise.values[name]
    return own


def _judge(
    line: Line, answer: float | None, true: Values, own: Values, behind: Collection[int]
) -> tuple[str, str]:
    """The verdict and the hint; `true` and `own` are the right values and the student's."""
    if answer is None:
        return BLANK, ""
    if _close(answer, true[line.name]):
        return RIGHT, ""
    if behind and _close(answer, line.value(own)):
        return FOLLOWS, f"follows from your {_listed(behind)}"
    return WRONG, _hint(line, answer, true, own)


def _hint(line: Line, answer: float, true: Values, own: Values) -> str:
    """The first slip that explains the answer, from the student's own numbers or from the right ones."""
    for values in (own, true):
        for hint, wrong in _slips(line, values):
            if _close(answer, wrong):
                return hint
    return "nearly: keep more digits on the way" if abs(answer - true[line.name]) < NEARLY else ""


def _slips(line: Line, values: Values) -> Iterator[tuple[str, float]]:
    """The slips that show: a mask of 1 can be left out, and explains nothing."""
    right = line.value(values)
    for hint, wrong in (*line.slipped(values), ("the sign is wrong", -right)):
        if not _close(wrong, right):
            yield hint, wrong


def _close(answer: float, value: float) -> bool:
    return abs(answer - value) <= TOLERANCE


def _listed(numbers: Collection[int]) -> str:
    return " and ".join(f"[{number}]" for number in sorted(numbers))


def _row(mark: Mark) -> str:
    answer = "" if mark.answer is None else f"{mark.answer:.7g}"
    verdict = WRONG if mark.verdict == FOLLOWS else mark.verdict
    return f"[{mark.number:>2}] {mark.name:<14} {answer:>12}  {verdict:<6} {mark.hint}".rstrip()


def _score(marks: Sequence[Mark]) -> str:
    count = {verdict: sum(mark.verdict == verdict for mark in marks) for verdict in (FOLLOWS, WRONG, BLANK)}
    right = len(marks) - sum(count.values())
    parts = [
        f"{count[WRONG]} wrong",
        f"{count[FOLLOWS]} wrong only because an earlier one is",
        f"{count[BLANK]} blank",
    ]
    rest = ", ".join(part for part in parts if not part.startswith("0 "))
    return f"{right} of {len(marks)} right" + (f"; {rest}" if rest else "")
