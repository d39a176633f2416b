"""How is a rule chosen for a layer? By its exact type, as a subclass may compute something else."""

import functools
from collections.abc import Callable
from typing import Any

__all__ = ["ByType"]


class ByType:
    """A function with a rule for each type of its first argument.

    Unlike `functools.singledispatch` it does not take a subclass for its parent.

    Parameters
    ----------
    default : callable
        For types without a rule.

    Examples
    --------
    >>> @ByType
    ... def kind(x):
    ...     return "something"
    >>> @kind.register(int, float)
    ... def kind_of_number(x):
    ...     return "number"
    >>> kind(3), kind("3"), kind(True)
    ('number', 'something', 'something')
    """

    def __init__(self, default: Callable[..., Any]) -> None:
        functools.update_wrapper(self, default)
        self._default = default
        self._rules: dict[type, Callable[..., Any]] = {}
        self._families: dict[type, Callable[..., Any]] = {}

    def __call__(self, first: Any, *args: Any) -> Any:
        """Apply the rule for the type of `first`."""
        rule = self._rules.get(type(first))
        if rule is None:
            rules = (rule for kind, rule in self._families.items() if isinstance(first, kind))
            rule = next(rules, self._default)
        return rule(first, *args)

    def register(
        self, *types: type, subclasses: bool = False
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate the rule for some types; with `subclasses` also for theirs."""

        def add(rule: Callable[..., Any]) -> Callable[..., Any]:
            rules = self._families if subclasses else self._rules
            rules.update(dict.fromkeys(types, rule))
            return rule

        return add
