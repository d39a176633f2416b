"""Why is every hyperparameter a Python number? Because a NumPy scalar decides the dtype of what it meets.

`float32_array * 0.5` is float32, but `float32_array * np.float64(0.5)` is float64 (NEP 50): a beta taken from
`np.linspace` would turn a whole float32 run into float64.
"""

from dataclasses import fields
from typing import Any

import numpy as np

from l0edu.errors import InputError

__all__ = ["use_python_numbers"]

KINDS: dict[Any, tuple[Any, str]] = {
    bool: (bool, "True or False"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
}


def use_python_numbers(description: Any) -> None:
    """Turn the NumPy scalars among a frozen dataclass's fields into Python numbers, and `np.bool_` into bool.

    Raises
    ------
    InputError
        When a field that is declared bool, int or float holds something else.

    Examples
    --------
    >>> from l0edu import HardConcrete
    >>> HardConcrete(beta=np.float64(0.5)).beta
    0.5
    """
    for field in fields(description):
        value = getattr(description, field.name)
        if isinstance(value, np.generic):
            value = value.item()
            object.__setattr__(description, field.name, value)
        if field.type not in KINDS:
            continue
        kinds, wanted = KINDS[field.type]
        if not isinstance(value, kinds) or (isinstance(value, bool) and field.type is not bool):
            raise InputError(f"{type(description).__name__}: {field.name} = {value!r} is not {wanted}")
