"""How do a student's tests run? In a process without the functions, which keeps no memory of a version.

A version is a set of the functions under test. For each version the process makes a copy of itself (a fork).
The copy loads the student's file, runs the tests that it is told to run, and ends. So whatever a test stored
in its module, in `builtins` or in NumPy is gone before the next version. The copy may use no files, no
network and no other modules. Only the first process can report that a copy has ended. So a copy that stays
alive cannot take its place and remember a version.

Windows has no fork. There the process does the work of the copy itself and ends, and a new process is started
for the next version.
"""

import _thread
import cmath  # noqa: F401 (a test may import it, and nothing can be loaded later)
import dataclasses  # noqa: F401
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from types import ModuleType, TracebackType
from typing import Any, NoReturn

import numpy.fft
import numpy.linalg
import numpy.polynomial
import numpy.random
import numpy.testing  # noqa: F401

from l0edu.course.hunt.proxies import gates_over
from l0edu.course.hunt.reloading import Reloader
from l0edu.course.isolation.audit_hook import AuditHook, replace_in_os
from l0edu.course.isolation.limits import Limits, limit_resources
from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.course.isolation.values import clean

__all__ = ["Link", "outcome", "serve"]

FORKS = hasattr(os, "fork")
ENDED = 77  # exit code of a copy that ended when it was told to
BY_HAND = "python -m pytest test_gates.py"
CLOSED = ("import", "open", "os", "socket", "subprocess", "shutil", "tempfile", "ctypes", "mmap", "fcntl")
# An audit hook is not asked about these functions, so they are replaced. Some leave the group of processes
# that is killed when time is up. The others could leave a sign for the next copy: a mark on a pipe, or a
# changed count of processes or files.
UNASKED = (
    *("setsid", "setpgid", "setpgrp", "set_blocking"),
    *("pipe", "pipe2", "eventfd", "memfd_create", "openpty"),
)


class Link:
    """The pipe to the process that scores. Standard input, output and error are emptied."""

    def __init__(self) -> None:
        self.incoming, self.outgoing, self.ends = os.dup(0), os.dup(1), os.dup(2)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)

    def send(self, *message: Any) -> None:
        """Write a message."""
        send(lambda data: os.write(self.outgoing, data), encode(message))

    def receive(self) -> Any:
        """Wait for a message, and read no byte after it: the next message may be for another copy."""
        return decode(receive(lambda size: os.read(self.incoming, size)))

    def end(self) -> None:
        """Say that a copy has ended, through a pipe that the copy does not have."""
        os.write(self.ends, b"\0")
        self.send("ended")

    def ask(self, name: str, values: tuple[Any, ...]) -> tuple[bool, Any]:
        """Call a function of the version under test: whether it answers, and what."""
        self.send("call", name, values)
        ok, value = self.receive()
        return ok, value


class BreakpointError(Exception):
    """A test stops for a debugger, and nobody is there."""


def outcome(run: Callable[[], Any], file: str) -> tuple[str, str]:
    """What becomes of a test, or of loading a file: "passed", "failed", "unwritten" or "out", and a sentence.

    Parameters
    ----------
    run : callable
        Without arguments.
    file : str
        The student's, whose line is named.

    Examples
    --------
    >>> outcome(lambda: 1 / 0, "tests.py")
    ('failed', 'ZeroDivisionError: division by zero')
    >>> outcome(sys.exit, "tests.py")
    ('out', 'ends Python')
    """
    try:
        run()
    except NotImplementedError:
        return "unwritten", ""
    except MemoryError:
        return "out", "runs out of memory"
    except BreakpointError as error:
        return "out", f"stops at {_place(error, file)}take `breakpoint()` out; it works under `{BY_HAND}`"
    except Exception as error:
        return "failed", _sentence(error, file)
    except BaseException:
        return "out", "ends Python"
    return "passed", ""


def serve() -> None:
    """Answer what `l0edu.course.hunt.arena` asks, until the pipe ends."""
    link = Link()
    file, limits = link.receive()
    reloader = Reloader(file)
    limit_resources(Limits(**limits))
    link.send("ready")
    with suppress(Exception):  # each copy says what is wrong
        reloader.get_code(reloader.name)
    while True:
        try:
            _, parameters = link.receive()
        except EOFError:
            os._exit(0)
        copy = os.fork() if FORKS else 0
        if copy == 0:
            os.close(link.ends)
            _run_tests(link, reloader, parameters)
            os._exit(ENDED)
        if os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) != ENDED:
            os._exit(1)
        link.end()


def _run_tests(link: Link, reloader: Reloader, parameters: Mapping[str, Sequence[str]]) -> None:
    """Load the file and run tests on one version, until told to end."""
    for name in UNASKED:
        replace_in_os(name, _refused)
    _start_no_threads()
    sys.breakpointhook = _no_debugger
    AuditHook(Path.cwd(), Path(reloader.path)).install()
    _close(frozenset(CLOSED))
    loaded: list[ModuleType] = []
    link.send(*outcome(lambda: loaded.append(reloader.load()), reloader.path))
    gates = gates_over(link.ask, parameters)
    while (message := link.receive())[0] == "test":
        test: Any = getattr(loaded[0], message[1], None)
        link.send(*outcome(lambda: test(gates), reloader.path))  # noqa: B023 (it runs at once)


def _close(closed: frozenset[str]) -> None:
    """Refuse access to anything outside this process: a test could leave a note there."""

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event.partition(".")[0] in closed:
            raise PermissionError(
                f"{event} is refused: a test has numpy and the functions of `gates`, and no files"
            )

    sys.addaudithook(refuse)


def _start_no_threads() -> None:
    """Refuse threads. Each would use up a process number, and the next copy could see how many."""
    for module in (_thread, threading):
        for name in [name for name in vars(module) if "start_new" in name or "start_joinable" in name]:
            setattr(module, name, _refused)


def _no_debugger(*_: Any, **__: Any) -> NoReturn:
    raise BreakpointError


def _refused(*_: Any, **__: Any) -> NoReturn:
    raise PermissionError("that is refused: a test has numpy and the functions of `gates`")


def _sentence(error: Exception, file: str) -> str:
    """Where in the student's file it failed, and what was said."""
    said = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(":")
    return clean(_place(error, file) + said)[:400]


def _place(error: Exception, file: str) -> str:
    """The line of the test, as in "line 8: ", and that of its helper, as in "line 8, in near line 4: "."""
    lines = list(_lines(error.__traceback__, file))
    if not lines:
        return ""
    (first, _), (last, function) = lines[0], lines[-1]
    then = "then" if function.startswith("<") else f"in {function}"  # <lambda> and the like
    return f"line {first}: " if first == last else f"line {first}, {then} line {last}: "


def _lines(trace: TracebackType | None, file: str) -> Iterator[tuple[int, str]]:
    """Those of a file that an error passed through, each with its function."""
    for frame, line in walk_tb(trace):
        if frame.f_code.co_filename == file:
            yield line, frame.f_code.co_name
