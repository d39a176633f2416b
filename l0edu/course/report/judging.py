"""Which parts of a report can a program judge? These four files; nothing in them is run.

plot.png        must be a PNG of a sensible size; it is not decoded
results.json    must be possible, and agree with itself
answers.json    must follow from the student's own results
report.md       must have three sections of 60 to 200 words; what they say is for a person to judge
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from l0edu.course.outcomes import NOT_STARTED, RIGHT, WRONG
from l0edu.course.report.answers import check_answer
from l0edu.course.report.files import (
    LARGEST_IMAGE,
    ReportError,
    png_size,
    read_bytes,
    read_text,
    sections,
)
from l0edu.course.report.results import check_results

__all__ = ["Verdict", "check_plot", "check_report", "judge"]

SIDES = (300, 6000)  # pixels
FEWEST_WORDS, MOST_WORDS = 60, 200  # in each section


@dataclass(frozen=True)
class Verdict:
    """What a check found: its task, "right", "wrong" or "not started", and a sentence unless it is right."""

    task: str
    what: str
    status: str
    message: str = ""


def check_plot(folder: Path) -> None:
    """Go on when plot.png is a PNG of 300 to 6,000 pixels a side.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    NotImplementedError, ReportError
        As `check_results`.
    """
    try:
        width, height = png_size(read_bytes(folder, "plot.png", LARGEST_IMAGE))
    except ReportError as error:
        raise ReportError(f"plot.png: {error}") from None
    smallest, largest = SIDES
    if not (smallest <= width <= largest and smallest <= height <= largest):
        wanted = f"each side should have {smallest:,} to {largest:,}"
        raise ReportError(f"plot.png has {width} x {height} pixels: {wanted}")


def check_report(folder: Path) -> None:
    """Go on when report.md has the sections 1, 2 and 3, each of 60 to 200 words.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    NotImplementedError, ReportError
        As `check_results`; not started also when all three are empty.
    """
    words = sections(read_text(folder, "report.md"))
    counts = [words.get(section, 0) for section in (1, 2, 3)]
    if not any(counts):
        raise NotImplementedError("report.md is still empty")
    for section, count in enumerate(counts, 1):
        if section not in words:
            raise ReportError(f'report.md has no heading that begins with "## {section}"')
        if not FEWEST_WORDS <= count <= MOST_WORDS:
            wanted = f"{FEWEST_WORDS} to {MOST_WORDS}"
            raise ReportError(f"report.md, section {section} has {count} words, and should have {wanted}")


def judge(folder: Path, student: str | None = None) -> list[Verdict]:
    """All that can be judged without a person, as one verdict each.

    Parameters
    ----------
    folder : Path
        A submission. Anything may be in it.
    student : str, optional
        As for `check_results`.

    Examples
    --------
    >>> [(one.task, one.status) for one in judge(Path("nowhere"))][:2]
    [('6.4', 'not started'), ('6.5', 'not started')]
    """
    checks: list[tuple[str, str, Callable[[], object]]] = [
        ("6.4", "plot.png", partial(check_plot, folder)),
        ("6.5", "results.json", partial(check_results, folder, student)),
        *(("6.6", f"answer {question}", partial(check_answer, folder, question)) for question in (1, 2, 3)),
        ("6.7", "report.md", partial(check_report, folder)),
    ]
    return [_verdict(task, what, check) for task, what, check in checks]


def _verdict(task: str, what: str, check: Callable[[], object]) -> Verdict:
    try:
        check()
    except NotImplementedError as error:
        return Verdict(task, what, NOT_STARTED, str(error))
    except ReportError as error:
        return Verdict(task, what, WRONG, str(error))
    return Verdict(task, what, RIGHT)
