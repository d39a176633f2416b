"""What is kept of a run on a GPU? How the tests went, and the benchmark, in one file of JSON.

    schema, date, seconds
    device        name, memory, compute capability, versions of the driver, CUDA and CuPy
    tests         passed, failed, skipped, seconds; failures by name; unfinished: files of tests that did not
                  come to their end, and why; slowest; measured: what tests noted
    bench         what `l0edu bench --device gpu` wrote, without the device; or null, if it wrote nothing

Names of machines and paths of files are not in it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

from l0edu.bench.record import read_record
from l0edu.errors import InputError

__all__ = ["SCHEMA", "GpuRecord", "bench_in", "make_gpu_record", "name_of", "outcome_of", "read_gpu_record"]

SCHEMA = 1
SLOWEST = 10

GpuRecord: TypeAlias = dict[str, Any]


def make_gpu_record(
    device: dict[str, Any], tests: dict[str, Any], bench: dict[str, Any] | None, seconds: float
) -> GpuRecord:
    """The record of a run.

    Parameters
    ----------
    device : dict
        From `l0edu.bench.devices.device_facts`.
    tests : dict
        From `outcome_of`.
    bench : record or None
        As `l0edu bench --device gpu` wrote it, if it did.
    seconds : float
        Of all of it.

    Raises
    ------
    InputError
        For a device that is no GPU.
    """
    if device["kind"] != "gpu":
        raise InputError(f"this run was on {device['name']}, and a record is kept of a GPU alone")
    if bench is not None:
        bench = {name: value for name, value in bench.items() if name not in ("device", "date")}
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(seconds),
        "device": device,
        "tests": tests,
        "bench": bench,
    }


def outcome_of(reports: Iterable[Path], unfinished: Mapping[str, str]) -> dict[str, Any]:
    """What pytest's reports (`--junitxml`) say, and what no report says.

    Parameters
    ----------
    reports : iterable of Path
        One that was cut off is left out.
    unfinished : mapping
        From `l0edu.bench.gpu_test_run.run_tests`.

    Returns
    -------
    dict
        As in a record.
    """
    suites = [suite for report in reports for suite in _suites_in(report)]
    cases = [case for suite in suites for case in suite.iter("testcase")]
    failed = [_name(case) for case in cases if _has(case, "failure", "error")]
    skipped = sum(_has(case, "skipped") for case in cases)
    seconds = {_name(case): float(case.get("time", 0)) for case in cases}
    return {
        "passed": len(cases) - len(failed) - skipped,
        "failed": len(failed),
        "skipped": skipped,
        "seconds": round(sum(seconds.values()), 1),
        "failures": failed,
        "unfinished": dict(unfinished),
        "slowest": dict(sorted(seconds.items(), key=lambda one: -one[1])[:SLOWEST]),
        "measured": {each.get("name"): each.get("value") for case in cases for each in case.iter("property")},
    }


def _suites_in(report: Path) -> list[Any]:
    with suppress(ElementTree.ParseError):
        return list(ElementTree.parse(report).getroot().iter("testsuite"))
    return []


def _name(case: Any) -> str:
    """As in "tests.gpu.test_forms::test_a_form[gpu]"."""
    return f"{case.get('classname')}::{case.get('name')}"


def _has(case: Any, *kinds: str) -> bool:
    return any(case.find(kind) is not None for kind in kinds)


def name_of(record: GpuRecord) -> str:
    """The name of a record's file, without its ending.

    Examples
    --------
    >>> name_of({"date": "2030-01-31", "device": {"name": "NVIDIA H200"}})
    '2030-01-31-nvidia-h200'
    """
    device = re.sub(r"[^a-z0-9]+", "-", record["device"]["name"].lower()).strip("-")
    return f"{record['date']}-{device}"


def read_gpu_record(path: Path) -> GpuRecord:
    """Read a record.

    Raises
    ------
    InputError
        When the file is none of this schema.
    """
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        record = None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA or "tests" not in record:
        raise InputError(f"{path.name} is no record of a run on a GPU: python benchmarks/gpu.py makes one")
    return record


def bench_in(path: Path) -> dict[str, Any] | None:
    """The record of the benchmark, if it wrote one."""
    return read_record(path) if path.exists() else None
