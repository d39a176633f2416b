"""How do gradients change parameters?

A rule is a description with two functions: `init(params)` gives its state, and `update(params, grads, state)`
gives new parameters and a new state. Nothing is written in place. What happens to one array stands in
`sgd_rule` and `adam_rule`; the classes only walk the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from l0edu.errors import InputError
from l0edu.hyperparameters import use_python_numbers
from l0edu.tables import Array, Table, check_alike, map_arrays

__all__ = ["SGD", "Adam", "RuleState", "StepDecay", "adam_rule", "check_state", "sgd_rule"]

StepSize: TypeAlias = float | Callable[[int], float]
RuleState: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class StepDecay:
    """step = initial factor^m, with m the number of milestones that are reached.

    Parameters
    ----------
    initial : float
        Positive.
    milestones : tuple of int
        Counts of updates after which the step size drops, in increasing order.
    factor : float
        Positive.

    Raises
    ------
    InputError
        When a number is not positive or the milestones are not in order.

    Examples
    --------
    >>> schedule = StepDecay(0.1, milestones=(100, 200), factor=0.2)
    >>> [round(schedule(t), 4) for t in (0, 99, 100, 250)]
    [0.1, 0.1, 0.02, 0.004]
    """

    initial: float
    milestones: tuple[int, ...]
    factor: float = 0.1

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not (0 < self.initial < np.inf and 0 < self.factor < np.inf):
            raise InputError(f"initial = {self.initial}, factor = {self.factor}: both must be positive")
        if list(self.milestones) != sorted(self.milestones):
            raise InputError(f"milestones {self.milestones}: give them in increasing order")

    def __call__(self, updates: int) -> float:
        """The step size after so many updates."""
        passed = sum(updates >= milestone for milestone in self.milestones)
        return self.initial * self.factor**passed


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
        _check_step_size(self.step_size)
        if not 0 <= self.momentum < 1:
            raise InputError(f"momentum = {self.momentum}: it must lie in [0, 1), for example 0.9")
        if self.nesterov and self.momentum == 0:
            raise InputError("nesterov=True needs a momentum above 0, for example momentum=0.9")

    def init(self, params: Table) -> RuleState:
        """No updates yet, velocity 0."""
        return {"t": 0, "v": map_arrays(np.zeros_like, params)}

    def update(self, params: Table, grads: Table, state: RuleState) -> tuple[Table, RuleState]:
        """One step: new params, new state."""
        check_alike(params, grads)
        check_state(state, params, "v")
        step = _step_size(self.step_size, state["t"])
        rule = map_arrays(
            lambda p, g, v: sgd_rule(p, g, v, step, self.momentum, self.nesterov), params, grads, state["v"]
        )
        params, velocity = _unzip(rule, 2)
        return params, {"t": state["t"] + 1, "v": velocity}


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
        _check_step_size(self.step_size)
        if not 0 < self.eps < np.inf:
            raise InputError(f"eps = {self.eps}: it must be positive, for example 1e-8")
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            raise InputError(f"beta1 = {self.beta1}, beta2 = {self.beta2}: both must lie in [0, 1)")

    def init(self, params: Table) -> RuleState:
        """No updates yet, moments 0."""
        return {"t": 0, "m": map_arrays(np.zeros_like, params), "v": map_arrays(np.zeros_like, params)}

    def update(self, params: Table, grads: Table, state: RuleState) -> tuple[Table, RuleState]:
        """One step: new params, new state."""
        check_alike(params, grads)
        check_state(state, params, "m", "v")
        t, step = state["t"] + 1, _step_size(self.step_size, state["t"])
        rule = map_arrays(
            lambda p, g, m, v: adam_rule(p, g, m, v, t, step, self.beta1, self.beta2, self.eps),
            params,
            grads,
            state["m"],
            state["v"],
        )
        params, m, v = _unzip(rule, 3)
        return params, {"t": t, "m": m, "v": v}


def _check_step_size(step_size: StepSize) -> None:
    if not callable(step_size) and not 0 < step_size < np.inf:
        raise InputError(f"step_size = {step_size}: it must be positive, for example 1e-3")


def _step_size(step_size: StepSize, updates: int) -> float:
    step = float(step_size(updates) if callable(step_size) else step_size)
    if not 0 < step < np.inf:
        raise InputError(
            f"the schedule gives the step size {step} after {updates} updates: it must be positive"
        )
    return step


def check_state(state: RuleState, params: Table, *tables: str) -> None:
    """Refuse the state of another rule or of other parameters."""
    if state.keys() != {"t", *tables}:
        raise InputError(
            f"a state of {sorted(state)} where {['t', *tables]} is needed: make it with init(params)"
        )
    for table in tables:
        check_alike(params, state[table], f"state[{table!r}]")


def _unzip(table: Any, parts: int) -> tuple[Any, ...]:
    """A table of tuples as a tuple of tables."""
    return tuple(map_arrays(lambda numbers, i=i: numbers[i], table) for i in range(parts))
