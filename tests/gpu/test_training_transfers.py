"""What does a training step move between host and device? What it says, and nothing unnoticed."""

from dataclasses import replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import SGD, Adam, Settings, fit, lenet5, mlp
from l0edu.data import load
from l0edu.gpu import stand_in, to_device
from l0edu.target import Target

BASE = Settings(epochs=1, batch_size=20)
GATES = {"mlp": 3, "lenet5": 4}  # layers of gates


def moved_by_steps(net, settings, train):
    """Uploads and downloads of each step of an epoch; a hidden transfer is an error."""
    counted = []

    def track(steps):
        for batch in steps:
            with stand_in.strict(), stand_in.counting() as counts:
                yield batch
            counted.append((counts.uploads, counts.downloads))

    list(fit(net, to_device(train, "stand-in"), settings, track=track))
    return counted


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("name", GATES)
def test_a_step_moves_at_most_the_noise_of_the_host(name, repeatable):
    net, train = {"mlp": mlp, "lenet5": lenet5}[name](), load("mini")[0].take(np.arange(60))
    uploads = GATES[name] if repeatable else 0
    assert moved_by_steps(net, replace(BASE, repeatable=repeatable), train) == 3 * [(uploads, 0)]


KINDS = {  # settings; uploads and downloads of a step
    "weight decay": ({"weight_decay": 1e-3}, (0, 0)),
    "gates' own rule": ({"optimizer": SGD(0.1), "gate_optimizer": Adam(0.01)}, (0, 0)),
    "a clamp": ({"clamp": 4.0}, (0, 0)),
    "a target: the share, by which the multipliers move": ({"target": Target(0.5)}, (0, 1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_step_moves_is_known(kind):
    changes, moved = KINDS[kind]
    assert moved_by_steps(tiny_mlp(), replace(BASE, **changes), blobs()) == 3 * [moved]


def test_the_losses_of_an_epoch_are_one_download():
    downloads = []
    for size in (60, 10):
        train = to_device(blobs(), "stand-in")
        with stand_in.counting() as counts:
            list(fit(tiny_mlp(), train, replace(BASE, batch_size=size)))
        downloads.append(counts.downloads)
    assert downloads[0] == downloads[1]
