"""Which known mistake gives the same numbers? Each mistake of the catalogue is tried on the same cases."""

from l0edu.course.catalogue import Mutant, mutants_of
from l0edu.course.doctor.answers import alike, ask
from l0edu.course.doctor.comparison import same
from l0edu.course.doctor.examined import Examined

__all__ = ["known_mistake", "known_mistakes_in"]


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
    target = found.target
    own = (one for one in mutants_of(target.assignment) if one.of == target.function)
    return next((one for one in own if alike(found.yours, ask(one.function, found.cases, target.read))), None)


def known_mistakes_in(found: Examined) -> list[tuple[Mutant, set[str]]]:
    """The mutants that return the same wrong results, each with their names; one mutant a result at most.

    A mutant is a function with a known mistake. It counts when the student's function returns the same for
    every result that the mutant gets wrong.

    Parameters
    ----------
    found : Examined
        Of a function with several results.
    """
    own = (one for one in mutants_of(found.target.assignment) if one.of == found.target.function)
    shown = [(mutant, _results_with(mutant, found)) for mutant in own]
    chosen: list[tuple[Mutant, set[str]]] = []
    for mutant, names in sorted(shown, key=lambda pair: -len(pair[1])):
        if names and not any(names & taken for _, taken in chosen):
            chosen.append((mutant, names))
    return chosen


def _results_with(mutant: Mutant, found: Examined) -> set[str]:
    """The results that the mutant gets wrong, if the function returns the same for all of them; else none."""
    answers = ask(mutant.function, found.cases, found.target.read)
    theirs = Examined(found.target, mutant.function, found.cases, answers, found.rights).parts()
    wrong = {part.name for part in theirs if part.wrong()}
    pairs = zip(found.parts(), theirs, strict=bool(theirs))
    alike = {mine.name for mine, other in pairs if all(map(same, mine.yours, other.yours))}
    return wrong if wrong <= alike else set()
