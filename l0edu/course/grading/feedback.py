"""What does a student read? One page that opens anywhere: points by task, what went wrong, and a hint.

Every word of a student is escaped. Hidden tests show their hint and none of their numbers.
"""

from collections.abc import Iterable
from html import escape

from l0edu.course.assignments import Assignment
from l0edu.course.grading.graded import REFUSED, Graded
from l0edu.course.grading.sentences import about_report, in_words, what_to_say
from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG, Outcome, TaskOutcome
from l0edu.pages import assemble, asset

__all__ = ["feedback_page"]

SIGNS = {RIGHT: "&#10003;", WRONG: "&#10007;", NOT_STARTED: "&#8211;"}  # beside the word, never instead of it
CLASSES = {RIGHT: "right", WRONG: "wrong", NOT_STARTED: "open"}


def feedback_page(graded: Graded, assignment: Assignment, versions: str = "") -> str:
    """The page of one student, as HTML that loads nothing.

    Parameters
    ----------
    graded : Graded
    assignment : Assignment
    versions : str
        With which programs it was graded.

    Returns
    -------
    str
        One page, styles included.
    """
    title = f"{assignment.title}: {graded.student}"
    parts = [_head(graded, assignment), *_note(graded)]
    if graded.status != REFUSED:  # else nothing was tested
        parts += [_table(graded, assignment), *(_section(task, graded, assignment) for task in graded.tasks)]
    parts += [f"<footer><p>{escape(versions)}</p></footer>"] if versions else []
    page = asset("feedback/page.html").replace("<!-- title -->", escape(title))
    page = page.replace("<!-- content -->", "\n".join(parts))
    return assemble(page, [asset("base.css"), asset("feedback/style.css")], [], {})


def _head(graded: Graded, assignment: Assignment) -> str:
    report = "".join(f"<p>{escape(line)}</p>" for line in about_report(graded, assignment.by_hand))
    return (
        f"<header><h1>{escape(assignment.title)}</h1><p>{escape(graded.student)}</p>"
        f'<p class="score"><strong>{graded.score:g}</strong> of {graded.out_of:g} points</p>{report}</header>'
    )


def _note(graded: Graded) -> list[str]:
    return [f'<p class="note" role="note">{_sentence(graded.note)}</p>'] if graded.note else []


def _table(graded: Graded, assignment: Assignment) -> str:
    rows = "".join(_row(task, assignment) for task in graded.tasks)
    head = '<th scope="col">Task</th><th scope="col">Status</th><th scope="col" class="number">Points</th>'
    return (
        f"<table><caption>Points by task</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(task: TaskOutcome, assignment: Assignment) -> str:
    link = f'<a href="#task-{escape(task.task)}">{_name(task, assignment)}</a>'
    points = f"{task.score:g} of {task.points:g}"
    return (
        f'<tr><th scope="row">{link}</th><td>{_status(task.status)}</td><td class="number">{points}</td></tr>'
    )


def _section(task: TaskOutcome, graded: Graded, assignment: Assignment) -> str:
    """A task with its tests, and what the gradient doctor found."""
    why = graded.diagnoses.get(_subject(task, assignment))
    doctor = f'<p class="doctor">{_sentence(f"What fits: {why}")}</p>' if why else ""
    tests = "".join(map(_test, task.tests))
    name = _name(task, assignment)
    return f'<section id="task-{escape(task.task)}"><h2>{name}</h2>{doctor}<ul>{tests}</ul></section>'


def _test(one: Outcome) -> str:
    said = "".join(_said(what_to_say(one)))
    name = f"<span>{escape(in_words(one))}</span>"
    points = f'<span class="number points">{one.score:g} of {one.points:g}</span>'
    return f'<li><p class="test">{_status(one.status)} {name} {points}</p>{said}</li>'


def _said(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        kind = "hint" if line.startswith("Hint: ") else "message"
        yield f'<p class="{kind}">{escape(line)}</p>'


def _status(status: str) -> str:
    sign = f'<span aria-hidden="true">{SIGNS[status]}</span>'
    return f'<span class="status {CLASSES[status]}">{sign} {status}</span>'


def _name(task: TaskOutcome, assignment: Assignment) -> str:
    subject = _subject(task, assignment)
    return f"Task {escape(task.task)}" + (f" <code>{escape(subject)}</code>" if subject else "")


def _subject(task: TaskOutcome, assignment: Assignment) -> str:
    """The function that a task asks for, or the file."""
    return next((one.subject for one in assignment.tasks if one.number == task.task), "")


def _sentence(text: str) -> str:
    """Escaped, with a capital letter and a full stop."""
    text = text.strip().rstrip(".")
    return escape(f"{text[:1].upper()}{text[1:]}.") if text else ""
