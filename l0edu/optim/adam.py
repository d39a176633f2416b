"""How does Adam, which measures a step in units of recent gradients, change parameters?"""

from dataclasses import dataclass

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.gpu.together import check_together
from l0edu.hyperparameters import use_python_numbers
from l0edu.optim.states import RuleState, check_kind, check_packed_state, check_state, forget_subnormal, unzip
from l0edu.optim.step_sizes import StepSize, check_step_size, step_size_after
from l0edu.packing import Packed, check_same_layout, pack
from l0edu.tables import Array, Table, check_alike, map_arrays

__all__ = ["Adam", "adam_rule", "adam_rule_in_place"]


def adam_rule(
    p: Array, g: Array, m: Array, v: Array, t: int, step: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Array, Array]:
    """p' = p - step m_hat / (sqrt(v_hat) + eps), with both moments corrected for their start at 0.

    m' = beta1 m + (1 - beta1) g, m_hat = m' / (1 - beta1^t); v' and v_hat likewise, of g^2.

    Parameters
    ----------
    p, g, m, v : arrays of one shape
        Parameter, gradient, and its first and second moment.
    t : int
        This update's number, from 1.
    step, beta1, beta2, eps : float
        As in `Adam`.

    Returns
    -------
    p', m', v'
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return p - step * m_hat / (np.sqrt(v_hat) + eps), m, v


@fused
def adam_rule_in_place(
    p: Array,
    g: Array,
    g_sum: Array,
    g2_sum: Array,
    work: Array,
    t: int,
    step: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> None:
    """`adam_rule`, written into p and the sums: ten passes over memory, and nothing allocated.

    In place of m and v stand plain decaying sums, g_sum' = beta1 g_sum + g and g2_sum' = beta2 g2_sum + g^2:
    m is (1 - beta1) g_sum, and v is (1 - beta2) g2_sum. These factors and the corrections are the same for
    all numbers, so they go into step and eps. With

        c = (1 - beta1) / (1 - beta1^t),    d^2 = (1 - beta2) / (1 - beta2^t)

    the change of p, step m_hat / (sqrt(v_hat) + eps), is (step c / d) g_sum' / (sqrt(g2_sum') + eps / d).

    Parameters
    ----------
    p, g, g_sum, g2_sum, work : arrays of one shape
        Parameter, gradient, the two sums, and room for what is in between.
    t, step, beta1, beta2, eps
        As in `adam_rule`.
    """
    c = (1 - beta1) / (1 - beta1**t)
    d = ((1 - beta2) / (1 - beta2**t)) ** 0.5
    g_sum *= beta1
    g_sum += g
    np.multiply(g, g, out=work)
    g2_sum *= beta2
    g2_sum += work
    np.sqrt(g2_sum, out=work)
    work += eps / d
    np.divide(g_sum, work, out=work)
    work *= step * c / d
    p -= work


@dataclass(frozen=True)
class Adam:
    """p' = p - step m_hat / (sqrt(v_hat) + eps): Adam, with its default hyperparameters (see `adam_rule`).

    Parameters
    ----------
    step_size : float or callable
        As in `SGD`.
    beta1, beta2 : float
        Decay of the two moments, in [0, 1).
    eps : float
        Added to the root of the second moment; positive.

    Raises
    ------
    InputError
        As `SGD`.

    References
    ----------
    Kingma, Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1.

    Examples
    --------
    >>> adam = Adam(step_size=0.1)
    >>> params = {"fc": {"b": np.array([1.0])}}
    >>> params, state = adam.update(params, {"fc": {"b": np.array([42.0])}}, adam.init(params))
    >>> params["fc"]["b"], state["t"]
    (array([0.9]), 1)
    """

    step_size: StepSize = 1e-3
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        use_python_numbers(self)
        check_step_size(self.step_size)
        if not 0 < self.eps < np.inf:
            raise InputError(f"eps = {self.eps}: it must be positive, for example 1e-8")
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            raise InputError(f"beta1 = {self.beta1}, beta2 = {self.beta2}: both must lie in [0, 1)")

    def init(self, params: Table) -> RuleState:
        """No updates yet, moments 0."""
        return {"t": 0, "m": map_arrays(np.zeros_like, params), "v": map_arrays(np.zeros_like, params)}

    def update(self, params: Table, grads: Table, state: RuleState) -> tuple[Table, RuleState]:
        """One step: new params, new state."""
        check_together(params=params, grads=grads)
        check_alike(params, grads)
        check_state(state, params, "m", "v")
        t, step = state["t"] + 1, step_size_after(self.step_size, state["t"])
        updated = map_arrays(
            lambda p, g, m, v: adam_rule(p, g, m, v, t, step, self.beta1, self.beta2, self.eps),
            params,
            grads,
            state["m"],
            state["v"],
        )
        params, m, v = unzip(updated, 3)
        return params, {"t": t, "m": m, "v": v}

    def pack_state(self, state: RuleState) -> RuleState:
        """The state as `update_in_place` needs it: sums in one buffer each, and a buffer to work in."""
        check_kind(state, "m", "v")
        g_sum = pack(map_arrays(lambda m: m / (1 - self.beta1), state["m"]))
        g2_sum = pack(map_arrays(lambda v: v / (1 - self.beta2), state["v"]))
        return {"t": state["t"], "g_sum": g_sum, "g2_sum": g2_sum, "work": np.empty_like(g_sum.buffer)}

    def update_in_place(self, params: Packed, grads: Packed, state: RuleState) -> None:
        """One step, as `update`, written into params and state."""
        check_same_layout(params, grads, "grads")
        check_packed_state(state, params, "g_sum", "g2_sum")
        p, g, work = params.buffer, grads.buffer, state["work"]
        g_sum, g2_sum = state["g_sum"].buffer, state["g2_sum"].buffer
        step = step_size_after(self.step_size, state["t"])
        state["t"] += 1
        adam_rule_in_place(p, g, g_sum, g2_sum, work, state["t"], step, self.beta1, self.beta2, self.eps)
        forget_subnormal(state["t"], g_sum, g2_sum)

    def unpack_state(self, state: RuleState) -> RuleState:
        """The ordinary state again; a copy."""
        m = map_arrays(lambda g_sum: g_sum * (1 - self.beta1), state["g_sum"].table)
        v = map_arrays(lambda g2_sum: g2_sum * (1 - self.beta2), state["g2_sum"].table)
        return {"t": state["t"], "m": m, "v": v}
