"""Which batches and which chance does an epoch have, and how far has it come?

Everything random in epoch e comes from the generator `default_rng((seed, e))`: the order of the batches, how
images are flipped and cropped, and the noise of the gates. So the state between two epochs holds no
generator; one that is kept inside an epoch holds its state, and the losses of the steps so far (`Part`).
"""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from l0edu.data import Images, batches
from l0edu.records import Part, State
from l0edu.settings import Settings
from l0edu.tables import Array

__all__ = ["Epoch"]


class Epoch:
    """One pass over the data, from its start or from where a state was kept.

    Parameters
    ----------
    train : Dataset or ByteImages
    settings : Settings
    state : State
        Before the epoch, or inside it.

    Attributes
    ----------
    number : int
        From 1.
    warms_up : bool
        Whether it trains without gates.
    rng : numpy Generator
        From which everything random in the epoch comes.
    losses : list of dict
        The terms of each step's loss so far.

    Examples
    --------
    >>> from l0edu import Dataset, mlp
    >>> from l0edu.train import begin
    >>> net, settings = mlp((4, 2), (0.5,)), Settings(epochs=1, batch_size=2)
    >>> train = Dataset(np.zeros((5, 4), np.float32), np.zeros(5, int), "example")
    >>> epoch = Epoch(train, settings, begin(net, settings))
    >>> epoch.number, [len(y) for x, y in epoch.batches()]
    (1, [2, 2, 1])
    """

    def __init__(self, train: Images, settings: Settings, state: State) -> None:
        self.number = state.epoch + 1
        self.warms_up = self.number <= settings.warm_up
        self.rng = np.random.default_rng((settings.seed, self.number))
        self.losses = [] if state.part is None else list(state.part.losses)
        self._batches = islice(batches(self.rng, train, settings.batch_size), len(self.losses), None)
        self._seconds_before = 0.0
        if state.part is not None:
            self.rng.bit_generator.state = state.part.generator
            self._seconds_before = state.part.seconds
        self._started = time.perf_counter()

    def batches(self) -> Iterator[tuple[Array, Array]]:
        """The batches that are still to come."""
        return self._batches

    def seconds(self) -> float:
        """The wall time of its steps so far."""
        return self._seconds_before + time.perf_counter() - self._started

    def step_ms(self) -> float:
        """The mean wall time of a step, in milliseconds."""
        return 1000 * self.seconds() / len(self.losses)

    def part(self, sums: dict[str, Any]) -> Part:
        """How far it has come, for a state that is kept now, with `Workspace.sums`."""
        generator: Any = self.rng.bit_generator.state
        return Part(list(self.losses), generator, self.seconds(), sums)
