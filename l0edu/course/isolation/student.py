"""How does a check call a function of a student's file? As a method, on copies of plain values.

A check writes `student.sample(log_alpha, ...)`. The function gets copies of plain values, and copies of plain
values come back. Every error is a sentence about the student's own line. `Direct` loads the file into this
process: breakpoints work, but nothing protects the process. `l0edu.course.isolation.isolated` does the same
in a separate process.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from l0edu.course.isolation.running import call_function, load
from l0edu.course.isolation.values import plain

__all__ = ["Direct", "Student", "copies"]


class Student:
    """Whose attributes are the functions of a student's file.

    Parameters
    ----------
    path : path
        One `.py` file, none of whose functions is called `path`, `printed` or `close`.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(f"{name}: names that begin with an underscore are not a student's functions")
        return partial(self._call, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def printed(self) -> str:
        """The end of what the file printed, where that is kept."""
        return ""

    def close(self) -> None:
        """Give back what the student's file occupies."""

    def _call(self, name: str, *arguments: Any) -> Any:
        raise NotImplementedError


class Direct(Student):
    """A student's file in this process, for a debugger: it is loaded at the first call.

    Parameters
    ----------
    path : path

    Raises
    ------
    StudentError
        By a call: for a file that cannot be loaded, a function that is missing or fails, or a result that is
        not plain (see `l0edu.course.isolation.values`).
    NotImplementedError
        By a call: when a line of the student's file raises it, as the line to be replaced does.
    InputError
        By a call: when an argument is not plain.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "gate.py"
    >>> _ = path.write_text("double = lambda x: 2 * x")
    >>> Direct(path).double(4.0)
    8.0
    >>> Direct(path).triple(4.0)
    Traceback (most recent call last):
    l0edu.course.isolation.running.StudentError: gate.py has no function triple: was it renamed? It has:
    double
    """

    _module: ModuleType | None = None

    def _call(self, name: str, *arguments: Any) -> Any:
        __tracebackhide__ = True
        if self._module is None:
            self._module = load(self.path)
        return call_function(self._module, self.path, name, copies(name, arguments))


def copies(name: str, arguments: tuple[Any, ...]) -> list[Any]:
    """Copies of what a check passes to a function.

    Parameters
    ----------
    name : str
        Of the function, for the error.
    arguments : tuple

    Raises
    ------
    InputError
        For the argument that is not plain.
    """
    return [plain(argument, f"argument {i} of {name}") for i, argument in enumerate(arguments, start=1)]
