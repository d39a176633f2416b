"""How is a record read? As one table for each group of cases, with the regressions at their lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from l0edu.bench.cases import GROUPS
from l0edu.bench.comparison import Regression
from l0edu.bench.device_cases import DEVICE_GROUPS
from l0edu.bench.record import RecordDict

__all__ = ["format_record"]

Row = tuple[str, ...]


def format_record(record: RecordDict, regressions: Sequence[Regression] = ()) -> str:
    """The record as text: on what it ran, then the tables.

    Parameters
    ----------
    record : dict
    regressions : sequence of Regression
    """
    sections = [
        _section(kind, list(entries), regressions, DEVICE_GROUPS if "device" in record else GROUPS)
        for kind, entries in groupby(record["cases"].items(), key=_kind)
    ]
    missing = [f"{name}: {reason}" for name, reason in record.get("missing", {}).items()]
    return "\n\n".join(["\n".join(_heading(record)), *sections, *missing])


def _kind(item: tuple[str, Any]) -> tuple[str, Row, str]:
    """What the cases of one table have in common: group, labels and unit."""
    _, case = item
    return case["group"], tuple(case["values"]), case["unit"]


def _heading(record: RecordDict) -> Iterator[str]:
    machine = record["machine"]
    quick = "  QUICK: too short to compare with anything" if record["quick"] else ""
    yield f"{record['date']}, {record['rounds']} rounds, {record['threads']} threads{quick}"
    yield (
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']} at the start, "
        f"{machine['system']}, Python {machine['python']}"
    )
    if "device" in record:
        yield f"device: {_flat(record['device'])}"
    for library, notes in record["libraries"].items():
        yield f"{library}: {_flat(notes)}"
    yield "median of each round's ratios (quartiles)"


def _flat(notes: dict[str, Any]) -> str:
    """Names and values in one line."""
    parts = [
        f"{name} ({_flat(value)})" if isinstance(value, dict) else f"{name} {value}"
        for name, value in notes.items()
    ]
    return ", ".join(parts)


def _section(
    kind: tuple[str, Row, str],
    entries: list[Any],
    regressions: Sequence[Regression],
    groups: Mapping[str, str],
) -> str:
    group, labels, unit = kind
    rows = [_cells(name, case) for name, case in entries]
    flags = [[str(each) for each in regressions if each.case == name] for name, _ in entries]
    lines = list(_aligned([_titles(labels, unit, entries[0][1]), *rows]))
    flagged = [f"{line}  {'; '.join(flag)}".rstrip() for line, flag in zip(lines[1:], flags, strict=True)]
    return "\n".join([f"{group}: {groups[group]}", lines[0], *flagged, *_remarks(entries)])


def _titles(labels: Row, unit: str, case: Any) -> Row:
    speeds = [f"{label} GFLOP/s" for label in labels] if case["flops"] else []
    return ("case", *(f"{label} {unit}" for label in labels), *speeds, *case["ratios"])


def _cells(name: str, case: Any) -> Row:
    medians = [numbers["median"] for numbers in case["values"].values()]
    speeds = [f"{1e-6 * case['flops'] / median:.1f}" for median in medians] if case["flops"] else []
    ratios = [
        "{:.2f} ({:.2f}-{:.2f})".format(numbers["median"], *numbers["quartiles"])
        for numbers in case["ratios"].values()
    ]
    return (name.partition("/")[2], *(_three_digits(median) for median in medians), *speeds, *ratios)


def _three_digits(number: float) -> str:
    """Three digits that count, and no exponent."""
    if number == 0:
        return "0"
    return f"{number:,.0f}" if number >= 100 else f"{number:#.3g}" if number >= 0.001 else f"{number:.5f}"


def _aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Columns, the first one to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{cell:{'>' if i else '<'}{width}}"
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  " + "  ".join(cells)


def _remarks(entries: Iterable[Any]) -> Iterator[str]:
    """What the tasks noted, as the final test error of a training."""
    for name, case in entries:
        notes = {label: numbers["notes"] for label, numbers in case["values"].items() if numbers["notes"]}
        for label, said in notes.items():
            numbers = ", ".join(f"{what} {_three_digits(value)}" for what, value in said.items())
            yield f"    {name.partition('/')[2]}, {label}: {numbers}"
