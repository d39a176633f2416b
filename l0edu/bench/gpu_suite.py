"""How is all that needs a GPU run at once? Tests, benchmark, and a record of both, in under eight minutes.

`python benchmarks/gpu.py` calls `main` from a checkout.
"""

import importlib.util
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from l0edu.bench.devices import device_facts
from l0edu.bench.gpu_pages import write_pages
from l0edu.bench.gpu_record import GpuRecord, bench_in, make_gpu_record, name_of, outcome_of
from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError
from l0edu.gpu.arrays import module_of

__all__ = ["LIMIT", "bench_command", "is_good", "main", "run_within", "suite_command"]

LIMIT = 470.0  # seconds for all of it
TESTS = 200.0  # ... and for the tests
GRACE = 10.0  # for a program to end after it was interrupted
LAST_CASE = 40.0  # what a case may take that the benchmark began just in time, with the writing
PROCESSES = 4  # of the tests, where pytest-xdist is installed: most of their time is compiling


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
        module_of(device)
        return _run(root, device, lambda: time.monotonic() - started)
    except InputError as error:
        print(f"l0edu: {error}", file=sys.stderr)
        return 2


def _run(root: Path, device: str, elapsed: Callable[[], float]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        report, bench = Path(folder) / "tests.xml", Path(folder) / "bench.json"
        run_within(TESTS, suite_command(report), root)
        left = LIMIT - 2 * GRACE - elapsed()
        run_within(left, bench_command(device, left - LAST_CASE, bench), root)
        found = outcome_of(report), bench_in(bench)
    record = make_gpu_record(device_facts(device), *found, elapsed())
    _write(record, root / "docs" / "gpu-runs")
    return int(not is_good(record))


def is_good(record: GpuRecord) -> bool:
    """Whether tests ran, all of them passed, and everything was measured."""
    tests, bench = record["tests"], record["bench"]
    return bool(tests["passed"] and not tests["failed"] and bench is not None and not bench["missing"])


def _write(record: GpuRecord, runs: Path) -> None:
    path = runs / f"{name_of(record)}.json"
    write_atomically(path, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
    pages = [page.name for page in write_pages(runs)]
    tests, bench = record["tests"], record["bench"]
    measured = "no benchmark" if bench is None else f"{len(bench['missing'])} cases not measured"
    print(f"{tests['passed']} tests passed, {tests['failed']} failed, {tests['skipped']} skipped", end="; ")
    print(f"{measured}; {record['seconds']} s")
    print(f"written into docs/gpu-runs: {', '.join([path.name, *pages])}")


def suite_command(report: Path) -> list[str]:
    """The tests marked `gpu`; warnings of a machine's own versions are shown, and are no errors."""
    command = [sys.executable, "-m", "pytest", "-m", "gpu", "tests/gpu", f"--junitxml={report}"]
    quiet = ["-q", "-p", "no:cacheprovider", "-W", "default", "-r", "fE"]
    parallel = ["-n", str(PROCESSES)] if importlib.util.find_spec("xdist") else []
    return [*command, *quiet, *parallel]


def bench_command(device: str, seconds: float, out: Path) -> list[str]:
    """The benchmark, in few rounds, within a time."""
    command = [sys.executable, "-m", "l0edu", "bench", "--device", device, "--rounds", "5", "--out", str(out)]
    return [*command, "--minutes", f"{max(seconds, 1) / 60:.3f}"]


def run_within(seconds: float, command: Sequence[str], folder: Path) -> int:
    """Run a program; when its time is over it is interrupted, so that it can write what it has.

    Parameters
    ----------
    seconds : float
    command : sequence of str
    folder : Path
        Where it runs.

    Returns
    -------
    int
        Its exit status.
    """
    process = subprocess.Popen(command, cwd=folder)
    for limit, end in ((seconds, signal.SIGINT), (GRACE, signal.SIGKILL)):
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            process.send_signal(end)
    return process.wait()
