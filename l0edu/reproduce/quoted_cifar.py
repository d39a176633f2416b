"""What do the rows of Table 2 say that were not trained here? Numbers of others, quoted with their source.

Nothing in this file was measured by this library. `source` says which number was read, and where, and which
is recalled from the paper: check the latter before relying on it. All are single numbers without a spread.
The authors' code reports the best epoch on the test set.
"""

from dataclasses import dataclass

__all__ = ["TABLE_2", "QuotedErrors"]

RECALLED = "recalled"


@dataclass(frozen=True)
class QuotedErrors:
    """A row of the paper's Table 2.

    Attributes
    ----------
    network : str
        With what is done with its gates.
    cifar10, cifar100 : float or None
        Test errors in percent; None where there is none.
    source : str
        What was read, and where; what is recalled.

    Examples
    --------
    >>> row = TABLE_2[-2]
    >>> row.network, row.cifar10, row.cifar100
    ('WRN-28-10, L0, lambda 0.001 / N', 3.83, 18.75)
    """

    network: str
    cifar10: float | None
    cifar100: float | None
    source: str


TABLE_2 = (
    QuotedErrors("ResNet-110 (He et al. 2016a)", 6.43, 25.16, RECALLED),
    QuotedErrors("pre-activation ResNet-110 (He et al. 2016b)", 6.37, None, RECALLED),
    QuotedErrors(
        "WRN-28-10 (Zagoruyko and Komodakis 2016)",
        4.00,
        21.18,
        "recalled; 21.18 is doubtful: the README of ORN (Zhou et al. 2017) has it for WRN-40-4",
    ),
    QuotedErrors("WRN-28-10, dropout .3", 3.89, 18.85, "read in the README of ORN (Zhou et al. 2017)"),
    QuotedErrors(
        "WRN-28-10, L0, lambda 0.001 / N", 3.83, 18.75, "3.83 read in a public note; 18.75 recalled"
    ),
    QuotedErrors("WRN-28-10, L0, lambda 0.002 / N", 3.93, 19.04, RECALLED),
)
