"""How does a parent process ask a child process that it does not trust? Through pipes, with time limits.

Threads of the parent do all reading and writing, so the parent never waits longer than it wants to. Only the
end of what the child prints is kept, so endless printing fills neither memory nor disk.
"""

import signal
import subprocess
from contextlib import suppress
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO, Any

from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.course.isolation.processes import end_with_all_it_started, start_bare
from l0edu.course.isolation.values import printable
from l0edu.errors import InputError

__all__ = ["FencedProcess", "GoneError", "Tail"]

START_S = 60
KEPT_BYTES = 4000


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
        self._process = start_bare("l0edu.course.isolation.child", self._folder.name)
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
        end_with_all_it_started(self._process)
        self._process.wait()
        self._sink.join(1)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream and not self._sink.is_alive():  # else somebody still holds the other end
                with suppress(OSError):
                    stream.close()
        self._folder.cleanup()


def _in_background(function: Any, *arguments: Any) -> Thread:
    thread = Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread
