"""What do autograd's errors look like, and what does each of them mean?

autograd calls a function with recorded numbers (`ArrayBox`) in place of plain ones. What cannot be recorded
ends in an error of NumPy's or of Python's somewhere else, or in a gradient of 0 and a warning. Each function
under `@reads` knows one of these.
"""

import dis
import re
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

from l0edu.own_code import Place, Spot, own_spot, return_of

__all__ = ["INDEPENDENT", "READERS", "Reader", "Stop", "differentiated", "is_of_autograd", "reads"]

INDEPENDENT = "Output seems independent of input"


class Stop(NamedTuple):
    """Where autograd stopped: what it said, and the frames that led there, the innermost last."""

    words: re.Match[str]
    spots: list[Spot]

    def local(self, function: str, name: str) -> Any:
        """A variable of the innermost call of one of autograd's functions; None where there is none."""
        frames = [spot.frame for spot in self.spots if is_of_autograd(spot.frame, function)]
        return frames[-1].f_locals.get(name) if frames else None

    def return_line(self) -> Place | None:
        """Where the function that was differentiated returns."""
        function = self.local("trace", "fun") or self.local("grad", "fun")
        return return_of(differentiated(function))


class Reader(NamedTuple):
    """What an error looks like, what it means, and whether what a function returns is to blame."""

    errors: type[Exception]
    pattern: re.Pattern[str]
    sentence: Callable[[Stop], str]
    at_return: bool


READERS: list[Reader] = []


def reads(
    errors: type[Exception], pattern: str, at_return: bool = False
) -> Callable[[Callable[[Stop], str]], Callable[[Stop], str]]:
    """Decorate the function that says what errors mean whose text, or whose cause's, holds `pattern`."""

    def register(sentence: Callable[[Stop], str]) -> Callable[[Stop], str]:
        READERS.append(Reader(errors, re.compile(pattern, re.DOTALL), sentence, at_return))
        return sentence

    return register


@reads(ValueError, "setting an array element.*ArrayBox")
def stored(stop: Stop) -> str:
    """`a[0] = x`, or a conversion such as `np.asarray(x, float)`: NumPy uses the same words for both."""
    spot = own_spot(stop.spots)
    if spot is not None and not _stores_an_item(spot):
        return _converted()
    return (
        "a NumPy array cannot store a number that autograd records: build the whole array in one expression, "
        "as with anp.array([...]), anp.stack or anp.where"
    )


@reads(TypeError, "not '?ArrayBox'?$|'ArrayBox' object cannot be interpreted as an integer")
def converted(_: Stop) -> str:
    """`float(x)`, `math.exp(x)`, `range(x)`."""
    return _converted()


def _converted() -> str:
    return (
        "this line wants a plain number, as float(), int(), math and parts of NumPy do, and autograd passes "
        "a recorded one: leave the conversion out and compute with autograd.numpy"
    )


@reads(TypeError, "'ArrayBox' object does not support item (assignment|deletion)")
def changed(_: Stop) -> str:
    """`x[0] = 1.0`."""
    return (
        "an array that is differentiated cannot be changed in place: make a new one, as with "
        "anp.where(mask, 1.0, x) or anp.concatenate"
    )


@reads(TypeError, r"differentiate w\.r\.t\. type <class '(?:\w+\.)*(\w+)'>")
def no_float(stop: Stop) -> str:
    """`grad(f)(2)`."""
    kind = stop.words[1]
    article = "an" if kind[0].lower() in "aeiou" else "a"
    return (
        f"autograd differentiates by floating-point numbers, and was given {article} {kind}: write 2.0 for "
        "2, or array.astype(float)"
    )


@reads(TypeError, "Grad only applies to real scalar-output functions", at_return=True)
def no_scalar(stop: Stop) -> str:
    """`grad(f)(x)` of an f that returns an array."""
    shape = getattr(stop.local("grad", "ans"), "shape", None)
    returned = f"an array of shape {shape}" if shape else "more than that"
    return (
        f"grad differentiates one number, and this function returns {returned}: return a sum or a mean, or "
        "use elementwise_grad or jacobian"
    )


