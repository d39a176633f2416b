"""When is the state of a run kept inside an epoch? Where epochs take long, every few minutes.

A step of a wide ResNet can take seconds and an epoch hours: an interruption shall not cost an epoch. The
clock decides only whether a state is written, never what is computed.
"""

import time
from collections.abc import Callable

from l0edu.records import State

__all__ = ["Checkpointer"]


class Checkpointer:
    """Calls a function with the state from time to time.

    Parameters
    ----------
    write : callable
        `write(state)` puts the state where it is safe.
    every : float
        Seconds from one writing to the next, not negative.
    clock : callable
        The time in seconds.

    Examples
    --------
    >>> from itertools import count
    >>> checkpointer = Checkpointer(print, every=10, clock=count(step=6).__next__)
    >>> checkpointer.due(), checkpointer.due()  # 6 and 12 seconds after the beginning
    (False, True)
    """

    def __init__(
        self, write: Callable[[State], None], every: float = 300, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._every, self._clock = write, every, clock
        self._last = clock()

    def due(self) -> bool:
        """Whether it is time to keep a state."""
        return self._clock() - self._last >= self._every

    def keep(self, state: State) -> None:
        """Write the state."""
        self._write(state)
        self.restart()

    def restart(self) -> None:
        """Wait anew, as after an epoch, whose end is written by others."""
        self._last = self._clock()
