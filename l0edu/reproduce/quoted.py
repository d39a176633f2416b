"""What do the rows of Table 1 say that were not trained here? Numbers of others, quoted with their source.

Nothing in this file was measured by this library. `source` says which part of a row was read, and where, and
which is recalled from the paper: check the latter before relying on it. Weights left are computed from the
widths, as everywhere here.

Read were Tang, Adhikari and Lin, "FLOPs as a direct optimization objective for learning sparse neural
networks" (2018), and Evci et al., "Rigging the lottery" (2020), which quote Table 1.
"""

from dataclasses import dataclass

from l0edu.collected import weights_between
from l0edu.models import build

__all__ = ["LITERATURE", "PAPER", "Quoted"]

RECALLED = "recalled"
TANG = "read in Tang et al. (2018)"
EVCI = "architecture read in Evci et al. (2020); error recalled (1.6 there)"
PUBLIC = "architecture read in a public source that was not noted; error recalled"


@dataclass(frozen=True)
class Quoted:
    """A row of Table 1 as somebody else gives it.

    Attributes
    ----------
    network : str
        "mlp" or "lenet5".
    method : str
        With the authors who proposed it.
    architecture : tuple of int
        Units left in each gated layer.
    error : float
        Test error in percent.
    source : str
        What was read, and where; what is recalled.

    Examples
    --------
    >>> row = PAPER["lenet5-lam0.1"]
    >>> row.architecture, row.error, f"{row.weights_left:.2%}"
    ((20, 25, 45, 462), 0.9, '8.92%')
    """

    network: str
    method: str
    architecture: tuple[int, ...]
    error: float
    source: str

    @property
    def weights_left(self) -> float:
        """Share of the gated weights, in [0, 1], that lie between units left: products of widths."""
        whole = sum(charge.gates * charge.group_size for charge in build(self.network).charges)
        return sum(weights_between(self.network, self.architecture).values()) / whole


PAPER = {  # by the keys of the rows that are trained here
    "mlp-lam0.1": Quoted("mlp", "L0, lambda 0.1 / N (the paper)", (219, 214, 100), 1.4, RECALLED),
    "mlp-separate": Quoted("mlp", "L0, separate lambdas (the paper)", (266, 88, 33), 1.8, EVCI),
    "lenet5-lam0.1": Quoted("lenet5", "L0, lambda 0.1 / N (the paper)", (20, 25, 45, 462), 0.9, TANG),
    "lenet5-separate": Quoted("lenet5", "L0, separate lambdas (the paper)", (9, 18, 65, 25), 1.0, TANG),
}
LITERATURE = (
    Quoted("mlp", "Sparse VD (Molchanov et al. 2017)", (512, 114, 72), 1.8, PUBLIC),
    Quoted("mlp", "BC-GNJ (Louizos et al. 2017)", (278, 98, 13), 1.8, RECALLED),
    Quoted("mlp", "BC-GHS (Louizos et al. 2017)", (311, 86, 14), 1.8, RECALLED),
    Quoted("lenet5", "Sparse VD (Molchanov et al. 2017)", (14, 19, 242, 131), 1.0, RECALLED),
    Quoted("lenet5", "GL (Wen et al. 2016)", (3, 12, 192, 500), 1.0, RECALLED),
    Quoted("lenet5", "GD (Srinivas and Babu 2016)", (7, 13, 208, 16), 1.1, TANG),
    Quoted("lenet5", "SBP (Neklyudov et al. 2017)", (3, 18, 284, 283), 0.9, TANG),
    Quoted("lenet5", "BC-GNJ (Louizos et al. 2017)", (8, 13, 88, 13), 1.0, TANG),
    Quoted("lenet5", "BC-GHS (Louizos et al. 2017)", (5, 10, 76, 16), 1.0, TANG),
)
