"""What does a submission deserve? All points, none, or some of some tasks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from l0edu.course.grading.graded import Graded

__all__ = ["ALL", "NOTHING", "Expected", "loses"]

Range = tuple[float, float]
WHOLE, NONE = (1.0, 1.0), (0.0, 0.0)


@dataclass(frozen=True)
class Expected:
    """The outcome that a submission deserves.

    Attributes
    ----------
    words : str
        As in "loses 1.1".
    kept : mapping
        From a task to the least and the most that is kept of its points.
    rest : (float, float)
        The same of every other task.
    """

    words: str
    kept: Mapping[str, Range] = field(default_factory=dict)
    rest: Range = WHOLE

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
        parts = {one.task: one.score / one.points for one in graded.tasks}
        ranges = {task: self.kept.get(task, self.rest) for task in parts}
        known = bool(parts) and self.kept.keys() <= parts.keys()
        return (
            graded.has_score
            and known
            and all(ranges[task][0] <= part <= ranges[task][1] for task, part in parts.items())
        )


ALL = Expected("all points")
NOTHING = Expected("no point", rest=NONE)
ALMOST = 1 - 1e-9


def loses(*tasks: str, wholly: bool = False) -> Expected:
    """Points of some tasks are lost, some or all of them, and no others.

    Parameters
    ----------
    *tasks : str
        As in "1.1".
    wholly : bool
        Whether no point of theirs is kept.
    """
    words = f"{'loses all of' if wholly else 'loses'} {' '.join(tasks)}"
    return Expected(words, dict.fromkeys(tasks, NONE if wholly else (0.0, ALMOST)))
