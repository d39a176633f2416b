"""Which runs make up Table 1 and Figure 3? Two networks, each with the paper's lambdas, dense, with dropout.

The full runs are those of the paper as far as it is known: all of MNIST, 200 epochs, Adam with 1e-3,
minibatches of 100, parameters averaged with .999, no L2 term. The fast ones train on the embedded digits,
where N is 5,000 and a lambda of .1/N weighs 12 times as much: they are for checks, and not to be compared
with the paper. LeNet-5 would close what it needs there, so its fast runs take a fifth of the paper's lambdas.
From log_alpha = 0, Adam with 1e-3 needs about 2,400 steps to close a gate, twice those of 24 epochs: so the
gates take ten times larger steps there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from l0edu.errors import InputError
from l0edu.reproduce.quoted import PAPER, Quoted

__all__ = ["L0_ROWS", "MLP_SEPARATE", "ROWS", "Row", "rows_of"]

MLP_SEPARATE = (0.083, 0.51, 5.6)  # found by a search: docs/results.md
FAST_MLP_SEPARATE = (0.1, 0.3, 0.4)  # receipts of fast runs are for these, whatever the full runs take
LENET5_SEPARATE = (10.0, 0.5, 0.1, 10.0)
FAST_LENET5_SEPARATE = (2.0, 0.1, 0.02, 2.0)
NO_PENALTY = (0.0,)
ALIKE = {"weight_decay": 0.0, "batch_size": 100, "dtype": "float32", "validation": 0.0}
FULL = {"data": "mnist", "epochs": 200, "step_size": 1e-3, "averaging": 0.999}
FAST = {"data": "mini", "step_size": 1e-3, "averaging": 0.99}


@dataclass(frozen=True)
class Row:
    """A configuration that is trained, with as many seeds as one likes.

    Attributes
    ----------
    key : str
        As typed: "mlp-lam0.1".
    network : str
        Name of a model.
    form : str
        Network and what is done with its gates, as in a table: "MLP", "MLP, dense".
    lam : tuple of float
        In units of 1/N, one or one a gated layer; of the full runs.
    fast_lam : tuple of float
        Of the fast runs.
    fast_epochs : int
    fast_gate_factor : float
        The gates' steps in units of the others'.
    """

    key: str
    network: str
    form: str
    lam: tuple[float, ...]
    fast_lam: tuple[float, ...]
    fast_epochs: int
    fast_gate_factor: float = 1.0

    @property
    def paper(self) -> Quoted | None:
        """What the paper has for it; None when it has nothing."""
        return PAPER.get(self.key)

    @property
    def gated(self) -> bool:
        """Whether its gates are learned: not of dense networks, and not with dropout."""
        return self.lam != NO_PENALTY

    def title(self, fast: bool = False) -> str:
        """As in a table, with the lambdas that its full or its fast runs have.

        Examples
        --------
        >>> row = rows_of(["lenet5-lam0.1"])[0]
        >>> row.title(), row.title(fast=True)
        ('LeNet-5, lambda 0.1 / N', 'LeNet-5, lambda 0.02 / N')
        """
        if not self.gated:
            return self.form
        lam = self.fast_lam if fast else self.lam
        return f"{self.form}, lambda{'s' * (len(lam) > 1)} {', '.join(f'{one:g}' for one in lam)} / N"

    def name(self, seed: int) -> str:
        """The folder of one of its runs: "mlp-lam0.1-seed0"."""
        return f"{self.key}-seed{seed}"

    def options(self, seed: int, fast: bool = False, data_dir: str | None = None) -> dict[str, Any]:
        """All that a run needs, as `l0edu.request.resolve` takes it.

        Parameters
        ----------
        seed : int
        fast : bool
            On the embedded digits, with few epochs.
        data_dir : str, optional
            Where the full MNIST lies; without it, as `l0edu train` looks for it.
        """
        lam = list(self.fast_lam if fast else self.lam)
        quick = {**FAST, "epochs": self.fast_epochs, "gate_step_factor": self.fast_gate_factor}
        kind = quick if fast else FULL
        where = {} if fast or data_dir is None else {"data_dir": data_dir}
        drawn = {"per_example": self.network.endswith("-dropout"), "conditional": True, "seed": seed}
        kept = {"record": True} if self.gated and not fast else {}  # so that steps can be timed again
        return {"network": self.network, "lam": lam, **ALIKE, **kind, **where, **drawn, **kept}


ROWS = (
    Row("mlp-lam0.1", "mlp", "MLP", (0.1,), (0.1,), 120),
    Row("mlp-separate", "mlp", "MLP", MLP_SEPARATE, FAST_MLP_SEPARATE, 120),
    Row("mlp-dense", "mlp-dense", "MLP, dense", NO_PENALTY, NO_PENALTY, 20),
    Row("mlp-dropout", "mlp-dropout", "MLP, dropout .2/.5/.5", NO_PENALTY, NO_PENALTY, 20),
    Row("lenet5-lam0.1", "lenet5", "LeNet-5", (0.1,), (0.02,), 24, 10.0),
    Row("lenet5-separate", "lenet5", "LeNet-5", LENET5_SEPARATE, FAST_LENET5_SEPARATE, 24, 10.0),
    Row("lenet5-dense", "lenet5-dense", "LeNet-5, dense", NO_PENALTY, NO_PENALTY, 20),
    Row("lenet5-dropout", "lenet5-dropout", "LeNet-5, dropout .5", NO_PENALTY, NO_PENALTY, 20),
)
L0_ROWS = tuple(row for row in ROWS if row.gated)


def rows_of(keys: Iterable[str] | None) -> tuple[Row, ...]:
    """The rows of some keys, in the table's order; of None, all.

    Raises
    ------
    InputError
        When there is no such row.

    Examples
    --------
    >>> [row.title() for row in rows_of(["mlp-dense", "mlp-lam0.1"])]
    ['MLP, lambda 0.1 / N', 'MLP, dense']
    """
    if keys is None:
        return ROWS
    wanted, known = set(keys), {row.key for row in ROWS}
    if unknown := sorted(wanted - known):
        raise InputError(f"there is no row {unknown[0]!r}: choose from {', '.join(row.key for row in ROWS)}")
    return tuple(row for row in ROWS if row.key in wanted)
