"""Which options does a run take where none are asked for? It depends on its network, data and target.

Those of wide ResNets are the recipe behind Table 2 and Figure 4.
"""

from collections.abc import Mapping
from typing import Any

from l0edu.optim import Adam
from l0edu.settings import Settings

__all__ = ["DEFAULTS", "defaults"]

FULL_SET = {"epochs": 200, "averaging": 0.999}  # 600 steps an epoch; `Settings` has what suits the mini's 50
WITHOUT_PENALTY = {"lam": [0.0]}
DROPOUT = {**WITHOUT_PENALTY, "per_example": True}
GATE_STEPS = ("gate_step_factor", "gate_step_size")  # one of them
PURSUIT = {  # by optimizer: steps of the gates with which they can follow the multipliers
    "adam": {**WITHOUT_PENALTY, "gate_step_factor": 10.0},
    "sgd": {**WITHOUT_PENALTY, "gate_step_size": 0.01},
}
DECAY_RATIO = 0.7  # of weights without a gate to those with one (docs/errata.md, B11)
WIDE_RESNET = {  # as the reference code trains WRN-28-10 (Zagoruyko and Komodakis, 2016)
    "lam": [0.001],
    "batch_size": 128,
    "optimizer": "sgd",
    "step_size": 0.1,
    "step_drops": [0.3, 0.6, 0.8],
    "weight_decay": 5e-4,
    "gated_weight_decay": 5e-4 / DECAY_RATIO,
    "decay_batch_norm": True,
    "averaging": 0.99,
    "augment": True,
}
LENET5_ON_MINI = {"lam": [0.02]}  # .1 / 5,000 is 12 times .1 / 60,000: it closes what LeNet-5 needs
DEFAULTS: dict[str, Any] = {
    "data": "mini",
    "data_dir": None,
    "lam": [0.1],
    "weight_decay": 0.0,
    "epochs": Settings.epochs,
    "batch_size": Settings.batch_size,
    "step_size": Adam.step_size,
    "averaging": Settings.averaging,
    "seed": Settings.seed,
    "dtype": Settings.dtype,
    "conditional": Settings.conditional,
    "validation": 0.0,
    "record": False,
    "per_example": False,
    "target_l0": None,
    "target_flops": None,
    "gate_step_factor": Settings.gate_step_factor,
    "gate_step_size": None,
    "optimizer": "adam",
    "step_drops": None,
    "gated_weight_decay": None,
    "decay_batch_norm": False,
    "drop_rate": None,
    "warm_up": Settings.warm_up,
    "augment": Settings.augment,
    "device": "cpu",
    "repeatable": Settings.repeatable,
}


def defaults(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Every option, as a run takes it that asks for these: for its network, data and target.

    Examples
    --------
    >>> defaults({"network": "lenet5"})["lam"], defaults({"network": "wrn-28-10"})["optimizer"]
    ([0.02], 'sgd')
    """
    mini = asked.get("data", DEFAULTS["data"]) == "mini"
    usual = {**DEFAULTS, **({} if mini else FULL_SET), **_of_network(asked, mini)}
    if asked.get("target_l0") is None and asked.get("target_flops") is None:
        return usual
    if any(asked.get(name) is not None for name in GATE_STEPS):
        return {**usual, **WITHOUT_PENALTY}
    optimizer = asked.get("optimizer", usual["optimizer"])
    return {**usual, **PURSUIT.get(optimizer, {})}


def _of_network(asked: Mapping[str, Any], mini: bool) -> dict[str, Any]:
    name = asked["network"]
    recipe = _wide_resnet(asked.get("weight_decay")) if name.startswith("wrn-") else {}
    if name.endswith("-dense"):
        return {**recipe, **WITHOUT_PENALTY}
    if name.endswith("-dropout"):
        return {**recipe, **DROPOUT}
    if recipe:
        return recipe
    return LENET5_ON_MINI if name == "lenet5" and mini else {}


def _wide_resnet(weight_decay: Any) -> dict[str, Any]:
    """The recipe, in which the decay of gated weights follows another weight decay that is asked for."""
    if not isinstance(weight_decay, int | float):
        return WIDE_RESNET
    return {**WIDE_RESNET, "gated_weight_decay": weight_decay / DECAY_RATIO}
