"""How does a test run on a version? In a fenced process; this one answers its calls and keeps the time.

A version is a set of the functions under test, right or with one bug. When a test ends Python, takes too
long or runs out of memory, its process is lost. The next test gets a new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import monotonic

from l0edu.course.hunt.bugs import Version, parameters
from l0edu.course.hunt.process import HuntProcess, LostError
from l0edu.course.hunt.serving import answer
from l0edu.course.isolation.limits import Limits
from l0edu.errors import InputError

__all__ = ["Arena", "Verdict"]

KINDS = ("passed", "failed", "unwritten", "out")


@dataclass(frozen=True)
class Verdict:
    """What became of one test on one version.

    Attributes
    ----------
    kind : str
        "passed"; "failed"; "unwritten", for a test that raises NotImplementedError; or "out", for one that
        ended Python, took too long or ran out of memory.
    why : str
        A sentence.
    """

    kind: str
    why: str = ""


class Arena:
    """Runs the tests of one file on versions. Use it in a `with` block.

    Parameters
    ----------
    path : Path
        The student's file.
    limits : Limits
        `call_s` is the time of one test, `total_s` that of everything.

    Attributes
    ----------
    called : dict
        From the name of a test to the functions that it called.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.called: dict[str, set[str]] = {}
        self._process: HuntProcess | None = None
        self._end = monotonic() + limits.total_s

    def __enter__(self) -> "Arena":
        return self

    def __exit__(self, *_: object) -> None:
        self._drop_process()

    def run(self, version: Version, tests: Iterable[str]) -> dict[str, Verdict]:
        """What becomes of each test, the file loaded afresh.

        Parameters
        ----------
        version : Version
        tests : iterable of str
            Their names.

        Raises
        ------
        InputError
            When the file does not load, or the time for everything is up.
        """
        verdicts: dict[str, Verdict] = {}
        left = list(tests)
        while left:
            verdicts |= self._run_until_one_is_out(version, left)
            left = [test for test in left if test not in verdicts]
        return verdicts

    def _run_until_one_is_out(self, version: Version, tests: list[str]) -> dict[str, Verdict]:
        process = self._loaded()
        verdicts: dict[str, Verdict] = {}
        for test in tests:
            if process.late:  # killed after the last verdict had come
                break
            process.allow(self._seconds(self.limits.call_s))
            verdicts[test] = self._verdict(process, version, test)
            if verdicts[test].kind == "out":
                self._drop_process()
                return verdicts
        self._end_version(process)
        return verdicts

    def _loaded(self) -> HuntProcess:
        """A process that has loaded the file afresh."""
        self._process = process = self._process or HuntProcess(self.path, self.limits)
        process.allow(self._seconds(self.limits.load_s))
        try:
            process.send("load", parameters())
            kind, why = process.receive()
        except (LostError, ValueError) as error:
            kind, why = "out", f"it {error}"
        if kind != "passed":
            raise InputError(f"{self.path.name} does not load: {why}")
        return process

    def _verdict(self, process: HuntProcess, version: Version, test: str) -> Verdict:
        """Answer the calls of a test until it comes to its verdict."""
        try:
            process.send("test", test)
            while (message := process.receive())[0] == "call":
                _, name, values = message
                process.send(*answer(version, name, values))
                self.called.setdefault(test, set()).add(name)
            kind, why = message
            if kind not in KINDS:
                raise ValueError(kind)
        except LostError as lost:
            return Verdict("out", str(lost))
        except (TypeError, ValueError):
            return Verdict("out", "writes into the pipe to the grader")
        return Verdict(kind, str(why))

    def _end_version(self, process: HuntProcess) -> None:
        """End the copy of the process that ran on this version; without copies, the process itself."""
        try:
            process.send("end")
            forks = process.receive() == ("ended",) and process.copy_has_ended()
        except LostError:
            forks = False
        process.allow(inf)
        if not forks:
            self._drop_process()

    def _seconds(self, most: float) -> float:
        """Seconds for something that may take `most`, but no more than is left of the time for all."""
        if monotonic() > self._end:
            in_all = f"{self.limits.total_s:g} s in all"
            raise InputError(f"the tests of {self.path.name} take longer than {in_all}")
        return most

    def _drop_process(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None
