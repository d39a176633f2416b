"""What is `gates`, the argument of a student's test? An object whose functions ask another process."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from types import SimpleNamespace
from typing import Any, NoReturn

from l0edu.course.isolation.values import plain
from l0edu.errors import InputError

__all__ = ["Gates", "gates_over"]

Ask = Callable[[str, tuple[Any, ...]], tuple[bool, Any]]


class Gates(SimpleNamespace):
    """What a test is given.

    Raises
    ------
    AttributeError
        For a function that it does not have, with the one that was meant.

    Examples
    --------
    >>> Gates(sample=None, cdf=None).smaple
    Traceback (most recent call last):
    AttributeError: gates has no function smaple: did you mean sample?...
    """

    def __getattr__(self, name: str) -> NoReturn:
        __tracebackhide__ = True
        near = get_close_matches(name, vars(self), n=1)
        remedy = f"did you mean {near[0]}?" if near else f"it has {', '.join(vars(self))}"
        raise AttributeError(f"gates has no function {name}: {remedy}")


def gates_over(ask: Ask, parameters: Mapping[str, Sequence[str]]) -> Gates:
    """An object with the functions under test, which look the same whatever version they ask.

    Parameters
    ----------
    ask : callable
        Takes a function's name and copies of its arguments, and returns True and what the function returns,
        or False and a sentence, with which `gates` then raises ValueError.
    parameters : mapping
        From a function's name to the names of its parameters.

    Examples
    --------
    >>> gates = gates_over(lambda name, values: (True, (name, values)), {"cdf": ["log_alpha", "s_bar"]})
    >>> gates.cdf(1.0, s_bar=0.5)
    ('cdf', (1.0, 0.5))
    >>> inspect.signature(gates.cdf)
    <Signature (log_alpha, s_bar)>
    """
    return Gates(**{name: _asking(ask, name, names) for name, names in parameters.items()})


def _asking(ask: Ask, name: str, names: Sequence[str]) -> Callable[..., Any]:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(one, kind) for one in names])

    def function(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # pytest shows the student's lines alone
        try:
            values = _copies(signature.bind(*args, **kwargs))
        except (TypeError, InputError) as error:
            raise TypeError(f"{name}: {error}") from None
        ok, answer = ask(name, values)
        if not ok:
            raise ValueError(answer)
        return answer

    function.__name__ = function.__qualname__ = name
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function


def _copies(bound: inspect.BoundArguments) -> tuple[Any, ...]:
    return tuple(plain(value, name) for name, value in bound.arguments.items())
