"""How is all that needs a GPU run at once? Tests, benchmark, and a record of both, in under eight minutes.

`python benchmarks/gpu.py` calls `main` from a checkout.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from l0edu.bench.devices import device_facts
from l0edu.bench.gpu_pages import write_pages
from l0edu.bench.gpu_record import GpuRecord, bench_in, make_gpu_record, name_of, outcome_of
from l0edu.bench.gpu_test_run import GRACE, run_tests, run_within
from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError
from l0edu.gpu.arrays import module_of

__all__ = ["LIMIT", "bench_command", "is_good", "main"]

LIMIT = 470.0  # seconds for all of it
TESTS = 200.0  # ... and for the tests
LAST_CASE = 40.0  # what a case may take that the benchmark began just in time, with the writing
NEEDED = ("pytest", "hypothesis", "tqdm")  # beside what importing this file needs


def main(root: Path, device: str = "gpu") -> int:
    """Run tests and benchmark, write record and pages, say how it went.

    Parameters
    ----------
    root : Path
        Of the checkout; the record goes into its docs/gpu-runs.
    device : str

    Returns
    -------
    int
        0: all tests passed and everything was measured; 1: not so; 2: nothing could be run.
    """
    started = time.monotonic()
    try:
        _refuse_incomplete()
        module_of(device)
        return _run(root, device, lambda: time.monotonic() - started)
    except InputError as error:
        print(f"l0edu: {error}", file=sys.stderr)
        return 2


def _run(root: Path, device: str, elapsed: Callable[[], float]) -> int:
    facts = device_facts(device)  # now: after an error the device may not answer any more
    with tempfile.TemporaryDirectory() as folder:
        reports, bench = Path(folder), Path(folder) / "bench.json"
        unfinished = run_tests(root, reports, TESTS)
        left = LIMIT - 2 * GRACE - elapsed()
        run_within(left, bench_command(device, left - LAST_CASE, bench), root)
        found = outcome_of(reports.glob("*.xml"), unfinished), bench_in(bench)
    record = make_gpu_record(facts, *found, elapsed())
    _write(record, root / "docs" / "gpu-runs")
    return int(not is_good(record))


def _refuse_incomplete() -> None:
    """A package that is missing is told now, and not by tests that cannot be collected."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise InputError(f"{' and '.join(missing)} not found: pip install {' '.join(missing)}")


def is_good(record: GpuRecord) -> bool:
    """Whether all tests ran to their end and passed, and everything was measured."""
    tests, bench = record["tests"], record["bench"]
    all_passed = tests["passed"] and not tests["failed"] and not tests["unfinished"]
    return bool(all_passed and bench is not None and not bench["missing"])


def _write(record: GpuRecord, runs: Path) -> None:
    path = _free_path(runs, name_of(record))
    write_atomically(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    pages = [page.name for page in write_pages(runs)]
    tests, bench = record["tests"], record["bench"]
    measured = "no benchmark" if bench is None else f"{len(bench['missing'])} cases not measured"
    counts = f"{tests['passed']} tests passed, {tests['failed']} failed, {tests['skipped']} skipped"
    print(f"{counts}, {len(tests['unfinished'])} files not finished; {measured}; {record['seconds']} s")
    print(f"written into docs/gpu-runs: {', '.join([path.name, *pages])}")


def _free_path(runs: Path, name: str) -> Path:
    """A second record of the same day and GPU gets a number."""
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(path for path in (runs / f"{each}.json" for each in names) if not path.exists())


def bench_command(device: str, seconds: float, out: Path) -> list[str]:
    """The benchmark, in few rounds, within a time."""
    command = [sys.executable, "-m", "l0edu", "bench", "--device", device, "--rounds", "5", "--out", str(out)]
    return [*command, "--minutes", f"{max(seconds, 1) / 60:.3f}"]
