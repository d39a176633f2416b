"""Did every made-up student get the expected result? A table shows all, and a last line says it."""

from dataclasses import dataclass

from l0edu.course.grading.graded import Graded
from l0edu.course.grading.sentences import rounded
from l0edu.course.simulation.expected import Expected

__all__ = ["DryRun", "Row"]


@dataclass(frozen=True)
class Row:
    """What one made-up student deserved and got."""

    student: str
    kind: str
    expected: Expected
    graded: Graded

    @property
    def is_right(self) -> bool:
        """Whether the two agree."""
        return self.expected.fits(self.graded)

    @property
    def got(self) -> str:
        """As in "15 of 20, lost 1.1"."""
        if not self.graded.has_score:
            return f"{self.graded.status}: {self.graded.warning}"
        lost = f", lost {' '.join(self.graded.lost)}" if self.graded.lost else ""
        return f"{rounded(self.graded.score)} of {rounded(self.graded.out_of)}{lost}"


@dataclass(frozen=True)
class DryRun:
    """What happened to the class.

    Attributes
    ----------
    rows : tuple of Row
    damage : tuple of str
        What the grader reported.
    harmed : tuple of str
        Planted files that are not what they were.
    calls : int
        How often somebody got through to the listener on 127.0.0.1.
    seconds : float
    """

    rows: tuple[Row, ...]
    damage: tuple[str, ...]
    harmed: tuple[str, ...]
    calls: int
    seconds: float

    @property
    def is_as_expected(self) -> bool:
        """Whether all got what they deserve, and the grader reported every harm."""
        return all(row.is_right for row in self.rows) and not self.unreported and not self.calls

    @property
    def unreported(self) -> list[str]:
        """Planted files whose harm the grader did not report."""
        return [name for name in self.harmed if not any(name in sentence for sentence in self.damage)]

    def table(self) -> str:
        """A line for each student: kind, what it deserved, what it got."""
        cells = [("kind", "deserves", "got"), *((row.kind, row.expected.words, row.got) for row in self.rows)]
        marks = ["", *("" if row.is_right else "  <- unexpected" for row in self.rows)]
        widths = [max(len(cell[i]) for cell in cells) for i in range(2)]
        rows = zip(cells, marks, strict=True)
        return "\n".join(
            f"{one:<{widths[0]}}  {two:<{widths[1]}}  {three}{mark}" for (one, two, three), mark in rows
        )

    def last_lines(self) -> str:
        """Whether everything went as expected, and what did not."""
        wrong = sum(not row.is_right for row in self.rows)
        lines = [f"damage: {sentence}" for sentence in self.damage]
        lines += [f"{name} was harmed, and the grader did not notice" for name in self.unreported]
        lines += [f"{self.calls} connections got out of the fence"] if self.calls else []
        how = f"{wrong} not as deserved" if wrong else "each got what it deserves"
        harm = (
            f"{len(self.harmed)} planted files were harmed" if self.harmed else "no planted file was harmed"
        )
        return "\n".join([*lines, f"{len(self.rows)} submissions in {self.seconds:.0f} s: {how}; {harm}"])
