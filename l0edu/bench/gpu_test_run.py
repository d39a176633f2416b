"""How are the tests of a GPU run? Each file of them in a process of its own, some at once, and within a time.

After an illegal access a process gets nothing more from the GPU, and a kernel that hangs stops it for good:
either costs one file of tests, and not what comes behind it.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

__all__ = ["GRACE", "Part", "parts_of", "run_tests", "run_within", "suite_command"]

GRACE = 10.0  # seconds for a program to end after it was interrupted
PROCESSES = 4  # most of the tests' time is compiling
SPLIT = {"test_forms.py": ("float32", "not float32")}  # the file that compiles most
ENDED = (0, 1, 5)  # pytest: all passed, some failed, no test of the file is marked


class Part(NamedTuple):
    """Tests that share a process.

    Attributes
    ----------
    file : str
        In tests/gpu.
    chosen : str
        For pytest's `-k`; empty for all of the file.
    """

    file: str
    chosen: str

    def __str__(self) -> str:
        return f"{self.file} ({self.chosen})" if self.chosen else self.file


def parts_of(root: Path) -> list[Part]:
    """All tests of a checkout's tests/gpu, those that take longest first.

    Examples
    --------
    >>> print(Part("test_forms.py", "float32"))
    test_forms.py (float32)
    """
    files = sorted(path.name for path in (root / "tests" / "gpu").glob("test_*.py"))
    parts = [Part(file, chosen) for file in files for chosen in SPLIT.get(file, ("",))]
    return sorted(parts, key=lambda part: part.file not in SPLIT)


def run_tests(root: Path, reports: Path, seconds: float) -> dict[str, str]:
    """Run the tests marked `gpu`, and print what pytest says of each file when it is done.

    Parameters
    ----------
    root : Path
        Of the checkout.
    reports : Path
        A folder, which gets a report (`--junitxml`) of each file that came to its end.
    seconds : float
        For all of it.

    Returns
    -------
    dict
        By name of what did not come to its end: why.
    """
    parts, deadline = parts_of(root), time.monotonic() + seconds
    with ThreadPoolExecutor(PROCESSES) as pool:
        said = list(pool.map(partial(_run_part, root, reports, deadline), range(len(parts)), parts))
    return {str(part): reason for part, reason in zip(parts, said, strict=True) if reason}


def _run_part(root: Path, reports: Path, deadline: float, number: int, part: Part) -> str:
    """Why it did not come to its end; empty if it did."""
    left = deadline - time.monotonic()
    if left <= 0:
        return "no time was left"
    output = reports / f"{number}.txt"
    report = reports / f"{number}.xml"
    status = run_within(left, suite_command(part, report), root, output)
    print(f"{part}\n{output.read_text(encoding='utf-8', errors='replace')}", flush=True)
    if status in ENDED:
        return ""
    report.unlink(missing_ok=True)  # pytest counts the test that it was interrupted in as passed, or not
    return "its time was over" if time.monotonic() >= deadline else f"ended with status {status}"


def suite_command(part: Part, report: Path) -> list[str]:
    """Tests marked `gpu`; warnings of a machine's own versions are shown, and are no errors."""
    command = [sys.executable, "-m", "pytest", "-m", "gpu", f"tests/gpu/{part.file}", f"--junitxml={report}"]
    chosen = ["-k", part.chosen] if part.chosen else []
    return [*command, *chosen, "-q", "-p", "no:cacheprovider", "-W", "default", "-r", "fE"]


def run_within(seconds: float, command: Sequence[str], root: Path, output: Path | None = None) -> int:
    """Run a program; when its time is over it is interrupted, so that it can write what it has.

    Parameters
    ----------
    seconds : float
    command : sequence of str
    root : Path
        Where it runs, and what it and its own programs import from first.
    output : Path, optional
        Gets what it prints.

    Returns
    -------
    int
        Its exit status.
    """
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    if output is None:
        return _wait(subprocess.Popen(command, cwd=root, env=environment), seconds)
    with output.open("w") as file:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=file, stderr=file)
        return _wait(process, seconds)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int:
    for limit, end in ((seconds, signal.SIGINT), (GRACE, signal.SIGKILL)):
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            process.send_signal(end)
    return process.wait()
