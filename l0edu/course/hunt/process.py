"""How is the process of a student's tests started, asked and ended? A watch kills it when its time is up."""

from contextlib import suppress
from dataclasses import asdict
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import monotonic
from typing import IO, Any

from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.course.isolation.processes import end_with_all_it_started, start_bare
from l0edu.errors import InputError

__all__ = ["HuntProcess", "LostError"]

START_S = 60


class LostError(Exception):
    """The process is lost; the message finishes a sentence about the test that was running."""


class HuntProcess:
    """A process that runs `l0edu.course.hunt.child` in an empty folder.

    Parameters
    ----------
    path : Path
        The student's file.
    limits : Limits

    Attributes
    ----------
    late : bool
        Whether it was killed because its time was up.

    Raises
    ------
    RuntimeError
        When it does not start, which is no student's fault.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self._folder = TemporaryDirectory(prefix="l0edu-hunt-", ignore_cleanup_errors=True)
        self._process = start_bare("l0edu.course.hunt.child", self._folder.name)
        self._end, self._seconds, self.late, self._closed = inf, inf, False, Event()
        Thread(target=self._watch, daemon=True).start()
        self._introduce(path, limits)

    def _introduce(self, path: Path, limits: Limits) -> None:
        self.allow(START_S)
        try:
            self.send(str(path.resolve()), asdict(limits))
            self.receive()
        except LostError as lost:
            self.close()
            raise RuntimeError(f"the process for tests does not start: it {lost}") from None
        self.allow(inf)

    def allow(self, seconds: float) -> None:
        """From now on it is killed when `seconds` have passed."""
        self._seconds = seconds
        self._end = monotonic() + seconds

    def send(self, *message: Any) -> None:
        """Write a message.

        Raises
        ------
        LostError
            When nobody reads it.
        """
        try:
            send(self._stream(self._process.stdin).write, encode(message))
        except OSError:
            raise LostError(self._how()) from None

    def receive(self) -> tuple[Any, ...]:
        """Wait for a message.

        Raises
        ------
        LostError
            When none comes, or something else.
        """
        try:
            message = decode(receive(self._stream(self._process.stdout).read))
        except (EOFError, OSError):
            raise LostError(self._how()) from None
        except InputError:
            message = None
        if type(message) is not tuple or not message:
            raise LostError("writes into the pipe to the grader")
        return message

    def copy_has_ended(self) -> bool:
        """Wait until the process that made the copy says that the copy has ended."""
        while (sign := self._stream(self._process.stderr).read(1)) not in (b"", b"\0"):
            pass  # what Python said while it started
        return sign == b"\0"

    def close(self) -> None:
        """Kill it, with all that it started, and remove its folder."""
        self._closed.set()
        end_with_all_it_started(self._process)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):
                self._stream(stream).close()
        self._folder.cleanup()

    def _how(self) -> str:
        return f"takes longer than {self._seconds:g} s" if self.late else "ends Python"

    def _watch(self) -> None:
        """Kill the process when its time is up; `allow` may give it more time before."""
        while not self._closed.wait(min(max(self._end - monotonic(), 0.01), 0.2)):
            if monotonic() > self._end:
                self.late = True
                end_with_all_it_started(self._process)
                return

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream
