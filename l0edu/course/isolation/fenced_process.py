"""How is a child process started, asked and ended by a parent that does not trust it?

Threads do all reading and writing, so the parent waits for exactly as long as it wants to, and a child that
prints without end fills neither memory nor disk.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Any

from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.errors import InputError

__all__ = ["FencedProcess", "GoneError", "Tail", "printable"]

START_S = 60
KEPT_BYTES = 4000
SCRIPT = Path(__file__).with_name("bare.py")
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class GoneError(Exception):
    """The child process gives no answer any more; the message is the end of a sentence about why."""


class Tail:
    """The last 4000 bytes of what was printed."""

    def __init__(self) -> None:
        self._kept = b""

    def collect(self, stream: IO[bytes]) -> None:
        """Read a stream to its end."""
        with suppress(OSError, ValueError):  # it is closed meanwhile
            while chunk := stream.read(2**16):
                self._kept = (self._kept + chunk)[-KEPT_BYTES:]

    def text(self) -> str:
        """As text without control characters."""
        return printable(self._kept.decode("utf-8", "replace"))


def printable(text: str) -> str:
    r"""A text whose control characters, line ends and tabs apart, have become question marks.

    Examples
    --------
    >>> printable("red: \x1b[31m")
    'red: ?[31m'
    """
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "?" for sign in text)


class FencedProcess:
    """A child process that runs `l0edu.course.isolation.child` in a fresh work folder.

    Parameters
    ----------
    tail : Tail
        Collects what it prints.

    Raises
    ------
    RuntimeError
        When it does not start, which is no student's fault.
    """

    def __init__(self, tail: Tail) -> None:
        self._folder = TemporaryDirectory(prefix="l0edu-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(SCRIPT)],
            cwd=self._folder.name,
            env=_environment(self._folder.name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._requests: Any = self._process.stdin
        self._answers: Any = self._process.stdout
        self._sink = _in_background(tail.collect, self._process.stderr)
        self._number = 0
        self._wait_until_ready(tail)

    def _wait_until_ready(self, tail: Tail) -> None:
        try:
            self._exchange(b"", START_S)
        except (GoneError, TimeoutError) as error:
            self.close()
            raise RuntimeError(f"the child process did not start: {error}\n{tail.text()}") from None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request.

        Parameters
        ----------
        request : dict
            Of plain values.
        seconds : float
            To wait.

        Raises
        ------
        TimeoutError
            When there is no answer in time.
        GoneError
            When the process has ended, or has written something that is no answer.
        """
        self._number += 1
        answer = self._exchange(encode({"number": self._number, **request}), seconds)
        if type(answer) is not dict or answer.get("number") != self._number:
            raise GoneError("wrote into the grader's own pipe")
        return answer

    def _exchange(self, data: bytes, seconds: float) -> Any:
        answers: SimpleQueue[Any] = SimpleQueue()

        def exchange() -> None:
            try:
                send(self._requests.write, data)
                answers.put(decode(receive(self._answers.read)))
            except (InputError, OSError, EOFError, ValueError) as error:
                answers.put(error)

        _in_background(exchange)
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            raise TimeoutError(f"no answer in {seconds:g} s") from None
        if isinstance(answer, InputError):
            raise GoneError("wrote into the grader's own pipe")
        if isinstance(answer, Exception):
            raise GoneError(self._how_it_ended())
        return answer

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            return "closed the pipe to the grader"
        if code < 0:
            return f"crashed Python ({signal.Signals(-code).name})"
        return f"ended Python (exit code {code}): take exit(), quit() and os._exit() out of it"

    def close(self) -> None:
        """Kill the process with all that it started, and remove its work folder."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._sink.join(1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream and not self._sink.is_alive():  # else somebody still holds the other end
                with suppress(OSError):
                    stream.close()
        self._folder.cleanup()


def _environment(work: str) -> dict[str, str]:
    """What the child needs; nothing else of the parent's environment is a student's business."""
    folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), work)
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB", "NUMEXPR")}
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, **folders, **threads, "MPLBACKEND": "Agg"}


def _in_background(function: Any, *arguments: Any) -> Thread:
    thread = Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread
