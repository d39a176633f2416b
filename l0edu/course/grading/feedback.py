"""What does a student read? One page that opens anywhere: points by task, what went wrong, and a hint.

Every word of a student is escaped. Hidden tests show their hint and none of their numbers.
"""

import re
from collections.abc import Iterable
from html import escape

from l0edu.course.assignments import Assignment
from l0edu.course.grading.alike import NOT_RUN
from l0edu.course.grading.graded import REFUSED, Graded
from l0edu.course.grading.reports import HELD_BACK
from l0edu.course.grading.sentences import PARTLY, about_report, rounded, status_in_words, what_to_say
from l0edu.course.grading.titles import title
from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG, Outcome, TaskOutcome
from l0edu.pages import assemble, asset

__all__ = ["feedback_page"]

CODE = re.compile("`([^`]+)`")
SIGNS = {  # a sign and a CSS class for each word; the sign stands beside the word, never alone
    RIGHT: ("&#10003;", "right"),
    PARTLY: ("&#9680;", "partly"),
    WRONG: ("&#10007;", "wrong"),
    NOT_STARTED: ("&#8211;", "open"),
    NOT_RUN: ("&#8211;", "open"),
    HELD_BACK: ("&#8211;", "open"),
}


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
    heading = f"{assignment.title}: {graded.student}"
    parts = [_head(graded, assignment), *_note(graded)]
    if graded.status != REFUSED:  # else nothing was tested
        parts += [_table(graded, assignment), *(_section(task, graded, assignment) for task in graded.tasks)]
    parts += _next(graded, assignment)
    parts += [f"<footer><p>{escape(versions)}</p></footer>"] if versions else []
    page = asset("feedback/page.html").replace("<!-- title -->", escape(heading))
    page = page.replace("<!-- content -->", "\n".join(parts))
    return assemble(page, [asset("base.css"), asset("feedback/style.css")], [], {})


def _head(graded: Graded, assignment: Assignment) -> str:
    report = "".join(f"<p>{escape(line)}</p>" for line in about_report(graded, assignment.by_hand))
    points = f"<strong>{rounded(graded.score)}</strong> of {rounded(graded.out_of)} points"
    return (
        f"<header><h1>{escape(assignment.title)}</h1><p>{escape(graded.student)}</p>"
        f'<p class="score">{points}</p>{report}</header>'
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
    cells = f'<td>{_status(task)}</td><td class="number">{_points(task)}</td>'
    return f'<tr><th scope="row">{link}</th>{cells}</tr>'


def _section(task: TaskOutcome, graded: Graded, assignment: Assignment) -> str:
    """A task with its tests, and what the gradient doctor found."""
    why = graded.diagnoses.get(_subject(task, assignment))
    doctor = f'<p class="doctor">Known mistake: {escape(why)}</p>' if why else ""
    tests = "".join(map(_test, task.tests))
    name = _name(task, assignment)
    return f'<section id="task-{escape(task.task)}"><h2>{name}</h2>{doctor}<ul>{tests}</ul></section>'


def _test(one: Outcome) -> str:
    said = "".join(_said(one))
    name = f'<span class="name">{escape(title(one))}</span>'
    points = f'<span class="number points">{_points(one)}</span>'
    return f'<li><p class="test">{_status(one)} {name} {points}</p>{said}</li>'


def _said(one: Outcome) -> Iterable[str]:
    for line in what_to_say(one):
        kind = "hint" if line.startswith("Hint: ") or one.status == RIGHT else "message"
        yield f'<p class="{kind}">{escape(line)}</p>'


def _points(one: Outcome | TaskOutcome) -> str:
    return f"{rounded(one.score)} of {rounded(one.points)}"


def _status(one: Outcome | TaskOutcome) -> str:
    status = status_in_words(one)
    sign, kind = SIGNS[status]
    return f'<span class="status {kind}"><span aria-hidden="true">{sign}</span> {status}</span>'


def _next(graded: Graded, assignment: Assignment) -> list[str]:
    """What to do about tests that fail. The note says what keeps all of them from running."""
    if not any(one.status in (WRONG, NOT_STARTED) for one in graded.outcomes):
        return []
    what = "a function" if assignment.functions() else "a test"
    what += " or a file" if assignment.files[1:] else ""
    first = "mend that" if graded.status == REFUSED else f"correct {what}"
    run = ["`l0edu assign check DIR`"]
    run += [f"`l0edu gradcheck DIR/{assignment.file}`"] if assignment.functions() else []
    text = f"Next: {first}, run {' and '.join(run)}. DIR is the folder of `{assignment.file}`"
    return [f'<p class="next">{_sentence(text)}</p>']


def _name(task: TaskOutcome, assignment: Assignment) -> str:
    subject = _subject(task, assignment)
    shown = f"<code>{escape(subject)}</code>" if assignment.functions() else escape(subject)
    return f"Task {escape(task.task)} {shown}" if subject else f"Task {escape(task.task)}"


def _subject(task: TaskOutcome, assignment: Assignment) -> str:
    """The function that a task asks for, or the file."""
    return next((one.subject for one in assignment.tasks if one.number == task.task), "")


def _sentence(text: str) -> str:
    """Escaped, with a full stop, and a capital letter unless a file's name comes first."""
    text = text.strip().rstrip(".")
    first = text[:1].upper() if text.split(maxsplit=1)[0].isalpha() else text[:1]
    return CODE.sub(r"<code>\1</code>", escape(f"{first}{text[1:]}."))
