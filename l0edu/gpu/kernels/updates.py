"""How is one parameter updated, in one launch? The kernels beside `l0edu.optim` and `l0edu.averaging`."""

from types import ModuleType

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array

__all__ = ["adam_rule_in_place", "decay_and_add", "sgd_rule_in_place"]

ADAM = Kernel(
    "adam",
    "T g, T beta1, T beta2, T eps_over_d, T factor",
    "T p, T g_sum, T g2_sum",
    """
    g_sum = g_sum * beta1 + g;
    g2_sum = g2_sum * beta2 + g * g;
    p -= g_sum / (sqrt(g2_sum) + eps_over_d) * factor;
    """,
)

SGD = Kernel(
    "sgd",
    "T g, T step, T momentum, bool nesterov",
    "T p, T v",
    """
    v = v * momentum + g;
    p -= (nesterov ? v * momentum + g : v) * step;
    """,
)

DECAY_AND_ADD = Kernel("decay_and_add", "T p, T decay", "T total", "total = total * decay + p;")


def adam_rule_in_place(
    xp: ModuleType,
    p: Array,
    g: Array,
    g_sum: Array,
    g2_sum: Array,
    work: Array,  # noqa: ARG001 - a register takes its place
    t: int,
    step: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """As `l0edu.optim.adam_rule_in_place`."""
    c = (1 - beta1) / (1 - beta1**t)
    d = ((1 - beta2) / (1 - beta2**t)) ** 0.5
    ADAM.on(xp)(g, beta1, beta2, eps / d, step * c / d, p, g_sum, g2_sum)


def sgd_rule_in_place(
    xp: ModuleType,
    p: Array,
    g: Array,
    v: Array,
    work: Array,  # noqa: ARG001 - a register takes its place
    step: float,
    momentum: float,
    nesterov: bool,
) -> None:
    """As `l0edu.optim.sgd_rule_in_place`."""
    SGD.on(xp)(g, step, momentum, nesterov, p, v)


def decay_and_add(xp: ModuleType, total: Array, p: Array, decay: float) -> None:
    """As `l0edu.averaging.decay_and_add`."""
    DECAY_AND_ADD.on(xp)(p, decay, total)
