"""What is a student told about a test? Its name in words, what went wrong, a hint; never a hidden number.

And about a report: which points a person gives, and whose results it states.
"""

from l0edu.course.grading.graded import Graded
from l0edu.course.outcomes import NOT_STARTED, RIGHT, Outcome

__all__ = ["about_report", "in_words", "what_to_say"]

LONGEST = 2000  # letters of a message: a student's own exception may be of any length


def in_words(one: Outcome) -> str:
    """As in "sample is eq 11" for test_sample_is_eq_11, and whether its numbers are hidden ones.

    Parameters
    ----------
    one : Outcome

    Examples
    --------
    >>> in_words(Outcome("test_sample_is_eq_11", "1.1", 1, 1, "right", "hidden"))
    'sample is eq 11, on hidden numbers'
    """
    words = one.test.removeprefix("test_").replace("_", " ")
    return words if one.visibility == "visible" else f"{words}, on hidden numbers"


def what_to_say(one: Outcome) -> list[str]:
    """The message of a visible test, and the hint, when a test did not succeed.

    Parameters
    ----------
    one : Outcome

    Examples
    --------
    >>> what_to_say(
    ...     Outcome("test_z", "1.1", 1, 0, "wrong", "hidden", "Which sign?", "z is 1, and should be 2")
    ... )
    ['Hint: Which sign?']
    """
    if one.status == RIGHT:
        return []
    if one.status == NOT_STARTED:
        return ["Not started."]
    shown = one.message if one.visibility == "visible" else ""
    message = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} [...]"
    return [text for text in (message, f"Hint: {one.hint}" if one.hint else "") if text]


def about_report(graded: Graded, by_hand: float) -> list[str]:
    """Sentences about points by hand, and about the variant of a results.json.

    Parameters
    ----------
    graded : Graded
    by_hand : float
        The points that a person gives.

    Examples
    --------
    >>> about_report(Graded("ann", "ann", "graded", variant="s1"), 6)
    ['6 more points are given by hand, for the report.', "Your results.json is of variant 's1'."]
    """
    hand = [f"{by_hand:g} more points are given by hand, for the report."] if by_hand else []
    return hand + ([f"Your results.json is of variant {graded.variant[:40]!r}."] if graded.variant else [])
