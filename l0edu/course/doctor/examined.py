"""What did a function answer, and what would have been right? Both are kept for each case and result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.answers import Answer, ask
from l0edu.course.doctor.comparison import parts, same
from l0edu.course.doctor.target import Case, Target

__all__ = ["Examined", "Part", "examine"]


@dataclass(frozen=True)
class Part:
    """One result of a function, over the cases: number `i` of the results; `name` is empty if it is alone."""

    i: int
    name: str
    cases: list[Case]
    yours: list[Any]
    rights: list[Any]

    def wrong(self) -> list[int]:
        """The numbers of the cases in which it is wrong."""
        pairs = enumerate(zip(self.yours, self.rights, strict=True))
        return [k for k, (mine, right) in pairs if not same(mine, right)]

    def only(self, chosen: list[int]) -> "Part":
        """The same in some of the cases."""
        cases, yours, rights = ([one[k] for k in chosen] for one in (self.cases, self.yours, self.rights))
        return Part(self.i, self.name, cases, yours, rights)


@dataclass(frozen=True)
class Examined:
    """A function's answers beside the right ones."""

    target: Target
    function: Callable[..., Any]
    cases: list[Case]
    yours: list[Answer]
    rights: list[Any]

    @property
    def started(self) -> bool:
        """Whether there is anything to judge."""
        return all(answer.started for answer in self.yours)

    @property
    def right(self) -> bool:
        """Whether every case was answered rightly."""
        return self.started and not self.wrong_cases()

    def wrong_cases(self) -> list[int]:
        """The numbers of the cases that were not answered rightly."""
        pairs = enumerate(zip(self.yours, self.rights, strict=True))
        return [i for i, (mine, right) in pairs if mine.error or not same(mine.value, right)]

    def parts(self) -> list[Part]:
        """Each result over the cases; none if another number of results was returned."""
        names = self.target.results
        yours = [parts(answer.value, names) for answer in self.yours]
        rights = [parts(right, names) for right in self.rights]
        if any(one is None for one in yours):
            return []
        columns = zip(names or ("",), zip(*yours, strict=True), zip(*rights, strict=True), strict=True)
        return [Part(i, name, self.cases, list(a), list(b)) for i, (name, a, b) in enumerate(columns)]


def examine(function: Callable[..., Any], target: Target, rng: np.random.Generator) -> Examined:
    """Ask a function about every case, and the right one too.

    Parameters
    ----------
    function : callable
    target : Target
    rng : numpy Generator
        Decides the cases.

    Examples
    --------
    >>> from l0edu.course.doctor.targets import target
    >>> sample = target("sample")
    >>> examine(sample.right, sample, np.random.default_rng(0)).right
    True
    """
    cases = target.draw(rng)
    rights = [target.read(target.right(*case.arguments), *case.arguments) for case in cases]
    return Examined(target, function, cases, ask(function, cases, target.read), rights)
