"""What may a student's code not do in its child process? A hook refuses to write, delete, connect or start.

Python calls an audit hook before it opens a file, starts a process and the like. This hook refuses what is
forbidden, with a sentence that says so. It stops accidents and simple tricks. It is not a sandbox, because it
runs in the student's own Python. One line that replaces a function which the hook uses, such as
`os.path.realpath`, switches it off. Then the code can read secrets, write files and start programs that go on
after the grading.

Even while the hook works, the code can read files that are not named as secret. Links under /proc tell it
where other processes work. The number of threads and of files has no limit. An instructor who needs more
protection runs the grader in a container.
"""

import errno
import importlib
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

__all__ = ["AuditHook", "replace_in_os"]

STARTS, CONNECTS, LINKS = "starting another program", "using the network", "making links"
FOREIGN, LIMITS, KILLS = "calling C code through ctypes", "changing its limits", "ending other processes"
REFUSED = {
    **dict.fromkeys(("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty"), STARTS),
    **dict.fromkeys(("os.posix_spawn", "os.spawn", "os.startfile", "pty.spawn", "sys.remote_exec"), STARTS),
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), CONNECTS),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), CONNECTS),
    **dict.fromkeys(("os.link", "os.symlink"), LINKS),
    **dict.fromkeys(("ctypes.dlsym", "ctypes.dlsym/handle", "ctypes.cdata", "ctypes.string_at"), FOREIGN),
    **dict.fromkeys(("resource.setrlimit", "resource.prlimit"), LIMITS),
    "os.killpg": KILLS,
    "sqlite3.connect": "opening a database",
    "cpython.PyInterpreterState_New": "another interpreter, which has no hook,",
}
# Python does not call the hook for these: functions of `os` are replaced, and modules are not loaded.
UNASKED = {
    **dict.fromkeys(("mkfifo", "mknod", "chroot"), "making pipes and devices"),
    **dict.fromkeys(("setpriority", "sched_setaffinity", "sched_setparam", "sched_setscheduler"), LIMITS),
    "pidfd_open": KILLS,
}
NOT_LOADED = (
    *("posix", "_posixsubprocess", "readline", "_dbm", "_gdbm", "_testcapi"),
    *("_interpreters", "_xxsubinterpreters"),  # another interpreter has no hook
)
OTHERS = ("l0edu-submission-", "l0edu-tests-", "l0edu-hunt-")  # folders of another student, beside the work
# Where an event's arguments hold a path, and the descriptor of the folder that the path starts from.
Places: TypeAlias = tuple[tuple[int, int | None], ...]
CHANGES: dict[str, Places] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.truncate": ((0, None),),
    "os.chflags": ((0, None),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class AuditHook:
    """Raises PermissionError, with a sentence, before something forbidden happens.

    Parameters
    ----------
    work : Path
        The folder in which everything may be changed; the only one.
    readable : Path
        The student's file, which may lie among the secrets.
    secret : sequence of Path
        Files, and folders with all that is in them, that may not be read.
    """

    def __init__(self, work: Path, readable: Path, secret: Sequence[Path] = ()) -> None:
        self.work = os.path.realpath(work)
        self.readable = os.path.realpath(readable)
        self.secret = [os.path.realpath(path) for path in secret]
        self.others = tuple(str(Path(self.work).parent / name) for name in OTHERS)

    def install(self) -> None:
        """Have Python call the hook from now on; it cannot be removed again."""
        with suppress(ImportError):
            starter: Any = importlib.import_module("_posixsubprocess")
            starter.fork_exec = partial(_refuse_any, STARTS)  # multiprocessing calls it
        for name, what in UNASKED.items():
            replace_in_os(name, partial(_refuse_any, what))
        judges = self._judges()

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in judges:
                judges[event](*arguments)

        sys.addaudithook(hook)

    def _judges(self) -> dict[str, Callable[..., None]]:
        """For each event a function of its arguments, which raises when it refuses."""
        return {
            **{event: partial(_refuse_any, what) for event, what in REFUSED.items()},
            **{event: partial(self._judge_change, places) for event, places in CHANGES.items()},
            **dict.fromkeys(("os.listdir", "os.scandir"), self._judge_reading),
            "open": self._judge_open,
            "import": self._judge_import,
            "os.kill": _judge_kill,
            "ctypes.dlopen": _judge_library,
        }

    def _judge_change(self, places: Places, *arguments: Any) -> None:
        for path_at, folder_at in places:
            path = arguments[path_at]
            _require_plain_class(path)
            if folder_at is not None and arguments[folder_at] != -1:
                _require_plain_name(path)
            elif type(path) is int or not self._is_in_work(path):
                _refuse(f"changing {_shown(path)}, which is outside the work folder,")

    def _judge_import(self, name: str, file: Any, *_: Any) -> None:
        if name in NOT_LOADED:
            raise ImportError(f"{name} cannot be loaded while your code is checked")
        if file is not None and self._is_in_work(file):  # a C library that the student's code wrote there
            _refuse(FOREIGN)

    def _judge_open(self, path: Any, mode: Any, flags: Any) -> None:
        _require_plain_class(path)
        if type(path) is int:
            return
        if flags & WRITING or (type(mode) is str and set(mode) & set("wax+")):
            if not self._is_in_work(path) and os.fsdecode(path) != os.devnull:
                _refuse(f"writing to {_shown(path)}, which is outside the work folder,")
        elif mode is None and Path(os.fsdecode(path)).is_dir() and not self._is_in_work(path):
            _refuse(f"opening the folder {_shown(path)}")  # paths that start from it would not show
        self._judge_reading(path)

    def _judge_reading(self, path: Any) -> None:
        _require_plain_class(path)
        if type(path) is int:
            return
        path = os.fsdecode(path or ".")  # None is how os.listdir names the current folder
        real = os.path.realpath(path)
        process = re.match(r"/proc/(\d+)(/|$)", real)
        if process and int(process[1]) != os.getpid():
            _refuse("looking into other processes")
        if real != self.readable and self._is_secret(real):
            _refuse(f"reading {_shown(path)}")

    def _is_secret(self, real: str) -> bool:
        is_anothers = real.startswith(self.others) and not _is_in(real, self.work)
        return is_anothers or any(_is_in(real, folder) for folder in self.secret)

    def _is_in_work(self, path: Any) -> bool:
        path = os.fsdecode(path)
        climbs = ".." in Path(path).parts and not Path(path).is_absolute()  # it may start from any folder
        return not climbs and _is_in(os.path.realpath(path), self.work)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


def replace_in_os(name: str, function: Callable[..., Any]) -> None:
    """Put a function in the place of one of `os`, wherever Python keeps that one.

    Parameters
    ----------
    name : str
        As in "mkfifo".
    function : callable
        What is called from now on.
    """
    old = getattr(os, name, None)
    for module in (os, sys.modules.get("posix")):
        if hasattr(module, name):
            setattr(module, name, function)
    for table in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        table.discard(old)


def _require_plain_class(path: Any) -> None:
    """A path of a class of the student's own could show the hook one file and Python another."""
    if type(path) not in (str, bytes, int, type(None)):
        _refuse(f"a path of the class {type(path).__name__[:60]}")


def _require_plain_name(path: Any) -> None:
    """For a path that starts from an open folder, which can only lie in the work folder."""
    name = os.fsdecode(path)
    if name in ("", ".", "..") or Path(name).name != name:
        _refuse(f"changing {_shown(path)} from an open folder")


def _refuse_any(what: str, *_: Any, **__: Any) -> None:
    _refuse(what)


def _judge_kill(process: int, *_: Any) -> None:
    if process != os.getpid():
        _refuse(KILLS)


def _judge_library(name: Any, *_: Any) -> None:
    if name is not None:  # importing ctypes, as NumPy does, asks for Python itself
        _refuse(FOREIGN)


def _shown(path: Any) -> str:
    return f"descriptor {path}" if type(path) is int else os.fsdecode(path)[:200]


def _refuse(what: str) -> NoReturn:
    raise PermissionError(errno.EACCES, f"{what} is not allowed while your code is checked")
