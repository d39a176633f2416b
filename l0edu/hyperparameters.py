"""Why is every hyperparameter a Python number? Because a NumPy scalar decides the dtype of what it meets.

`float32_array * 0.5` is float32, but `float32_array * np.float64(0.5)` is float64 (NEP 50): a beta taken from
`np.linspace` would turn a whole float32 run into float64.
"""

from typing import Any

import numpy as np

__all__ = ["use_python_numbers"]


def use_python_numbers(description: Any) -> None:
    """Turn the NumPy scalars among a frozen dataclass's fields into Python numbers.

    Examples
    --------
    >>> from l0edu import HardConcrete
    >>> HardConcrete(beta=np.float64(0.5)).beta
    0.5
    """
    for name, value in vars(description).items():
        if isinstance(value, np.generic):
            object.__setattr__(description, name, value.item())
