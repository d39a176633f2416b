"""How is a report printed? A verdict for each function, the numbers below it, and a line that counts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.diagnosis import NOT_STARTED, RIGHT, WRONG, Diagnosis
from l0edu.course.doctor.table import Table

__all__ = ["Finding", "as_json", "report"]


@dataclass(frozen=True)
class Finding:
    """A diagnosis, and the numbers that it rests on.

    Attributes
    ----------
    diagnosis : Diagnosis
    table : Table or None
        None for what returned nothing.
    name : str
        What the function is called in the student's file.
    """

    diagnosis: Diagnosis
    table: Table | None
    name: str

    @property
    def right(self) -> bool:
        """Whether there is nothing to mend."""
        return self.diagnosis.verdict == RIGHT


def report(findings: Sequence[Finding]) -> str:
    """The findings as text.

    Examples
    --------
    >>> print(report([Finding(Diagnosis("cdf", "not started"), None, "cdf")]), end="")
    cdf is not started
    <BLANKLINE>
    0 right, 0 wrong, 1 not started
    """
    counts = [
        sum(one.diagnosis.verdict == verdict for one in findings) for verdict in (RIGHT, WRONG, NOT_STARTED)
    ]
    last = f"{counts[0]} right, {counts[1]} wrong, {counts[2]} not started"
    return "\n".join([*("\n".join(_lines(one)) + "\n" for one in findings), last, ""])


def _lines(finding: Finding) -> list[str]:
    found = finding.diagnosis
    name = found.function if finding.name == found.function else f"{finding.name}, as {found.function},"
    head = f"{name} is {found.verdict}" + (f": {found.sentence}" if found.sentence else "")
    hint = [f"  hint: {found.hint}"] if found.hint else []
    return [head, *hint, *(_table_lines(finding.table) if finding.table is not None else [])]


def _table_lines(shown: Table) -> list[str]:
    rows = [["", *shown.titles]]
    for block in shown.blocks:
        rows += [[place or "value", *map(_number, numbers)] for place, numbers in block.rows]
        rows.append(["differs by", *map(_difference, block.farthest)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]
    return [*([f"  {shown.what}"] if shown.what else []), *(f"  {line}" for line in lines)]


def _number(number: float | None) -> str:
    return "-" if number is None else f"{number + 0.0:.6g}"  # -0 becomes 0


def _difference(number: float | None) -> str:
    return "-" if number is None else f"{number:.1e}"


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as lists, dictionaries, numbers and strings; what is not finite is a string.

    Examples
    --------
    >>> as_json([Finding(Diagnosis("cdf", "not started"), None, "cdf")])[0]["verdict"]
    'not started'
    """
    return [
        {**one.diagnosis.as_dict(), "name": one.name, "table": _table_json(one.table)} for one in findings
    ]


def _table_json(shown: Table | None) -> Any:
    return None if shown is None else _finite(asdict(shown))


def _finite(value: Any) -> Any:
    """JSON has no nan and no infinity."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value
