"""What can be said of a wrong function if no known mistake explains it? How and where it is wrong."""

from itertools import permutations

from l0edu.course.doctor.comparison import same
from l0edu.course.doctor.dependence import dependence
from l0edu.course.doctor.examined import Examined, Part
from l0edu.course.doctor.factors import named_numbers
from l0edu.course.doctor.fits import fit, no_number, where
from l0edu.course.doctor.known import known_mistakes_in
from l0edu.course.doctor.target import as_it_is
from l0edu.course.words import about, listed

__all__ = ["general_sign"]

NOTHING_FITS = "no known mistake gives these numbers"
FEW = 2  # more cases are counted, not named


def general_sign(found: Examined) -> str:
    """What is wrong: an error, the number of results, their order, or the numbers in each result.

    Parameters
    ----------
    found : Examined
        Of a function that is wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu.course.doctor.examined import examine
    >>> from l0edu.course.doctor.targets import target
    >>> sample = target("sample")
    >>> found = examine(lambda *arguments: -sample.right(*arguments), sample, np.random.default_rng(0))
    >>> general_sign(found)
    'yours is the right one with the other sign'
    """
    if any(answer.error for answer in found.yours):
        return _stop(found)
    if trouble := _trouble(found):
        return trouble
    parts = found.parts()
    if not parts:
        names = found.target.results
        return f"it should return a tuple of {len(names)} results, ({', '.join(names)})"
    return _order(parts) or _of_parts(found, parts)


def _stop(found: Examined) -> str:
    """The first error; if only some cases raise it, also what these cases are."""
    stopped = [i for i, answer in enumerate(found.yours) if answer.error]
    what = found.cases[stopped[0]].what if len(stopped) < len(found.cases) else ""
    return f"{what}{', ' if what else ''}{found.yours[stopped[0]].error}"


def _trouble(found: Examined) -> str:
    """Why a result cannot be used: the sentence about the first such result."""
    asked = zip(found.yours, found.cases, strict=True)
    return next(filter(None, (found.target.trouble(mine.value, *case.arguments) for mine, case in asked)), "")


def _order(parts: list[Part]) -> str:
    """Whether the results are right in another order."""
    for order in permutations(parts) if len(parts) > 1 else ():
        pairs = [
            pair
            for mine, true in zip(parts, order, strict=True)
            for pair in zip(mine.yours, true.rights, strict=True)
        ]
        if all(same(mine, right) for mine, right in pairs):
            return (
                f"the results are right, in another order: yours are ({', '.join(one.name for one in order)})"
            )
    return ""


def _of_parts(found: Examined, parts: list[Part]) -> str:
    """The known mistakes. If they do not explain everything, first what is right and what else is wrong."""
    wrong = [part for part in parts if part.wrong()]
    known = known_mistakes_in(found) if len(parts) > 1 and found.target.separable else []
    diagnoses = [mutant.diagnosis for mutant, _ in known]
    explained = {name for _, names in known for name in names}
    others = [_of_part(found, part) for part in wrong if part.name not in explained]
    right = [part.name for part in parts if part not in wrong] if others else []
    first = [f"{listed(right)} {'is' if len(right) == 1 else 'are'} right"] if right else []
    return "; ".join([*first, *others, *diagnoses])


def _of_part(found: Examined, part: Part) -> str:
    bad = part.only(part.wrong())
    numbers = [named_numbers(found.target.by_name(case)) for case in bad.cases]
    sentence = fit(bad.yours, bad.rights, numbers) or _unexplained(found, part, bad)
    sentence = _with_cases(part, bad, sentence)
    return about(part.name, sentence) if part.name else sentence


def _with_cases(part: Part, bad: Part, sentence: str) -> str:
    """The sentence, and in which cases it is wrong if it is right in others."""
    what = dict.fromkeys(case.what for case in bad.cases)
    others = dict.fromkeys(case.what for k, case in enumerate(part.cases) if k not in part.wrong())
    if not others or others.keys() & what.keys():
        return sentence
    if len(what) > FEW:
        return f"wrong in {len(bad.cases)} of {len(part.cases)} cases: {sentence}"
    right = next(iter(others)) if len(others) == 1 else f"in the other {len(others)} cases"
    return f"wrong {listed(list(what))}: {sentence} (right {right})"


def _unexplained(found: Examined, part: Part, bad: Part) -> str:
    """Where it is wrong, when that is all that is known."""
    regions = [found.target.regions(*case.arguments) for case in bad.cases]
    place = where(bad.yours, bad.rights, regions)
    if found.target.read is as_it_is and (trouble := no_number(bad.yours, place)):
        return trouble
    signs = [NOTHING_FITS, place] if len(bad.cases) == len(part.cases) else [place]
    if not bad.name:
        signs.append(dependence(found.function, found.target, bad.cases))
    return "; ".join(filter(None, signs))
