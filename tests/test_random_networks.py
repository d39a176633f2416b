"""Are the random networks of the tests varied enough, and do their batches fit?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from random_networks import networks, problems
from strategies import few

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    InputError,
    MaxPool,
    MeanPool,
    Relu,
    Residual,
    sample_gates,
)
from l0edu.layers import Put, Scale, Take


def _has(kind):
    return lambda net: any(isinstance(layer, kind) for layer in net.layers)


def _between(kind, gate_first):
    """Does a layer of a kind stand between a gate and its layer, in one chain?"""

    def found(net):
        names = [layer.name for layer in net.layers]
        spans = [(names.index(c.gate), names.index(c.layer)) for c in net.charges if c.axis is not None]
        return any(
            isinstance(layer, kind)
            for gate, layer in spans
            if (gate < layer) == gate_first
            for layer in net.layers[min(gate, layer) : max(gate, layer)]
        )

    return found


def _containers(layer):
    """Every Chain and Residual in a layer, itself included."""
    if isinstance(layer, Chain | Residual):
        yield layer
        parts = layer.layers if isinstance(layer, Chain) else (layer.branch, layer.shortcut)
        for part in parts:
            yield from _containers(part)


def _shortcut(kind):
    """Is there a residual block whose shortcut holds a kind of layer, or is the identity (None)?"""

    def fits(shortcut):
        return (
            shortcut is kind
            if None in (shortcut, kind)
            else any(isinstance(one, kind) for one in shortcut.layers)
        )

    return lambda net: any(fits(one.shortcut) for one in _containers(net.body) if isinstance(one, Residual))


def _refused(net):
    """Is there a gate that a network has to be asked to allow?"""
    try:
        replace(net, allow_gate_before_batch_norm=False)
    except InputError:
        return True
    return False


VARIETY = {
    **{kind.__name__: _has(kind) for kind in (Conv, BatchNorm, MaxPool, MeanPool, Flatten, Gate)},
    "a gate through flatten": _between(Flatten, True),
    "a gate across a pool": _between((MaxPool, MeanPool), True),
    "a gate across relu": _between(Relu, True),
    "a gate behind batch norm": _between(BatchNorm, False),
    "a gate behind a pool": _between((MaxPool, MeanPool), False),
    "gates on both axes": lambda net: len({c.layer for c in net.charges}) < len(net.charges),
    "weight gates": lambda net: any(charge.axis is None for charge in net.charges),
    "identity": _shortcut(None),
    "dense shortcut": _shortcut(Dense),
    "conv shortcut": _shortcut(Conv),
    "no gates": lambda net: not net.gates(),
    "strides": lambda net: any(getattr(layer, "stride", 1) > 1 for layer in net.layers),
    "chains in chains": lambda net: any("part of" in one.name for one in _containers(net.body)),
}


@pytest.mark.parametrize("wanted", VARIETY.values(), ids=VARIETY)
def test_random_networks_are_varied(wanted):
    find(
        networks(), wanted, settings=settings(few, max_examples=2000, phases=[Phase.generate], database=None)
    )


MORE = {
    **{kind.__name__: _has(kind) for kind in (Take, Put, Scale)},
    "a take that is put back": lambda net: "put" in " ".join(net.shapes).partition("take")[2],
    "a put of nothing": lambda net: any(isinstance(layer, Put) and not layer.units for layer in net.layers),
    "a gate before batch norm": _refused,
}


@pytest.mark.parametrize("wanted", MORE.values(), ids=MORE)
def test_there_may_be_layers_of_compacted_networks_and_deaf_gates(wanted):
    find(
        networks(selection=True, deaf=True),
        wanted,
        settings=settings(few, max_examples=2000, phases=[Phase.generate], database=None),
    )


@given(problems())
@few
def test_random_networks_have_a_batch_that_fits(problem):
    net, params, x, y, noise = problem
    logits = net.apply(params, x, sample_gates(net, params, noise))
    assert logits.shape == (len(y), 3)
    assert np.isfinite(logits).all()
