"""How long is a training step that begins from a given state?

It is measured as `train_epoch` does it: the batch's selection, the noise, the check of the loss and a step's
share of all that an epoch costs once are in it.
"""

import time
from copy import deepcopy

from l0edu.bench.problems import epochs_of
from l0edu.bench.timing import Answer, Measure
from l0edu.network import Network
from l0edu.records import State
from l0edu.settings import Settings
from l0edu.train import train_epoch

__all__ = ["steps_from"]


def steps_from(net: Network, settings: Settings, start: State) -> Measure:
    """Milliseconds of a training step; each measurement has the same start, and one step before it."""

    def measure(steps: int) -> Answer:
        batch = settings.batch_size
        (warm_up,), epochs = epochs_of(net, 1, batch), list(epochs_of(net, steps, batch))
        state = train_epoch(net, warm_up, settings, deepcopy(start))[0]
        started = time.perf_counter()
        for train in epochs:
            state = train_epoch(net, train, settings, state)[0]
        return {"value": 1000 * (time.perf_counter() - started) / steps}

    return measure
