"""How is a report printed? A line for each right function, numbers for each wrong one, and a count."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.diagnosis import MISSING, NOT_STARTED, RIGHT, WRONG, Diagnosis
from l0edu.course.doctor.legend import DIFFERS, legend
from l0edu.course.doctor.table import Block, Table
from l0edu.course.words import about, listed

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


def report(findings: Sequence[Finding], tables: bool = False) -> str:
    """The findings as text.

    Parameters
    ----------
    findings : sequence of Finding
    tables : bool
        Whether the numbers of right functions are shown, too.

    Examples
    --------
    >>> print(report([Finding(Diagnosis("cdf", "not started"), None, "cdf")]), end="")
    cdf is not started
    <BLANKLINE>
    0 right, 0 wrong, 1 not started
    """
    shown = [one for one in findings if one.table is not None and (tables or not one.right)]
    paragraphs = [_paragraph(alike, alike[0] in shown) for alike in _alike(findings)]
    titles = [title for one in shown if one.table is not None for title in one.table.titles]
    lines = [*_apart(paragraphs), "", *([*legend(titles), ""] if titles else []), _counts(findings), ""]
    return "\n".join(lines)


def _alike(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Groups of one finding each; but wrong ones with the same sentence and no numbers share a group."""
    groups: dict[object, list[Finding]] = {}
    for i, one in enumerate(findings):
        together = one.diagnosis.verdict == WRONG and one.table is None
        groups.setdefault(one.diagnosis.sentence if together else i, []).append(one)
    return list(groups.values())


def _apart(paragraphs: list[list[str]]) -> list[str]:
    """Their lines; empty ones stand around a paragraph of more than one."""
    lines: list[str] = []
    for i, paragraph in enumerate(paragraphs):
        if i and max(len(paragraph), len(paragraphs[i - 1])) > 1:
            lines.append("")
        lines += paragraph
    return lines


def _counts(findings: Sequence[Finding]) -> str:
    verdicts = [one.diagnosis.verdict for one in findings]
    shown = [RIGHT, WRONG, NOT_STARTED, *([MISSING] if MISSING in verdicts else [])]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in shown)


def _paragraph(alike: list[Finding], numbers: bool) -> list[str]:
    finding, found = alike[0], alike[0].diagnosis
    name = listed([_name(one) for one in alike])
    sentence = _agreement(finding.table) if finding.right and finding.table else found.sentence
    verdict = f"{name} {'is' if len(alike) == 1 else 'are'} {found.verdict}"
    head = sentence and about(name if sentence.startswith(f"{found.verdict} ") else verdict, sentence)
    hint = [f"  hint: {found.hint}"] if found.hint else []
    return [
        head or verdict,
        *hint,
        *(_table_lines(finding.table, finding.right) if numbers and finding.table else []),
    ]


def _name(finding: Finding) -> str:
    function = finding.diagnosis.function
    return function if finding.name == function else f"{finding.name}, as {function},"


def _agreement(shown: Table) -> str:
    """Which other routes give the same numbers, and how closely they agree."""
    apart = max(block.farthest[0] or 0.0 for block in shown.blocks)
    return f"the same by {listed(shown.titles[2:])}" + (f", to {apart:.1e}" if apart else "")


def _table_lines(shown: Table, everything: bool) -> list[str]:
    rows = [["", *shown.titles]]
    wrong = [block for block in shown.blocks if block.wrong]
    for block in shown.blocks if everything or not wrong else wrong:
        rows += _rows(block, len(shown.titles))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    ]
    return [*([f"  {shown.what}"] if shown.what else []), *(f"  {line}" for line in lines)]


def _rows(block: Block, columns: int) -> Iterator[list[str]]:
    for k, (place, numbers) in enumerate(block.rows):
        if k in block.gaps:
            yield ["...", *[""] * columns]
        yield [place or "value", *map(_number, numbers)]
    yield [DIFFERS, *map(_difference, block.farthest)]


def _number(number: float | None) -> str:
    return "-" if number is None else f"{number + 0.0:.6g}"  # -0 becomes 0


def _difference(number: float | None) -> str:
    return "-" if number is None else f"{number:.1e}"


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as lists, dictionaries, numbers and strings; what is not finite is a string.

    Parameters
    ----------
    findings : sequence of Finding

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
