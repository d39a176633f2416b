"""What is `gates`, the argument of a student's test? An object whose functions ask another process."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

__all__ = ["gates_over"]

Ask = Callable[[str, Sequence[Any]], Any]


def gates_over(ask: Ask, parameters: Mapping[str, Sequence[str]]) -> SimpleNamespace:
    """An object with the functions under test, which look the same whatever version they ask.

    Parameters
    ----------
    ask : callable
        Takes a function's name and its arguments, and returns what the function does.
    parameters : mapping
        From a function's name to the names of its parameters.

    Examples
    --------
    >>> gates = gates_over(lambda name, values: (name, values), {"cdf": ["log_alpha", "s_bar"]})
    >>> gates.cdf(1.0, s_bar=0.5)
    ('cdf', (1.0, 0.5))
    >>> inspect.signature(gates.cdf)
    <Signature (log_alpha, s_bar)>
    """
    return SimpleNamespace(**{name: _asking(ask, name, names) for name, names in parameters.items()})


def _asking(ask: Ask, name: str, names: Sequence[str]) -> Callable[..., Any]:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(one, kind) for one in names])

    def function(*args: Any, **kwargs: Any) -> Any:
        return ask(name, signature.bind(*args, **kwargs).args)

    function.__name__ = function.__qualname__ = name
    function.__signature__ = signature  # type: ignore[attr-defined]
    return function
