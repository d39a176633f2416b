"""Which networks does the paper train? Functions that return a `Network`, and their names (Section 4).

Those of Table 1 are here, the wide ResNets of Table 2 in `l0edu.wide_resnet`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from l0edu.dropout import Dropout
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.layers import Chain, Conv, Dense, Flatten, Gate, Layer, MaxPool, Relu, Residual
from l0edu.network import Network
from l0edu.wide_resnet import wide_resnet

__all__ = ["FAMILY", "MODELS", "build", "lenet5", "mlp"]


def mlp(
    sizes: Sequence[int] = (784, 300, 100, 10),
    drop_rates: Sequence[float] = (0.2, 0.5, 0.5),
    law: Any = HardConcrete(),  # noqa: B008 (frozen)
) -> Network:
    """A multilayer perceptron with a gate on every input of every dense layer: 784-300-100 of Table 1.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden units, classes.
    drop_rates : sequence of float
        Initial drop rate of the gates on each layer's inputs: .2 on the image, .5 on hidden units.
    law : law of gates, or None
        Its `drop_rate` is replaced; None builds the dense network.

    Returns
    -------
    Network
        Its gated layers are gate1, gate2, ..., charging fc1, fc2, ...

    Examples
    --------
    >>> sum(charge.gates * charge.group_size for charge in mlp().charges)
    266200
    """
    if len(sizes) < 2 or (law is not None and len(drop_rates) != len(sizes) - 1):
        raise InputError(f"sizes {tuple(sizes)} need {len(sizes) - 1} drop rates, got {tuple(drop_rates)}")
    layers: list[Layer] = []
    for i, units in enumerate(sizes[1:], start=1):
        if law is not None:
            layers.append(Gate(f"gate{i}", replace(law, drop_rate=drop_rates[i - 1]), charges=f"fc{i}"))
        layers.append(Dense(f"fc{i}", units))
        if i < len(sizes) - 1:
            layers.append(Relu(f"relu{i}"))
    return Network(in_shape=(sizes[0],), body=Chain("mlp", tuple(layers)))


def lenet5(law: Any = HardConcrete(drop_rate=0.5)) -> Network:  # noqa: B008 (frozen)
    """LeNet-5-Caffe, 20-50-800-500 of Table 1: gates on the convolutions' maps and the dense layers' inputs.

    Parameters
    ----------
    law : law of gates, or None
        None builds the dense network.

    Returns
    -------
    Network
        For images (1, 28, 28); its gated layers are gate1 to gate4, charging conv1, conv2, fc1, fc2.

    Examples
    --------
    >>> sum(charge.gates * charge.group_size for charge in lenet5().charges)
    430500
    """

    def gate(number: int, charges: str) -> tuple[Layer, ...]:
        return () if law is None else (Gate(f"gate{number}", law, charges=charges),)

    return Network(
        in_shape=(1, 28, 28),
        body=Chain(
            "lenet5",
            (
                *(Conv("conv1", 20, 5), *gate(1, "conv1"), Relu("relu1"), MaxPool("pool1", 2)),
                *(Conv("conv2", 50, 5), *gate(2, "conv2"), Relu("relu2"), MaxPool("pool2", 2)),
                Flatten("flat"),
                *(*gate(3, "fc1"), Dense("fc1", 500), Relu("relu3")),
                *(*gate(4, "fc2"), Dense("fc2", 10)),
            ),
        ),
    )


MODELS: dict[str, Callable[[], Network]] = {
    "mlp": mlp,
    "mlp-dense": partial(mlp, law=None),
    "mlp-dropout": partial(mlp, law=Dropout()),
    "lenet5": lenet5,
    "lenet5-dense": partial(lenet5, law=None),
    "lenet5-dropout": partial(lenet5, law=Dropout(drop_rate=0.5)),
}
FAMILY = "wrn-D-K[-dense|-dropout|-before-bn]"
WIDE_RESNET = re.compile("wrn-([1-9][0-9]{0,9})-([1-9][0-9]{0,9})(-dense|-dropout|-before-bn)?")
VARIANTS: dict[str | None, dict[str, Any]] = {
    None: {},
    "-dense": {"law": None},
    "-dropout": {"law": Dropout(drop_rate=0.3)},
    "-before-bn": {"gates_before_batch_norm": True},
}


def build(name: str, classes: int | None = None, drop_rate: float | None = None) -> Network:
    """The model of a name: one of `MODELS`, or a wide ResNet of depth D and width K.

    Parameters
    ----------
    name : str
        For wide ResNets `FAMILY`: wrn-28-10, say, with gates. Behind it, -dense means no gates, -dropout
        dropout of whole maps instead, and -before-bn gates before batch norm.
    classes : int, optional
        How many outputs; without it 10.
    drop_rate : float, optional
        The initial drop rate of all gates; without it the model's own.

    Raises
    ------
    InputError
        For an unknown name, a wide ResNet that cannot be, or a drop rate where nothing has one.

    Examples
    --------
    >>> build("mlp").in_shape
    (784,)
    >>> build("wrn-16-4", classes=100).body.out_shape((3, 32, 32))
    (100,)
    """
    net = _builder(name)()
    if classes is not None:
        net = _with_classes(net, classes)
    return net if drop_rate is None else _with_drop_rate(net, name, drop_rate)


def _builder(name: str) -> Callable[[], Network]:
    if name in MODELS:
        return MODELS[name]
    found = WIDE_RESNET.fullmatch(name)
    if found is None:
        raise InputError(
            f"there is no network {name!r}: choose one of {', '.join(MODELS)}, "
            f"or a wide ResNet {FAMILY}, such as wrn-16-4"
        )
    depth, width, variant = found.groups()
    return partial(wide_resnet, int(depth), int(width), **VARIANTS[variant])


def _with_classes(net: Network, classes: int) -> Network:
    """The network, whose last layer has another number of outputs."""
    body: Any = net.body
    *layers, last = body.layers
    return replace(net, body=replace(body, layers=(*layers, replace(last, units=classes))))


def _with_drop_rate(net: Network, name: str, drop_rate: float) -> Network:
    """The network, whose gates start with another drop rate."""
    if not net.gates():
        raise InputError(f"{name} has no gates: leave out the drop rate")

    def changed(layer: Layer) -> Layer:
        if isinstance(layer, Gate):
            law: Any = layer.law
            return replace(layer, law=replace(law, drop_rate=drop_rate))
        if isinstance(layer, Chain):
            return replace(layer, layers=tuple(map(changed, layer.layers)))
        return replace(layer, branch=changed(layer.branch)) if isinstance(layer, Residual) else layer

    return replace(net, body=changed(net.body))
