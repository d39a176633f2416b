"""What is a gate that learns nothing? Dropout, as a law of gates: what the paper compares with.

    z = [u < keep],  u ~ U(0, 1),  test: z-hat = keep

A dropped unit is a closed gate, and what dropout multiplies by at test time is the gate's mean. Seen so, a
network with dropout needs no code of its own: it is sampled, tested and counted as every gated network, only
that no gradient moves `keep`, and that each example gets a draw of its own.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from l0edu.errors import InputError
from l0edu.gpu import is_on_device
from l0edu.hyperparameters import use_python_numbers
from l0edu.rectified import RectifiedLaw
from l0edu.tables import Array, Shape
from l0edu.tape import getval

__all__ = ["Dropout"]


@dataclass(frozen=True)
class Dropout(RectifiedLaw):
    """z = [u < keep], a coin with fixed probability  (Srivastava et al., "Dropout", JMLR 2014).

    Its parameter is `keep`, P(z != 0) of each gate. It lies in the tables as every law's parameter does, and
    its gradient is 0: also that of the penalties, which do depend on it.

    s_bar is 0 or 1 already, so the clip changes nothing. As P(s_bar > 1) = 0, `prob_one` is not read off the
    cdf, as it is for continuous laws.

    Parameters
    ----------
    drop_rate : float
        1 - keep, in (0, 1).

    Raises
    ------
    InputError
        When drop_rate is outside (0, 1).

    Examples
    --------
    >>> law, keep = Dropout(drop_rate=0.2), np.full(3, 0.8)
    >>> law.sample(keep, np.array([0.1, 0.79, 0.9]))
    array([1., 1., 0.])
    >>> law.test_value(keep), law.prob_open(keep)
    (array([0.8, 0.8, 0.8]), array([0.8, 0.8, 0.8]))
    """

    drop_rate: float = 0.5

    parameter: ClassVar[str] = "keep"
    learns: ClassVar[bool] = False

    def __post_init__(self) -> None:
        use_python_numbers(self)
        if not 0 < self.drop_rate < 1:
            raise InputError(f"drop_rate = {self.drop_rate}: it must lie between 0 and 1, for example 0.5")

    def init(self, rng: np.random.Generator, n: int | Shape, dtype: Any = np.float32) -> Array:  # noqa: ARG002
        """1 - drop_rate for n gates (or a shape of gates)."""
        return np.full(n, 1 - self.drop_rate, dtype)

    def draw_noise(self, rng: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
        """u ~ U[0, 1)."""
        return rng.random(shape, dtype)

    def sample_stretched(self, phi: Array, noise: Array) -> Array:
        """[u < keep], 0 or 1."""
        keep = _fixed(phi)
        return _as_array(noise < keep).astype(keep.dtype)

    def cdf(self, phi: Array, s_bar: Array) -> Array:
        """P([u < keep] <= s_bar): 0 below 0, 1 - keep from 0 on, 1 from 1 on."""
        keep = _fixed(phi)
        return np.where(s_bar < 0, 0, np.where(s_bar < 1, 1 - keep, 1)).astype(keep.dtype)

    def prob_one(self, phi: Array) -> Array:
        """P(z = 1) = keep."""
        return _fixed(phi)

    def noiseless(self, phi: Array) -> Array:
        """The mean, keep: a unit counts at test time as much as it did on average in training."""
        return _fixed(phi)


def _fixed(phi: Array) -> Array:
    """keep as an array of floats that no gradient reaches."""
    keep = _as_array(getval(phi))
    return keep if keep.dtype.kind == "f" else keep.astype(float)


def _as_array(value: Any) -> Array:
    return value if is_on_device(value) else np.asarray(value)
