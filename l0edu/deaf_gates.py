"""Which gates can the data not move? Those whose units go into batch norm.

Batch norm undoes a positive factor that all examples share: BN(z h) = BN(h), up to its eps. In full, a gate z
in front of it acts as z' = z / sqrt(z^2 + eps / var) behind it, on all but the shift: a coin, whose slope is
a spike next to 0. So the data gradient of log_alpha all but vanishes in nearly every step and is huge in a
few; in between the penalty alone moves the gate (docs/errata.md, B10; tutorial 10).
"""

from l0edu.errors import InputError
from l0edu.layers import BatchNorm, Flatten, Gate, Layer, Residual, leaves, runs

__all__ = ["refuse_deaf_gates"]


def refuse_deaf_gates(body: Layer) -> None:
    """InputError for a network with a Gate whose units go into a BatchNorm."""
    steps = [(layer, run[i + 1 :]) for run in runs(body) for i, layer in enumerate(run)]
    for gate, behind in steps:
        batch_norm = _batch_norm_behind(behind) if isinstance(gate, Gate) else None
        if batch_norm is not None:
            raise InputError(
                f"Gate {gate.name!r} feeds BatchNorm {batch_norm.name!r}, and BN(z h) = BN(h) cancels it: "
                "put the gate behind batch norm and relu, or pass allow_gate_before_batch_norm=True"
            )


def _batch_norm_behind(layers: list[Layer]) -> Layer | None:
    """The first BatchNorm that these layers lead to before anything mixes units."""
    for layer in layers:
        if isinstance(layer, BatchNorm):
            return layer
        if isinstance(layer, Residual):
            inside = [_batch_norm_behind(next(runs(side))) for side in layer.sides()]
            if any(inside):
                return next(filter(None, inside))
        if not all(leaf.keeps_units or isinstance(leaf, Flatten) for leaf in leaves(layer)):
            return None
    return None