@reads(UserWarning, INDEPENDENT, at_return=True)
def independent(stop: Stop) -> str:
    """A constant; or recorded numbers in something that autograd takes for a constant."""
    value = stop.local("trace", "end_box")
    if getattr(getattr(value, "dtype", None), "hasobject", False):
        return (
            "a plain NumPy function has made an array of objects, which autograd takes for a constant with "
            "gradient 0: write `import autograd.numpy as np` where this function is defined"
        )
    if isinstance(value, list | tuple | dict):
        kind = type(value).__name__
        return f"autograd takes a {kind} for a constant with gradient 0: return a number, or anp.array([...])"
    if value is None and stop.spots:
        return "this function returns None: end it with `return` and the number to be differentiated"
    return (
        "the result does not depend on what it is differentiated by, so the gradient is 0: compute it from "
        "the argument, by operations with a slope; a count, a comparison and a rounded number have none, as "
        "tutorial 01 shows"
    )


@reads(TypeError, "of type ArrayBox which has no callable")
def objects(_: Stop) -> str:
    """`np.exp(np.array([x, x]))`: recorded numbers within an array of objects."""
    return _plain_numpy()


def _plain_numpy() -> str:
    return (
        "a plain NumPy function keeps recorded numbers in an array of objects, with which nothing more can "
        "be computed: write `import autograd.numpy as np` where this function is defined"
    )


@reads(TypeError, r"__array_ufunc__\(<ufunc '(\w+)'>, '(\w+)'(?=.*ArrayBox)(.* out=)?")
def not_followed(stop: Stop) -> str:
    """`a += x`, `np.add.reduce(x)`, `np.cbrt(x)`; `np.percentile(x, 50)`, which does such things within."""
    name, method, into = stop.words.groups()
    if stop.spots and own_spot(stop.spots) is not stop.spots[-1]:
        return _plain_numpy()
    if into:
        return "a NumPy array cannot be changed into recorded numbers: write a = a + x, not a += x or out=a"
    return _no_derivative(name if method == "__call__" else f"{name}.{method}")


@reads(AttributeError, r"'ArrayBox' object has no attribute '(\w+)'")
def no_method(stop: Stop) -> str:
    """`x.copy()`, `x.item()`."""
    return (
        f"what autograd records has no `{stop.words[1]}`: leave it out, or use a function of autograd.numpy"
    )


@reads(NotImplementedError, r"[VJ][VJ]P of (\w+) wrt argnums?")
def no_derivative(stop: Stop) -> str:
    """`anp.nanmedian(x)`."""
    return _no_derivative(stop.words[1])


def _no_derivative(name: str) -> str:
    return (
        f"autograd has no derivative of {name}: spell its formula in other functions of autograd.numpy, or "
        "declare its derivative (l0edu.tape.primitive)"
    )


def _stores_an_item(spot: Spot) -> bool:
    """Whether the instruction that failed is `a[...] = x`."""
    instructions = dis.get_instructions(spot.frame.f_code)
    failed = next((one for one in instructions if one.offset == spot.instruction), None)
    return failed is not None and failed.opname in ("STORE_SUBSCR", "STORE_SLICE")


def is_of_autograd(frame: FrameType, function: str) -> bool:
    """Whether a frame is a call of autograd's function of that name."""
    module = frame.f_globals.get("__name__", "")
    return frame.f_code.co_name == function and module.split(".")[0] == "autograd"


def differentiated(function: Any) -> Any:
    """The function under autograd's wrappers, which are called `unary_f`."""
    while getattr(function, "__code__", None) and function.__code__.co_name == "unary_f":
        cells = dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))
        function = cells["fun"].cell_contents
    return function
