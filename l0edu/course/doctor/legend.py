"""What does the head of a column of numbers mean?"""

from collections.abc import Iterable
from textwrap import fill

__all__ = ["DIFFERS", "MEANINGS", "legend"]

DIFFERS = "differs by"
MEANINGS = {
    "library": "l0edu's own function",
    "by hand": "l0edu's own gradient, derived by hand",
    "by the rule": "the largest lambda that the assignment's rule allows",
    "autograd": "autograd's derivative of the formula",
    "central difference": "(f(x + h) - f(x - h)) / 2h: a slope from two values",
    "complex step": "Im f(x + ih) / h: a slope from one complex value",
    "torch": "the same computed by torch",
    "bisection of cdf": "the value at which cdf has the wanted height, by halving",
    "counted gates": "the share of 100,000 samples of a gate, counted",
    "covariance of L and z": "by np.cov: with this baseline it is the same",
    "all patterns": "summed over all patterns of open and closed gates",
    "loops": "each sum written out in Python loops",
    "counted parameters": "the parameters of one map, counted",
    "counted operations": "each multiply and add counted while it is done",
    "sensitivity": "what the output changes with, by its derivatives",
    "gated network": "the large network, and what its logits change with",
    "compared pairs": "the largest lambda that no other beats by too much",
    DIFFERS: "largest difference from any other column but yours, relative to that column's largest number",
}
WIDTH = 80


def legend(titles: Iterable[str]) -> list[str]:
    r"""A line for each head that needs one, in the order of `MEANINGS`.

    Parameters
    ----------
    titles : iterable of str
        The heads of columns.

    Examples
    --------
    >>> print(*legend(["yours", "library", "torch"]), sep="\n")
    How to read it:
      library     l0edu's own function
      torch       the same computed by torch
      differs by  largest difference from any other column but yours, relative to
                  that column's largest number
    """
    shown = [head for head in MEANINGS if head in {*titles, DIFFERS}]
    widest = max(map(len, shown))
    below = " " * (widest + 4)
    lines = [fill(f"  {head:{widest}}  {MEANINGS[head]}", WIDTH, subsequent_indent=below) for head in shown]
    return ["How to read it:", *lines]
