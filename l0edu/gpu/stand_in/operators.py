"""What do `+`, `<`, `@` and `bool()` do with a device array? They call NumPy's ufuncs, or read and say so."""

from collections.abc import Callable
from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import hide
from l0edu.gpu.stand_in.storage import Stored

__all__ = ["Operators"]


def yields(other: Any) -> bool:
    """Whether the other operand's own method comes first, as CuPy decides it."""
    if hasattr(other, "__array_ufunc__"):
        return other.__array_ufunc__ is None
    return bool(getattr(other, "__array_priority__", 0) > 100)


def binary(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return NotImplemented if yields(other) else ufunc(self, other)

    return method


def reflected(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return NotImplemented if yields(other) else ufunc(other, self)

    return method


def in_place(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return ufunc(self, other, out=self)

    return method


def unary(ufunc: np.ufunc) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        return ufunc(self)

    return method


def read(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any) -> Any:
        hide(f"{name}() waits for the device: keep the array, or read it with get()")
        return function(self._host, *args)

    return method


def compares_by_identity(other: Any) -> bool:
    kind: Any = type(other)
    return other is None or kind.__eq__ is object.__eq__


def equality(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if compares_by_identity(other):
            return np.full_like(self, ufunc is np.not_equal, dtype=bool)
        return ufunc(self, other)

    return method


class Operators(Stored):
    """The operators of a device array."""

    __slots__ = ()

    __bool__ = read("bool", bool)
    __float__ = read("float", float)
    __int__ = read("int", int)
    __complex__ = read("complex", complex)
    __repr__ = read("repr", repr)
    __str__ = read("str", str)
    __format__ = read("format", format)
    item = read("item", lambda host: host.item())
    tolist = read("tolist", lambda host: host.tolist())
    tobytes = read("tobytes", lambda host, *args: host.tobytes(*args))

    __neg__ = unary(np.negative)
    __pos__ = unary(np.positive)
    __abs__ = unary(np.absolute)
    __invert__ = unary(np.invert)

    __lt__ = binary(np.less)
    __le__ = binary(np.less_equal)
    __gt__ = binary(np.greater)
    __ge__ = binary(np.greater_equal)
    __eq__ = equality(np.equal)
    __ne__ = equality(np.not_equal)


ARITHMETIC = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide,
    "floordiv": np.floor_divide, "mod": np.remainder, "pow": np.power, "matmul": np.matmul,
    "and": np.bitwise_and, "or": np.bitwise_or, "xor": np.bitwise_xor, "lshift": np.left_shift,
    "rshift": np.right_shift, "divmod": np.divmod,
}  # fmt: skip

for _name, _ufunc in ARITHMETIC.items():
    setattr(Operators, f"__{_name}__", binary(_ufunc))
    setattr(Operators, f"__r{_name}__", reflected(_ufunc))
    if _name not in ("divmod", "matmul"):
        setattr(Operators, f"__i{_name}__", in_place(_ufunc))
