"""Which batches and which chance does an epoch have, and how far has it come?

Everything random in epoch e comes from the generator `default_rng((seed, e))`: the order of the batches, how
images are flipped and cropped, and the noise of the gates. So the state between two epochs holds no
generator; one that is kept inside an epoch holds its state, and the losses of the steps so far
(`PartOfEpoch`).

On a device the noise comes from a generator of the device, unless the run is to be repeatable, and losses
stay there until someone reads them: to read a number is to wait for all steps before it.
"""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from l0edu.data import Images, batches
from l0edu.divergence import refuse_loss_not_finite
from l0edu.gpu import is_on_device, to_host
from l0edu.gpu.autograd_cupy import array_module
from l0edu.records import PartOfEpoch, State
from l0edu.settings import Settings
from l0edu.tables import Array

__all__ = ["Epoch"]

Terms = dict[str, float]


class Epoch:
    """One pass over the data, from its start or from where a state was kept.

    Parameters
    ----------
    train : Dataset, ByteImages or DeviceImages
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
        From which everything random in the epoch comes, but for noise that a device draws.
    noise_rng : Generator
        From which the noise comes: `rng`, or one of the device.
    losses : list of dict
        The terms of each step's loss, as far as they were read.

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
        seed = settings.seed, self.number, 1 + len(self.losses)  # zeros at the end would not count
        self.noise_rng = self.rng if settings.repeatable else _generator_beside(train.y, self.rng, seed)
        self._unread: list[dict[str, Any]] = []
        self._started = time.perf_counter()

    def batches(self) -> Iterator[tuple[Array, Array]]:
        """The batches that are still to come."""
        return self._batches

    def add(self, terms: dict[str, Any]) -> None:
        """One more step's loss: read at once, but for one that a device is still to compute.

        Raises
        ------
        TrainingDivergedError
            As `read_losses`.
        """
        self._unread.append(terms)
        if not any(map(is_on_device, terms.values())):
            self.read_losses()

    def read_losses(self) -> None:
        """Read what lies on a device, in one download, and go on with `losses`.

        Raises
        ------
        TrainingDivergedError
            For the first step whose loss is not finite.
        """
        for numbers in _read(self._unread):
            refuse_loss_not_finite(numbers, self.number, len(self.losses) + 1)
            self.losses.append(numbers)
        self._unread = []

    def seconds(self) -> float:
        """The wall time of its steps so far."""
        return self._seconds_before + time.perf_counter() - self._started

    def step_ms(self) -> float:
        """The mean wall time of a step, in milliseconds."""
        return 1000 * self.seconds() / len(self.losses)

    def part(self, sums: dict[str, Any]) -> PartOfEpoch:
        """How far it has come, for a state that is kept now, with `Workspace.sums`."""
        self.read_losses()
        generator: Any = self.rng.bit_generator.state
        return PartOfEpoch(list(self.losses), generator, self.seconds(), sums)


def _generator_beside(y: Any, host: np.random.Generator, seed: tuple[int, ...]) -> Any:
    """For labels on a device, a generator of the device; else the host's.

    Its state cannot be kept, so that an epoch which goes on after some steps gets another seed.
    """
    return array_module(y).random.default_rng(seed) if is_on_device(y) else host


def _read(steps: list[dict[str, Any]]) -> list[Terms]:
    """The terms as Python's numbers."""
    placed = [term for terms in steps for term in terms.values() if is_on_device(term)]
    numbers = iter(to_host(np.stack(placed)).tolist() if placed else ())
    return [
        {name: next(numbers) if is_on_device(term) else float(term) for name, term in terms.items()}
        for terms in steps
    ]
