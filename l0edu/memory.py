"""Why can a step be slow that needs no more memory than the last?

Because freed memory goes back to the system, and each new page costs a fault. A step makes arrays of a
megabyte and more, and drops them. The C library of most Linux systems, glibc, asks the system for each such
block and hands it back at once. The next step gets other pages, and the processor stops at the first touch of
every one of them: a page fault for each 4 KiB.
"""

import numpy as np

__all__ = ["keep_freed_memory"]


def keep_freed_memory() -> None:
    """Let this process keep up to 66 MB that it frees, in blocks of up to 33 MB, for its next arrays.

    When glibc frees a block that it had asked the system for, it takes the block's size for its new limit:
    smaller ones are cut from memory that the process has, of which up to twice the limit is kept (mallopt(3),
    on the dynamic mmap threshold; its maximum is 32 MiB). So one large block is asked for and dropped.
    Nothing is written to it, so it takes no memory. Where the C library is another one, or was given fixed
    limits in its environment, nothing changes.
    """
    np.empty(33_000_000, np.uint8)
