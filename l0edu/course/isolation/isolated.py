"""How does a grader call a student's function without being stopped, flooded or fooled by it?

The function runs in a child process with limits, which the grader can kill at any time. Only plain values
come back, and each byte of them is checked (`l0edu.course.isolation.pipe`).
`l0edu.course.isolation.audit_hook` says what the child may do, and which attacks this does not stop.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from l0edu.course.isolation.fenced_process import FencedProcess, GoneError, Tail
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError
from l0edu.course.isolation.student import Student, copies
from l0edu.course.isolation.values import printable

__all__ = ["Isolated"]


class Isolated(Student):
    """A student's file in a process of its own, with limits: it starts at the first call.

    Use it in a `with` block, or call `close()`. After a crash or an endless loop the next call gets a fresh
    process. A file that did not load is not loaded again. A function that took too long is not called again.

    Parameters
    ----------
    path : path
    limits : Limits, optional
    secret : sequence of path
        Files and folders that the student's code may not read. Its own file is always readable.

    Raises
    ------
    StudentError, NotImplementedError, InputError
        By a call: as for `Direct`; also when the time is up or the process ends.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> path = Path(tempfile.mkdtemp()) / "gate.py"
    >>> _ = path.write_text("double = lambda x: 2 * x")
    >>> with Isolated(path) as student:
    ...     student.double(np.array([1.0, 2.0]))
    array([2., 4.])
    """

    def __init__(self, path: str | Path, limits: Limits | None = None, secret: Sequence[Path] = ()) -> None:
        super().__init__(path)
        self.limits = limits or Limits()
        self._secret = [str(Path(folder).absolute()) for folder in secret]
        self._tail = Tail()
        self._process: FencedProcess | None = None
        self._seconds_used = 0.0
        self._not_loading = ""
        self._too_slow: set[str] = set()

    @property
    def printed(self) -> str:
        """The last 4000 bytes that the file printed, complete after `close()`."""
        return self._tail.text()

    def close(self) -> None:
        """End the process, whatever it is doing, and remove its work folder."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _call(self, name: str, *arguments: Any) -> Any:
        __tracebackhide__ = True
        request = {"function": name, "arguments": copies(name, arguments)}
        self._refuse_when_late(name)
        process = self._loaded()
        try:
            answer = self._ask(process, request, self.limits.call_s)
        except TimeoutError as error:
            self._too_slow.add(name)
            raise StudentError(f"{self.path.name}: {name} {error}: is there an endless loop?") from None
        except GoneError as error:
            raise StudentError(f"{self.path.name}: {name} {error}") from None
        return self._result(answer)

    def _refuse_when_late(self, name: str) -> None:
        __tracebackhide__ = True
        if name in self._too_slow:
            raise StudentError(f"{self.path.name}: {name} took too long before, and is not called again")
        if self._seconds_used >= self.limits.total_s:
            used_up = f"the {self.limits.total_s:g} s for all calls are used up"
            raise StudentError(f"{self.path.name}: {name} was not called: {used_up}")

    def _loaded(self) -> FencedProcess:
        """The process that has loaded the file."""
        __tracebackhide__ = True
        if self._process is None and not self._not_loading:
            self._process = FencedProcess(self._tail)
            self._not_loading = self._load(self._process)
        if self._not_loading or self._process is None:
            self.close()
            raise StudentError(self._not_loading)
        return self._process

    def _load(self, process: FencedProcess) -> str:
        """Why the file does not load; empty if it does."""
        order = {"path": str(self.path), "limits": asdict(self.limits), "secret": self._secret}
        try:
            answer = self._ask(process, order, self.limits.load_s)
        except TimeoutError as error:
            remedy = "is there an endless loop, or an experiment, outside the functions?"
            return f"{self.path.name} {error} while it was loaded: {remedy}"
        except GoneError as error:
            return f"{self.path.name}, while it was loaded, {error}"
        return "" if "loaded" in answer else _text(answer.get("error"))

    def _ask(self, process: FencedProcess, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request; without one the process is closed."""
        left = self.limits.total_s - self._seconds_used
        start = monotonic()
        try:
            return process.ask(request, min(seconds, left))
        except TimeoutError:
            self.close()
            all_calls = f"when the {self.limits.total_s:g} s for all calls were over"
            raise TimeoutError(
                f"was stopped {all_calls if left < seconds else f'after {seconds:g} s'}"
            ) from None
        except GoneError:
            self.close()
            raise
        finally:
            self._seconds_used += monotonic() - start

    def _result(self, answer: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        if "value" in answer:
            return answer["value"]
        if "not started" in answer:
            raise NotImplementedError(_text(answer["not started"]))
        raise StudentError(_text(answer.get("error")))


def _text(message: Any) -> str:
    """A message of the child, which may say anything."""
    return printable(str(message))[:1000]
