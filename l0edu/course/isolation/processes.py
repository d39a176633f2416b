"""How is a process started in which a student's code will run, and ended with all that it started?"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic

import numpy as np

__all__ = ["end_with_all_it_started", "ended_in_time", "start_bare"]

SCRIPT = Path(__file__).with_name("bare.py")
IMPORT_FROM = [str(Path(__file__).parents[3]), str(Path(np.__file__).parents[1])]
LOOK_S = 0.05
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def start_bare(module: str, work: str) -> subprocess.Popen[bytes]:
    """Start Python on a module of l0edu, with pipes to all three of its standard streams.

    Parameters
    ----------
    module : str
        One whose `serve` is called, as in "l0edu.course.isolation.child".
    work : str
        The folder that is its current one, and its home.
    """
    return subprocess.Popen(
        [sys.executable, "-I", "-B", "-u", "-X", "utf8", str(SCRIPT), module, *IMPORT_FROM],
        cwd=work,
        env=_environment(work),
        bufsize=0,
        start_new_session=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended_in_time(process: subprocess.Popen[bytes], seconds: float, stop: Event) -> bool:
    """Wait for a process to end; False when time is up before, or `stop` is set.

    Parameters
    ----------
    process : Popen
    seconds : float
    stop : Event
    """
    last = monotonic() + seconds
    while not stop.is_set() and monotonic() < last:
        with suppress(subprocess.TimeoutExpired):
            process.wait(LOOK_S)
            return True
    return False


def end_with_all_it_started(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a group of its own, and the group; without groups (Windows), it alone.

    Parameters
    ----------
    process : Popen
        Started with `start_new_session=True`.
    """
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _environment(work: str) -> dict[str, str]:
    """What the process needs; nothing else of the parent's environment is a student's business."""
    folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"), work)
    threads = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB", "NUMEXPR")}
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, **folders, **threads, "MPLBACKEND": "Agg"}
