"""What is a student told about a test? Its status, what went wrong and a hint; never a hidden number.

About a report the student reads how many points a person gives, and which variant it states.
"""

from l0edu.course.grading.graded import Graded
from l0edu.course.outcomes import RIGHT, WRONG, Outcome, TaskOutcome

__all__ = ["PARTLY", "about_report", "rounded", "status_in_words", "what_to_say"]

LONGEST = 2000  # letters of a message: a student's own exception may be of any length
PARTLY = "partly"
ABOUT_RIGHT = {"test_plot_png_is_a_picture": "Whether it can be read is judged with the report."}


def rounded(points: float) -> str:
    """Points with two decimals at most.

    Parameters
    ----------
    points : float

    Examples
    --------
    >>> rounded(1.60408), rounded(20.0)
    ('1.6', '20')
    """
    return f"{round(points, 2):g}"


def status_in_words(one: Outcome | TaskOutcome) -> str:
    """Its status; "partly" for what is wrong and earned some points.

    Parameters
    ----------
    one : Outcome or TaskOutcome

    Examples
    --------
    >>> status_in_words(Outcome("test_z", "1.1", 2, 1, "wrong"))
    'partly'
    """
    return PARTLY if one.status == WRONG and one.score > 0 else one.status


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
        return [ABOUT_RIGHT[one.test]] if one.test in ABOUT_RIGHT else []
    if one.status != WRONG:
        return []
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
