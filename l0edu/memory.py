"""Why can a step be slow that needs no more memory than the last?

Because freed memory goes back to the system, and each new page costs a fault. A step makes arrays of a
megabyte and more, and drops them. The C library of most Linux systems, glibc, asks the system for each such
block and hands it back at once, or when the end of its heap is free. The next step gets other pages, and the
processor stops at the first touch of every one of them: a page fault for each 4 KiB.
"""

import ctypes
import os

__all__ = ["keep_freed_memory"]

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # names of glibc's limits, from malloc.h
LARGEST_KEPT = 2**25  # bytes: 32 MiB, the most that glibc takes for its second limit
MOST_KEPT = 2**31 - 1  # bytes: 2 GiB, the most that it takes for the first


def keep_freed_memory() -> None:
    """Let this process keep up to 2 GiB that it frees, in blocks below 32 MiB, for its next arrays.

    Larger blocks still go back at once. This holds for everything that the process does from then on. Nothing
    changes where the C library is not glibc, nor where the environment sets one of these limits itself:
    MALLOC_TRIM_THRESHOLD_, MALLOC_MMAP_THRESHOLD_ or GLIBC_TUNABLES (mallopt(3)).
    """
    if _is_set_by_the_user():
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or Windows
        return
    mallopt(MMAP_THRESHOLD, LARGEST_KEPT)
    mallopt(TRIM_THRESHOLD, MOST_KEPT)


def _is_set_by_the_user() -> bool:
    own = {"MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"} & os.environ.keys()
    return bool(own) or "_threshold" in os.environ.get("GLIBC_TUNABLES", "")
