"""Which networks does the paper train? Functions that return a `Network` (Section 4.1, Table 1)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from l0edu.dropout import Dropout
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.layers import Chain, Conv, Dense, Flatten, Gate, Layer, MaxPool, Relu
from l0edu.network import Network

__all__ = ["MODELS", "build", "lenet5", "mlp"]


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


def build(name: str) -> Network:
    """The model of a name.

    Examples
    --------
    >>> build("mlp").in_shape
    (784,)
    """
    if name not in MODELS:
        raise InputError(f"there is no network {name!r}: choose one of {', '.join(MODELS)}")
    return MODELS[name]()
