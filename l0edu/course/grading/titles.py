"""How is a test called when students read of it? Its name becomes words that they can read.

Names of tests are identifiers: `test_test_value_closes_at_minus_2_398` becomes "test_value closes at -2.398".
"""

import re

from l0edu.course.assignments import ASSIGNMENTS
from l0edu.course.outcomes import Outcome

__all__ = ["title"]

MEANT = (  # what an identifier cannot say
    (r"\beq (\d+)", r"Eq. \1"),
    (r"\bminus (\d) (\d{3})\b", r"-\1.\2"),
    (r"\b(answer \d) ", r"\1: "),
    (r"\b(\w+) (json|md|png)\b", r"\1.\2"),
    (r"\b(paper|sample)s (mlp|own)\b", r"\1's \2"),
    (r"\bsamples estimates\b", "samples' estimates"),
    (r"\bmlp\b", "MLP"),
    (r"\blenet5\b", "LeNet-5"),
    (r"\btable (\d)", r"Table \1"),
    (r"\b(d?log) alpha\b", r"\1_alpha"),
)


def title(one: Outcome) -> str:
    """The name of a test in words, and whether its numbers, or its bugs, are hidden ones.

    A function or file that its task asks for keeps its name.

    Parameters
    ----------
    one : Outcome

    Examples
    --------
    >>> title(Outcome("test_sample_is_eq_11", "1.1", 1, 1, "right", "hidden"))
    'sample is Eq. 11, on hidden numbers'
    >>> title(Outcome("test_plot_png_is_a_picture", "6.4", 1, 1, "right"))
    'plot.png is a picture'
    """
    name, subject = one.test.removeprefix("test_"), _subject(one.task)
    written = re.sub(r"\W", "_", subject)
    kept = subject if f"{name}_".startswith(f"{written}_") else ""
    words = (name.removeprefix(written) if kept else name).replace("_", " ")
    for pattern, meant in MEANT:
        words = re.sub(pattern, meant, words)
    hidden = "" if one.visibility == "visible" else f", on hidden {_what_is_hidden(one.task)}"
    return f"{kept}{words}{hidden}"


def _subject(task: str) -> str:
    """The function or file that a task asks for."""
    tasks = (known for one in ASSIGNMENTS.values() for known in one.tasks)
    return next((known.subject for known in tasks if known.number == task), "")


def _what_is_hidden(task: str) -> str:
    hunt = next(one for one in ASSIGNMENTS.values() if one.file.startswith("test_"))
    return "bugs" if any(known.number == task for known in hunt.tasks) else "numbers"
