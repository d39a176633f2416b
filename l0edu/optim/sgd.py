"""How does stochastic gradient descent, with or without momentum, change parameters?"""

from dataclasses import dataclass

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu.fused import fused
from l0edu.gpu.together import check_together
from l0edu.hyperparameters import use_python_numbers
from l0edu.optim.states import RuleState, check_kind, check_packed_state, check_state, forget_subnormal, unzip
from l0edu.optim.step_sizes import StepSize, check_step_size, step_size_after
from l0edu.packing import Packed, check_same_layout, pack, unpack
from l0edu.tables import Array, Table, check_alike, map_arrays

__all__ = ["SGD", "sgd_rule", "sgd_rule_in_place"]


def sgd_rule(
    p: Array, g: Array, v: Array, step: float, momentum: float, nesterov: bool
) -> tuple[Array, Array]:
    """v' = momentum v + g; p' = p - step v', or with Nesterov p - step (g + momentum v').

    Parameters
    ----------
    p, g, v : arrays of one shape
        Parameter, gradient and velocity.
    step, momentum : float
    nesterov : bool

    Returns
    -------
    p', v'
    """
    v = momentum * v + g
    return p - step * (g + momentum * v if nesterov else v), v


@fused
def sgd_rule_in_place(
    p: Array, g: Array, v: Array, work: Array, step: float, momentum: float, nesterov: bool
) -> None:
    """`sgd_rule`, written into p and v: four passes over memory (six with Nesterov), and nothing allocated.

    Parameters
    ----------
    p, g, v, work : arrays of one shape
        Parameter, gradient, velocity, and room for what is in between.
    step, momentum, nesterov
        As in `sgd_rule`.
    """
    v *= momentum
    v += g
    if nesterov:
        np.multiply(v, momentum, out=work)
        work += g
        work *= step
    else:
        np.multiply(v, step, out=work)
    p -= work


@dataclass(frozen=True)
class SGD:
    """p' = p - step v', v' = momentum v + g: stochastic gradient descent, with momentum in torch's form.

    Parameters
    ----------
    step_size : float or callable
        Positive; or a schedule, a function from the number of updates so far to a step size.
    momentum : float
        In [0, 1).
    nesterov : bool
        Step along g + momentum v' instead; needs a momentum above 0.

    Raises
    ------
    InputError
        When a parameter is outside its range; from `update`, when grads lack an array or its shape differs.

    Examples
    --------
    >>> sgd = SGD(step_size=0.5)
    >>> params = {"fc": {"b": np.array([1.0])}}
    >>> sgd.update(params, {"fc": {"b": np.array([1.0])}}, sgd.init(params))[0]
    {'fc': {'b': array([0.5])}}
    """

    step_size: StepSize = 0.1
    momentum: float = 0.0
    nesterov: bool = False

    def __post_init__(self) -> None:
        use_python_numbers(self)
        check_step_size(self.step_size)
        if not 0 <= self.momentum < 1:
            raise InputError(f"momentum = {self.momentum}: it must lie in [0, 1), for example 0.9")
        if self.nesterov and self.momentum == 0:
            raise InputError("nesterov=True needs a momentum above 0, for example momentum=0.9")

    def init(self, params: Table) -> RuleState:
        """No updates yet, velocity 0."""
        return {"t": 0, "v": map_arrays(np.zeros_like, params)}

    def update(self, params: Table, grads: Table, state: RuleState) -> tuple[Table, RuleState]:
        """One step: new params, new state."""
        check_together(params=params, grads=grads)
        check_alike(params, grads)
        check_state(state, params, "v")
        step = step_size_after(self.step_size, state["t"])
        updated = map_arrays(
            lambda p, g, v: sgd_rule(p, g, v, step, self.momentum, self.nesterov), params, grads, state["v"]
        )
        params, velocity = unzip(updated, 2)
        return params, {"t": state["t"] + 1, "v": velocity}

    def pack_state(self, state: RuleState) -> RuleState:
        """The state as `update_in_place` needs it: the velocity in one buffer, and a buffer to work in."""
        check_kind(state, "v")
        v = pack(state["v"])
        return {"t": state["t"], "v": v, "work": np.empty_like(v.buffer)}

    def update_in_place(self, params: Packed, grads: Packed, state: RuleState) -> None:
        """One step, as `update`, written into params and state."""
        check_same_layout(params, grads, "grads")
        check_packed_state(state, params, "v")
        p, g, v, work = params.buffer, grads.buffer, state["v"].buffer, state["work"]
        step = step_size_after(self.step_size, state["t"])
        state["t"] += 1
        sgd_rule_in_place(p, g, v, work, step, self.momentum, self.nesterov)
        forget_subnormal(state["t"], v)

    def unpack_state(self, state: RuleState) -> RuleState:
        """The ordinary state again; a copy."""
        return {"t": state["t"], "v": unpack(state["v"])}
