"""What is one exercise? What is given, all that follows from it, and a name to find it again."""

from dataclasses import dataclass

from l0edu.one_step.formula import Values
from l0edu.one_step.givens import draw_givens, name_of, seed_of
from l0edu.one_step.sheet import work_out

__all__ = ["Exercise", "of_seed", "of_variant"]

LONGEST = 40  # characters of a name on a page


@dataclass(frozen=True)
class Exercise:
    """One sheet's numbers.

    Attributes
    ----------
    name : str
        "seed 7" or "variant s123456": with two dashes before it, the option that makes the same exercise.
    givens : dict
        What stands on the sheet.
    values : dict
        From `work_out`: the givens and all answers.

    Examples
    --------
    >>> exercise = of_seed(7)
    >>> exercise.name, exercise.givens["beta"] == 2 / 3, "log_alpha1'" in exercise.values
    ('seed 7', True, True)
    """

    name: str
    givens: Values
    values: Values

    @property
    def title(self) -> str:
        """The name as it can be printed: short, on one line."""
        printable = "".join(c if c.isprintable() else "?" for c in self.name)
        return printable if len(printable) <= LONGEST else f"{printable[: LONGEST - 3]}..."


def of_seed(seed: int) -> Exercise:
    """The exercise of a number.

    Parameters
    ----------
    seed : int
        0 or larger.

    Returns
    -------
    Exercise
        Always the same one.

    Raises
    ------
    InputError
        When the seed is negative.

    Examples
    --------
    >>> of_seed(7).name
    'seed 7'
    """
    return _exercise(f"seed {seed}", seed)


def of_variant(variant: str) -> Exercise:
    """The exercise of a text, as a student's number.

    Parameters
    ----------
    variant : str
        Not empty. Spaces around it do not matter; capital letters do.

    Returns
    -------
    Exercise
        Always the same one.

    Raises
    ------
    InputError
        When the variant is empty.

    Examples
    --------
    >>> of_variant("s123456").title
    'variant s123456'
    """
    return _exercise(name_of(variant), seed_of(variant))


def _exercise(name: str, seed: int) -> Exercise:
    givens = draw_givens(seed)
    return Exercise(name, givens, work_out(givens))
