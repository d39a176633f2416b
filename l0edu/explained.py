"""What does autograd mean when it stops? A sentence, the line of your own code, and the tutorial about it.

`l0edu.autograd_errors` knows what the errors mean, `l0edu.own_code` which line is yours. What
`l0edu.gradient` refuses it says in sentences of its own, which pass through.
"""

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from l0edu.autograd_errors import INDEPENDENT, READERS, Stop, differentiated, is_of_autograd
from l0edu.errors import InputError
from l0edu.own_code import own_spot, place, trail

__all__ = ["ExplainedError", "explain_errors", "explanation"]

TUTORIAL = "tutorial 06, When autograd stops"


class ExplainedError(InputError):
    """An error of autograd's in a sentence, with the line that caused it; the original is its `__cause__`."""


@contextmanager
def explain_errors() -> Iterator[None]:
    """Say in a sentence why autograd stopped, with the line of your own code and the tutorial about it.

    Use it as `with explain_errors():`, or above a function as `@explain_errors()`.

    Raises
    ------
    ExplainedError
        In place of what `explanation` knows, and in place of autograd's warning "Output seems independent of
        input", with which it returns a gradient of 0. Every other error passes through as it is.

    Notes
    -----
    The warning is left alone where a derivative is differentiated again: the second derivative of a linear
    function is 0. Python's warning filters belong to the whole process, so use one thread within the block.

    Examples
    --------
    >>> from autograd import grad
    >>> with explain_errors():
    ...     grad(lambda x: x**2)(2)
    Traceback (most recent call last):
    ...
    l0edu.explained.ExplainedError: <doctest ...>, line 2, `grad(lambda x: x**2)(2)`: autograd differentiates
    by floating-point numbers, and was given an int: write 2.0 for 2, or array.astype(float) (...)
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("always", message=INDEPENDENT)
            shown, warnings.showwarning = warnings.showwarning, _raising(warnings.showwarning)
            try:
                yield
            finally:
                warnings.showwarning = shown
    except Exception as error:
        sentence = explanation(error)
        if sentence is None:
            raise
        raise ExplainedError(sentence) from error


def explanation(error: BaseException) -> str | None:
    """What an error of autograd's means, on one line; None if it is not one that is known here.

    Parameters
    ----------
    error : exception
        As it was caught: its traceback leads to the line.

    Returns
    -------
    str or None
        None for an `InputError` as well, which says it itself.

    Examples
    --------
    >>> from autograd import grad
    >>> def kept(x):
    ...     return float(x) ** 2
    >>> try:
    ...     grad(kept)(3.0)
    ... except TypeError as error:
    ...     print(explanation(error))
    <doctest ...>, line 2, `return float(x) ** 2`: this line wants a plain number, as float(), int(), math ...
    >>> explanation(TypeError("another one")) is None
    True
    """
    if isinstance(error, InputError):
        return None
    text = " ".join(str(part) for part in (error, error.__cause__) if part is not None)
    for reader in READERS:
        words = reader.pattern.search(text)
        if words and isinstance(error, reader.errors):
            stop = Stop(words, trail(error))
            where = (reader.at_return and stop.return_line()) or place(own_spot(stop.spots))
            sentence = f"{reader.sentence(stop)} ({TUTORIAL})"
            return f"{where}: {sentence}" if where else sentence
    return None


def _raising(shown: Callable[..., None]) -> Callable[..., None]:
    """How warnings are shown, but autograd's about a gradient of 0 is raised."""

    def show(message: Warning | str, *rest: Any, **named: Any) -> None:
        if isinstance(message, UserWarning) and INDEPENDENT in str(message) and _is_first_derivative():
            raise message
        shown(message, *rest, **named)

    return show


def _is_first_derivative() -> bool:
    """Whether the function that autograd traces now is the user's, and no derivative that autograd made.

    Those are all called `nary_f`. The second derivative of a linear function is 0, and no mistake.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None and not is_of_autograd(frame, "trace"):
        frame = frame.f_back
    if frame is None:
        return False
    code = getattr(differentiated(frame.f_locals["fun"]), "__code__", None)
    return getattr(code, "co_name", "") != "nary_f"
