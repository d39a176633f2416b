"""Which known mistake gives the same numbers? The catalogue's, tried on the same cases."""

from collections.abc import Callable

from l0edu.course.catalogue import Mutant, mutants_of
from l0edu.course.doctor.answers import Answer, alike, ask
from l0edu.course.doctor.comparison import parts
from l0edu.course.doctor.examined import Examined, Part
from l0edu.course.doctor.target import Case, Target

__all__ = ["known_mistake", "known_mistake_in"]


def known_mistake(found: Examined) -> Mutant | None:
    """The mutant that answers every case as the function does.

    Parameters
    ----------
    found : Examined

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu.course.doctor.examined import examine
    >>> from l0edu.course.doctor.targets import target
    >>> mutant = mutants_of("a1")[0]
    >>> known_mistake(examine(mutant.function, target("sample"), np.random.default_rng(0))) is mutant
    True
    """
    return _first(found.target, found.cases, lambda theirs: alike(found.yours, theirs))


def known_mistake_in(part: Part, target: Target) -> Mutant | None:
    """The mutant that makes the same of one result, in every case.

    Parameters
    ----------
    part : Part
    target : Target
    """
    mine = [Answer(one) for one in part.yours]
    return _first(
        target, part.cases, lambda theirs: alike(mine, [_only(one, part.i, target) for one in theirs])
    )


def _only(answer: Answer, i: int, target: Target) -> Answer:
    found = None if answer.error else parts(answer.value, target.results)
    return Answer(error=answer.error or "another number of results") if found is None else Answer(found[i])


def _first(target: Target, cases: list[Case], fits: Callable[[list[Answer]], bool]) -> Mutant | None:
    own = (one for one in mutants_of(target.assignment) if one.of == target.function)
    return next((one for one in own if fits(ask(one.function, cases, target.read))), None)
