"""Which weights does a gate answer for?

A closed gate makes weights useless: those that read its unit, or those that make it. Its layer says which
(`charges="fc1"`), and the penalty charges an open gate for as many weights as share it (Eq. 16). A gate
before its layer answers for slices of W along the *input* axis, a gate behind it along the *output* axis;
between the two stand only layers that keep units apart, so that a closed unit stays a closed unit. Through a
Flatten, one gate of a map answers for the block of inputs that the map's pixels become.
"""

from collections import Counter
from dataclasses import dataclass
from math import prod

from l0edu.errors import InputError
from l0edu.layers import Conv, Dense, Flatten, Gate, Layer, leaves, runs
from l0edu.tables import Shape

__all__ = ["INPUT", "OUTPUT", "Charge", "find_charges"]

OUTPUT, INPUT = 0, 1


@dataclass(frozen=True)
class Charge:
    """The weights that one layer of gates answers for.

    Attributes
    ----------
    gate : str
        Name of the gated layer: where the gates are in the tables.
    layer : str
        Name of the layer whose W is charged.
    axis : int or None
        The axis of W that the gates go along, 0 (outputs) or 1 (inputs); None when each weight has its own.
    gates : int
        How many gates.
    group_size : int
        |g|, how many weights share one gate: W.size / gates  (Eq. 16).
    """

    gate: str
    layer: str
    axis: int | None
    gates: int
    group_size: int

    def place(self) -> str:
        """Where the gates stand, in words: "inputs of fc1"."""
        return {OUTPUT: "outputs of ", INPUT: "inputs of ", None: "weights of "}[self.axis] + self.layer


def find_charges(body: Layer, weight_shapes: dict[str, Shape], units: dict[str, int]) -> tuple[Charge, ...]:
    """The charge of every gated layer, in the order of the layers.

    Parameters
    ----------
    body : layer
    weight_shapes : dict
        The shape of W for every Dense and Conv.
    units : dict
        How many units each Gate sees.

    Returns
    -------
    tuple of Charge

    Raises
    ------
    InputError
        When a gate's path to its layer is not a straight one, or weights are charged twice along an axis.

    Examples
    --------
    >>> from l0edu import lenet5
    >>> for charge in lenet5().charges:  # what a Network makes of this function
    ...     print(charge.place(), charge.gates, charge.group_size)
    outputs of conv1 20 25
    outputs of conv2 50 500
    inputs of fc1 800 500
    inputs of fc2 500 10
    """
    found = {
        charge.gate: charge for run in runs(body) for charge in _charges_of_run(run, weight_shapes, units)
    }
    charges = tuple(found[leaf.name] for leaf in leaves(body) if leaf.gate_law() is not None)
    _refuse_double_charges(charges)
    return charges


def _charges_of_run(run: list[Layer], weight_shapes: dict[str, Shape], units: dict[str, int]) -> list[Charge]:
    charges = []
    for position, layer in enumerate(run):
        if isinstance(layer, Gate):
            axis = _axis_charged(run, position, layer)
            size = prod(weight_shapes[layer.charges])
            n = units[layer.name]
            if size % n:
                raise InputError(
                    f"Gate {layer.name!r}: {n} gates cannot share {size} weights of {layer.charges!r}"
                )
            charges.append(Charge(layer.name, layer.charges, axis, n, size // n))
        elif layer.gate_law() is not None:
            charges.append(Charge(layer.name, layer.name, None, prod(weight_shapes[layer.name]), 1))
    return charges


def _axis_charged(run: list[Layer], position: int, gate: Gate) -> int:
    """INPUT or OUTPUT, by where the charged layer stands in the gate's run."""
    names = [layer.name for layer in run]
    if gate.charges not in names:
        raise InputError(
            f"Gate {gate.name!r} charges {gate.charges!r}, which is not in line with it: "
            f"name a Dense or Conv among {[layer.name for layer in run if isinstance(layer, Dense | Conv)]}"
        )
    target = names.index(gate.charges)
    if not isinstance(run[target], Dense | Conv):
        raise InputError(
            f"Gate {gate.name!r} charges {gate.charges!r}, which has no weights: name a Dense or Conv"
        )
    comes_after = target > position
    between = run[position + 1 : target] if comes_after else run[target + 1 : position]
    for layer in between:
        if not (layer.keeps_units or (comes_after and isinstance(layer, Flatten))):
            raise InputError(
                f"Gate {gate.name!r} cannot charge {gate.charges!r} across {layer.name!r}, which mixes "
                "units: put the gate next to the layer that it charges"
            )
    return INPUT if comes_after else OUTPUT


def _refuse_double_charges(charges: tuple[Charge, ...]) -> None:
    per_axis = Counter((charge.layer, charge.axis) for charge in charges)
    for (layer, axis), count in per_axis.items():
        if count > 1:
            side = "inputs" if axis == INPUT else "outputs"
            raise InputError(f"{count} gates charge the {side} of {layer!r}: keep one of them")
        if axis is None and any(other.layer == layer and other.axis is not None for other in charges):
            raise InputError(f"{layer!r} has weight gates and is charged by a Gate too: keep one of the two")
