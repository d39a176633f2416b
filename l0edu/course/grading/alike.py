"""What do all tests say alike? When a file cannot be run, the student reads this once, above the tests."""

from collections.abc import Sequence
from dataclasses import replace

from l0edu.course.assignments import Assignment
from l0edu.course.outcomes import WRONG, Outcome
from l0edu.course.words import listed, on_one_line

__all__ = ["NOT_RUN", "said_once"]

NOT_RUN = "not run"


def said_once(outcomes: Sequence[Outcome], assignment: Assignment) -> tuple[tuple[Outcome, ...], str]:
    """The outcomes, and a note for the student that says what keeps all functions from running.

    Parameters
    ----------
    outcomes : sequence of Outcome
    assignment : Assignment

    Returns
    -------
    (tuple of Outcome, str)
        The same outcomes and no note, unless every test of the file of functions is wrong with the same
        message. Then these are "not run", without message and hint.

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> why = "gate.py, line 82: SyntaxError: expected ':'"
    >>> tests = [Outcome("test_a", task, 2, 0, "wrong", message=why) for task in ("1.1", "1.2")]
    >>> outcomes, note = said_once(tests, assignment("a1"))
    >>> note
    "gate.py, line 82: SyntaxError: expected ':'. No task could be run. Correct this line, then run
    `l0edu assign check`."
    >>> outcomes[0].status, outcomes[0].message
    ('not run', '')
    """
    concerned = _of_functions(outcomes, assignment)
    said = {one.message for one in concerned}
    tasks = sorted({one.task for one in concerned})
    is_alike = len(tasks) > 1 and len(said) == 1 and {one.status for one in concerned} == {WRONG}
    message = said.pop() if is_alike else ""
    if not message or all(one.visibility != "visible" for one in concerned):
        return tuple(outcomes), ""
    not_run = [
        replace(one, status=NOT_RUN, message="", hint="") if one in concerned else one for one in outcomes
    ]
    which = "No task" if len(concerned) == len(outcomes) else f"None of {listed(tasks)}"
    what = "this line" if ", line " in message else "this"
    sentence = on_one_line(message).rstrip(".")
    return tuple(not_run), f"{sentence}. {which} could be run. Correct {what}, then run `l0edu assign check`."


def _of_functions(outcomes: Sequence[Outcome], assignment: Assignment) -> list[Outcome]:
    """The outcomes of the tests that run the student's file."""
    files = {task.number for task in assignment.tasks if task.subject in assignment.files[1:]}
    return [one for one in outcomes if one.task not in files]
