"""What may one student's file use, and how does the operating system enforce it?"""

import importlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from l0edu.errors import InputError

__all__ = ["Limits", "limit_resources"]


@dataclass(frozen=True)
class Limits:
    """What one student's file may use.

    Parameters
    ----------
    call_s : float
        Seconds for one call of a function.
    load_s : float
        Seconds for loading the file, imports included.
    total_s : float
        Seconds for all calls and loading together.
    memory_mb : int
        MiB of address space, of which Python and NumPy take about 100.
    file_mb : int
        MiB of the largest file.

    Raises
    ------
    InputError
        For one that is not positive.
    """

    call_s: float = 10
    load_s: float = 30
    total_s: float = 120
    memory_mb: int = 1024
    file_mb: int = 64

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise InputError(f"{name} = {value}: a limit is a positive number")


def limit_resources(limits: Limits) -> None:
    """Have the operating system enforce what it can of some limits; on Windows that is nothing.

    Parameters
    ----------
    limits : Limits
    """
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return
    most = {
        "RLIMIT_AS": limits.memory_mb * 2**20,
        "RLIMIT_FSIZE": limits.file_mb * 2**20,
        "RLIMIT_CPU": int(min(limits.total_s, 1e6)) + 60,  # for a child that outlives its parent
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
    }
    for name, value in most.items():
        with suppress(AttributeError, ValueError, OSError):  # a system need not know each
            resource.setrlimit(getattr(resource, name), (value, value))
