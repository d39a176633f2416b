"""Is a student's function right, and if not, which mistake is it?

The doctor first tries the known mistakes of the catalogue. Then it looks for mistakes that any function can
have, such as a wrong sign (`l0edu.course.doctor.signs`). When it finds neither, it says so, and says where
the result is wrong.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from l0edu.course.doctor.examined import Examined, examine
from l0edu.course.doctor.known import known_mistake
from l0edu.course.doctor.signs import general_sign
from l0edu.course.doctor.target import Target

__all__ = ["MISSING", "NOT_STARTED", "RIGHT", "WRONG", "Diagnosis", "diagnose", "diagnosis_of"]

RIGHT, WRONG, NOT_STARTED, MISSING = "right", "wrong", "not started", "missing"


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says of one function.

    Attributes
    ----------
    function : str
        What it is meant to be, as in "sample".
    verdict : str
        "right", "wrong", "not started" or "missing".
    mutant : str or None
        The name of the known mistake, when one fits.
    sentence : str
        What is wrong; empty when nothing is.
    hint : str
        A question that leads to the mistake, when one is known.
    """

    function: str
    verdict: str
    mutant: str | None = None
    sentence: str = ""
    hint: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Its attributes, for a file of JSON."""
        return asdict(self)


def diagnose(student: Any, target: Target, rng: np.random.Generator, name: str = "") -> Diagnosis:
    """Try a student's function on random numbers, and say what is wrong with it.

    Parameters
    ----------
    student : object
        Its attributes are the student's functions: a module, or a proxy that calls them in another process.
    target : Target
        From `targets` or `target`.
    rng : numpy Generator
        Decides the numbers.
    name : str
        The function's name in the student's file, if it is another than the target's.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from l0edu.course.doctor.targets import target
    >>> student = SimpleNamespace(prob_open=lambda log_alpha, beta, gamma, zeta: 1 / (1 + np.exp(-log_alpha)))
    >>> diagnose(student, target("prob_open"), np.random.default_rng(0)).sentence
    'it is sigmoid(log_alpha), the probability of a coin without a stretch'
    """
    return diagnosis_of(examine(getattr(student, name or target.function), target, rng))


@np.errstate(all="ignore")
def diagnosis_of(found: Examined) -> Diagnosis:
    """What the answers of one function say.

    Parameters
    ----------
    found : Examined
        From `examine`.
    """
    name = found.target.function
    if not found.started:
        return Diagnosis(name, NOT_STARTED)
    if found.right:
        return Diagnosis(name, RIGHT)
    mutant = known_mistake(found)
    if mutant is None:
        return Diagnosis(name, WRONG, sentence=general_sign(found))
    return Diagnosis(name, WRONG, mutant.name, mutant.diagnosis, mutant.hint)
