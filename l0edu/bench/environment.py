"""On what was measured? Versions, the BLAS with the kernel that it chose, the processor, and memory.

Names of machines and paths of files are not recorded.
"""

import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import l0edu
from l0edu.errors import InputError

__all__ = ["cores", "library_versions", "machine", "numpy_blas", "peak_mib"]


def machine() -> dict[str, Any]:
    """Processor, cores that this process may use, how busy they were, system and Python.

    The load is the mean number of processes that wanted to run in the last minute: others than these.

    Examples
    --------
    >>> sorted(machine())
    ['cores', 'cpu', 'load', 'python', 'system']
    """
    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def library_versions() -> dict[str, str]:
    """Versions of l0edu, NumPy and autograd."""
    return {"l0edu": l0edu.__version__, "numpy": np.__version__, "autograd": version("autograd")}


def numpy_blas() -> dict[str, Any]:
    """NumPy's BLAS: its name and version, and of OpenBLAS the kernel and the threads that it uses now.

    Examples
    --------
    >>> sorted(numpy_blas())
    ['kernel', 'name', 'threads', 'version']
    """
    config: Any = np.show_config(mode="dicts")
    blas = config.get("Build Dependencies", {}).get("blas", {})
    return {
        "name": blas.get("name", "unknown"),
        "version": blas.get("version", "unknown"),
        "kernel": _ask_openblas("get_corename", ctypes.c_char_p) or "unknown",
        "threads": _ask_openblas("get_num_threads", ctypes.c_int) or "unknown",
    }


def peak_mib() -> float:
    """The most memory that this process has held so far, in MiB.

    On Linux VmHWM is read, which starts anew with each program. `ru_maxrss` does not: a process begins with
    the peak of the one that started it, and a small child of a large parent would look large.

    Raises
    ------
    InputError
        Where the system tells neither.

    Examples
    --------
    >>> peak_mib() > 10
    True
    """
    for line in _lines("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        raise InputError(
            "this system does not tell a process's peak memory: leave it out of --cases"
        ) from None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def _cpu_model() -> str:
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _ask_openblas(question: str, kind: Any) -> Any:
    """The answer of the OpenBLAS that NumPy has loaded; None where there is none."""
    for path, prefix, suffix in product(_loaded_openblas(), ("scipy_", ""), ("64_", "")):
        function = getattr(ctypes.CDLL(path), f"{prefix}openblas_{question}{suffix}", None)
        if function is not None:
            function.restype = kind
            answer = function()
            return answer.decode() if isinstance(answer, bytes) else answer
    return None


def _loaded_openblas() -> set[str]:
    return {line.split()[-1] for line in _lines("/proc/self/maps") if "openblas" in line and "/" in line}


def _lines(path: str) -> Iterator[str]:
    """The lines of a file of the system's; none where there is no such file."""
    try:
        yield from Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
