"""What does a submission deserve? All points, none, or all but those of one task."""

from dataclasses import dataclass

from l0edu.course.grading.graded import Graded

__all__ = ["ALL", "NOTHING", "Expected", "loses"]


@dataclass(frozen=True)
class Expected:
    """The outcome that a submission deserves.

    Attributes
    ----------
    words : str
        As in "loses 1.1".
    task : str
        The one task that loses points; empty when it is none or every one.
    least, most : float
        Which part of the points of that task, or of all tasks, is kept.
    """

    words: str
    task: str
    least: float
    most: float

    def fits(self, graded: Graded) -> bool:
        """Whether a result is the one deserved.

        Examples
        --------
        >>> from l0edu.course.outcomes import Outcome
        >>> tests = (Outcome("test_a", "1.1", 2, 0, "wrong"), Outcome("test_b", "1.2", 1, 1, "right"))
        >>> graded = Graded("ann", "ann", "graded", tests)
        >>> loses("1.1").fits(graded), loses("1.2").fits(graded), NOTHING.fits(graded)
        (True, False, False)
        """
        if not graded.has_score or not graded.tasks:
            return False
        concerned = [one for one in graded.tasks if self.task in ("", one.task)]
        others = [one for one in graded.tasks if one not in concerned]
        kept = [one.score / one.points for one in concerned]
        return (
            bool(kept)
            and all(self.least <= part <= self.most for part in kept)
            and all(one.score == one.points for one in others)
        )


ALL = Expected("all points", "", 1, 1)
NOTHING = Expected("no point", "", 0, 0)
ALMOST = 1 - 1e-9


def loses(task: str, wholly: bool = False) -> Expected:
    """Points of one task are lost, some or all of them, and no others."""
    return Expected(f"{'loses all of' if wholly else 'loses'} {task}", task, 0, 0 if wholly else ALMOST)
