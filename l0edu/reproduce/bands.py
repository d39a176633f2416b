"""Within which band does one more run fall? A prediction interval from the runs of a few seeds.

From n >= 2 runs of one configuration, a number has mean m and standard deviation s (divided by n - 1). If it
is normally distributed over seeds, one more run of another seed lies in

    m +- t s sqrt(1 + 1/n),    t = the quantile of Student's t with n - 1 degrees of freedom

with the probability that t was taken for: 1 for the scatter of the new run, 1/n for that of the mean. This is
wider than a band for the mean itself, which says nothing about a single run.

Many numbers are compared at once, and they depend on each other. So each gets the share

    1 - (1 - share) / quantities        (Bonferroni)

and then all of them together lie in their bands with probability `share` at least, however they depend.

What is counted comes in steps: units in steps of 1, the error in steps of one image, exact FLOPs in those of
a unit. If all runs agree, that does not say that s is 0: a spread below the step cannot be seen. So two
things are done with the step:

    s is at least step / sqrt(12), the standard deviation of rounding;
    both ends move outwards by step / 2, because a count of k stands for all between k - 1/2 and k + 1/2.

At last the band is cut to what is possible: from 0 to `most`. With 3 runs t is large (for 34 quantities and
99 % together, 58), and a band says little; with 8 it is 6.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import mean, stdev

from l0edu.errors import InputError
from l0edu.reproduce.student import t_quantile

__all__ = ["Band", "band", "share_of_each"]


@dataclass(frozen=True)
class Band:
    """From `low` to `high`, both included.

    Examples
    --------
    >>> 1.4 in Band(1.2, 1.6), 1.7 in Band(1.2, 1.6)
    (True, False)
    """

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def share_of_each(share: float, quantities: int) -> float:
    """1 - (1 - share) / quantities: with it for each, all hold together with `share` at least  (Bonferroni).

    Parameters
    ----------
    share : float
        In (0, 1).
    quantities : int
        How many are compared, at least 1.

    Returns
    -------
    float

    Examples
    --------
    >>> round(share_of_each(0.99, 10), 4)
    0.999
    """
    if not 0 < share < 1:
        raise InputError(f"share = {share}: it must be between 0 and 1, as 0.99 is")
    if quantities < 1:
        raise InputError(f"quantities = {quantities}: there must be at least one to compare")
    return 1 - (1 - share) / quantities


def band(values: Sequence[float], share: float, step: float = 0.0, most: float = inf) -> Band:
    """m +- t s sqrt(1 + 1/n), widened by what the step hides.

    Parameters
    ----------
    values : sequence of float
        Of n >= 2 runs with different seeds.
    share : float
        With which probability one more run is to lie in the band, if values are normally distributed.
    step : float
        The smallest difference that the quantity can have; 0 when it is continuous.
    most : float
        The largest value that is possible.

    Returns
    -------
    Band

    Raises
    ------
    InputError
        When there are fewer than two values.

    Examples
    --------
    >>> errors = band([1.42, 1.32, 1.50], share=0.95, step=0.01)
    >>> round(errors.low, 2), round(errors.high, 2)
    (0.96, 1.87)
    >>> units = band([100, 100, 100], share=0.95, step=1, most=100)
    >>> round(units.low, 1), units.high
    (98.1, 100)
    """
    n = len(values)
    if n < 2:
        raise InputError(f"a band needs at least two runs, and there is {n}: train more seeds (--seeds)")
    spread = max(stdev(values), step / sqrt(12))
    half = t_quantile(share, n - 1) * spread * sqrt(1 + 1 / n) + step / 2
    middle = mean(values)
    return Band(max(0.0, middle - half), min(most, middle + half))
