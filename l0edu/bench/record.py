"""What is kept of a benchmark? A dictionary for JSON: on what it ran, every round's numbers, their medians.

    schema, date, quick, rounds, threads
    machine         cpu, cores, load at the start, system, python
    libraries       versions, BLAS and kernel of each worker, by its name
    cases           by name:
      group, unit, count, flops
      values        by label: median, quartiles, rounds, notes
      ratios        by pair, as "ours/torch": median, quartiles, rounds

Times differ from machine to machine; the ratios are what is compared (`l0edu.bench.comparison`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from l0edu.bench.environment import machine
from l0edu.bench.rounds import Effort, Measurement, Spread
from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError

__all__ = ["SCHEMA", "Conditions", "RecordDict", "make_record", "read_record", "write_record"]

SCHEMA = 1
RecordDict: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Conditions:
    """How a benchmark was run.

    Attributes
    ----------
    quick : bool
    threads : int
    effort : Effort
    """

    quick: bool
    threads: int
    effort: Effort


def make_record(
    measurements: Iterable[Measurement], conditions: Conditions, libraries: dict[str, Any]
) -> RecordDict:
    """Everything about a benchmark that has run.

    Parameters
    ----------
    measurements : iterable of Measurement
        They are measured while this function asks for them.
    conditions : Conditions
    libraries : dict
        What each worker says of its environment.
    """
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "quick": conditions.quick,
        "rounds": conditions.effort.rounds,
        "threads": conditions.threads,
        "machine": machine(),
        "libraries": libraries,
        "cases": {measured.case.name: _entry(measured) for measured in measurements},
    }


def _entry(measured: Measurement) -> dict[str, Any]:
    case = measured.case
    values = {
        label: {**_numbers(rounds), "notes": measured.notes[label]}
        for label, rounds in measured.values.items()
    }
    ratios = {pair: _numbers(rounds) for pair, rounds in measured.ratios().items()}
    facts = {"group": case.group, "unit": case.unit, "count": measured.count, "flops": case.flops}
    return {**facts, "values": values, "ratios": ratios}


def _numbers(rounds: Sequence[float]) -> dict[str, Any]:
    spread = Spread.of(rounds)
    return {
        "median": _short(spread.median),
        "quartiles": [_short(spread.low), _short(spread.high)],
        "rounds": [_short(number) for number in rounds],
    }


def _short(number: float) -> float:
    """Five digits: more are noise."""
    return float(f"{number:.5g}")


def write_record(record: RecordDict, path: Path) -> None:
    """Write a record as JSON; the whole file appears at once, or none does."""
    write_atomically(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())


def read_record(path: Path) -> RecordDict:
    """Read what `write_record` wrote.

    Raises
    ------
    InputError
        When the file is missing, or no record of this schema.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name a record that `l0edu bench` wrote") from None
    except ValueError:
        raise InputError(f"{path} is no JSON: name a record that `l0edu bench` wrote") from None
    if not _is_record(record):
        raise InputError(
            f"{path} is no record of schema {SCHEMA}: make one with this version's `l0edu bench`"
        )
    return dict(record)


def _is_record(record: Any) -> bool:
    """Whether it has all that a comparison looks at."""
    return (
        isinstance(record, dict)
        and record.get("schema") == SCHEMA
        and {"date", "quick", "threads", "cases"} <= record.keys()
        and isinstance(record["cases"], dict)
        and all(map(_has_ratios, record["cases"].values()))
    )


def _has_ratios(case: Any) -> bool:
    ratios = case.get("ratios") if isinstance(case, dict) else None
    return isinstance(ratios, dict) and all(
        isinstance(numbers, dict)
        and isinstance(numbers.get("median"), float)
        and [type(quartile) for quartile in numbers.get("quartiles", ())] == [float, float]
        for numbers in ratios.values()
    )
