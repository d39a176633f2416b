"""Which runs make up Table 1 and Figure 3? Two networks, each with the paper's lambdas, dense, with dropout.

The full runs are those of the paper as far as it is known: all of MNIST, 200 epochs, Adam with 1e-3,
minibatches of 100, parameters averaged with .999, no L2 term. The fast ones train on the embedded digits,
where N is 5,000 and a lambda of .1/N weighs 12 times as much: they are for checks, and not to be compared
with the paper. LeNet-5 would close what it needs there, so its fast runs take a fifth of the paper's lambdas.
From log_alpha = 0, Adam with 1e-3 needs about 2,400 steps to close a gate, twice those of 24 epochs: so the
gates take ten times larger steps there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from l0edu.errors import InputError
from l0edu.reproduce.quoted import PAPER, Quoted

__all__ = ["L0_ROWS", "MLP_SEPARATE", "ROWS", "Form", "Row", "rows_of"]

MLP_SEPARATE = (0.083, 0.51, 5.6)  # found by a search: docs/results.md
FAST_MLP_SEPARATE = (0.1, 0.3, 0.4)  # receipts of fast runs are for these, whatever the full runs take
LENET5_SEPARATE = (10.0, 0.5, 0.1, 10.0)
FAST_LENET5_SEPARATE = (2.0, 0.1, 0.02, 2.0)
NO_PENALTY = (0.0,)
ALIKE = {"weight_decay": 0.0, "batch_size": 100, "step_size": 1e-3, "dtype": "float32", "conditional": True}
AVERAGING = {"mnist": 0.999, "mini": 0.99}  # by the data: 600 steps an epoch, and 50


@dataclass(frozen=True)
class Form:
    """How a row is trained: in its full form, or in its fast one.

    Attributes
    ----------
    data : str
    epochs : int
    lam : tuple of float
        In units of 1/N, one or one a gated layer.
    target_l0, target_flops : float or None
        What takes lambda's place.
    gate_factor : float
        The gates' steps in units of the others'.
    validation : float
        Share of the training images that is held out.
    record : bool
        Whether the gates of every epoch are kept, so that steps can be timed again.
    """

    data: str
    epochs: int
    lam: tuple[float, ...] = NO_PENALTY
    target_l0: float | None = None
    target_flops: float | None = None
    gate_factor: float = 1.0
    validation: float = 0.0
    record: bool = False

    @property
    def price(self) -> str:
        """What makes weights costly, as in a table; empty when nothing does.

        Examples
        --------
        >>> Form("mini", 120, lam=(0.1, 0.3, 0.4)).price, Form("mini", 40, target_flops=0.2).price
        ('lambdas 0.1, 0.3, 0.4 / N', 'target 0.2 of the FLOPs')
        """
        if self.target_l0 is not None:
            return f"target {self.target_l0:g} of the weights"
        if self.target_flops is not None:
            return f"target {self.target_flops:g} of the FLOPs"
        if self.lam == NO_PENALTY:
            return ""
        return f"lambda{'s' * (len(self.lam) > 1)} {', '.join(f'{one:g}' for one in self.lam)} / N"

    def options(self) -> dict[str, Any]:
        """As `l0edu.request.resolve` takes them."""
        targets = {"target_l0": self.target_l0, "target_flops": self.target_flops}
        kept = {"record": True} if self.record else {}
        return {
            "lam": list(self.lam),
            **ALIKE,
            "data": self.data,
            "epochs": self.epochs,
            "averaging": AVERAGING[self.data],
            "gate_step_factor": self.gate_factor,
            "validation": self.validation,
            **{name: target for name, target in targets.items() if target is not None},
            **kept,
        }


@dataclass(frozen=True)
class Row:
    """A configuration that is trained, with as many seeds as one likes.

    Attributes
    ----------
    key : str
        As typed: "mlp-lam0.1".
    network : str
        Name of a model.
    label : str
        Network and what is done with its gates, as in a table: "MLP", "MLP, dense".
    full, fast : Form
        The fast one has few epochs on the embedded digits.
    """

    key: str
    network: str
    label: str
    full: Form
    fast: Form

    @property
    def paper(self) -> Quoted | None:
        """What the paper has in its table; None when it has nothing."""
        return PAPER.get(self.key)

    @property
    def gated(self) -> bool:
        """Whether its gates are learned: not of dense networks, and not with dropout."""
        return self.full.price != ""

    def form(self, fast: bool = False) -> Form:
        """The fast or the full one."""
        return self.fast if fast else self.full

    def title(self, fast: bool = False) -> str:
        """As in a table, with the lambdas or the target that its full or its fast runs have.

        Examples
        --------
        >>> row = rows_of(["lenet5-lam0.1"])[0]
        >>> row.title(), row.title(fast=True)
        ('LeNet-5, lambda 0.1 / N', 'LeNet-5, lambda 0.02 / N')
        """
        return ", ".join(filter(None, (self.label, self.form(fast).price)))

    def name(self, seed: int) -> str:
        """The folder of one of its runs: "mlp-lam0.1-seed0"."""
        return f"{self.key}-seed{seed}"

    def options(self, seed: int, fast: bool = False, data_dir: str | None = None) -> dict[str, Any]:
        """All that a run needs, as `l0edu.request.resolve` takes it.

        Parameters
        ----------
        seed : int
        fast : bool
        data_dir : str, optional
            Where the full MNIST lies; without it, as `l0edu train` looks for it.
        """
        form = self.form(fast)
        where = {} if form.data == "mini" or data_dir is None else {"data_dir": data_dir}
        drawn = {"per_example": self.network.endswith("-dropout"), "seed": seed}
        return {"network": self.network, **form.options(), **where, **drawn}


def _row(key: str, label: str, lam: tuple[float, ...], fast: Form) -> Row:
    """A row of the paper's."""
    network, _, way = key.partition("-")
    with_gates_of_its_own = f"{network}-{way}" if lam == NO_PENALTY else network
    return Row(key, with_gates_of_its_own, label, Form("mnist", 200, lam, record=lam != NO_PENALTY), fast)


ROWS = (
    _row("mlp-lam0.1", "MLP", (0.1,), Form("mini", 120, (0.1,))),
    _row("mlp-separate", "MLP", MLP_SEPARATE, Form("mini", 120, FAST_MLP_SEPARATE)),
    _row("mlp-dense", "MLP, dense", NO_PENALTY, Form("mini", 20)),
    _row("mlp-dropout", "MLP, dropout .2/.5/.5", NO_PENALTY, Form("mini", 20)),
    _row("lenet5-lam0.1", "LeNet-5", (0.1,), Form("mini", 24, (0.02,), gate_factor=10.0)),
    _row(
        "lenet5-separate",
        "LeNet-5",
        LENET5_SEPARATE,
        Form("mini", 24, FAST_LENET5_SEPARATE, gate_factor=10.0),
    ),
    _row("lenet5-dense", "LeNet-5, dense", NO_PENALTY, Form("mini", 20)),
    _row("lenet5-dropout", "LeNet-5, dropout .5", NO_PENALTY, Form("mini", 20)),
)
L0_ROWS = tuple(row for row in ROWS if row.gated)


def rows_of(keys: Iterable[str] | None, rows: Sequence[Row] = ROWS) -> tuple[Row, ...]:
    """The rows of some keys, in the table's order; of None, all.

    Parameters
    ----------
    keys : iterable of str or None
    rows : sequence of Row
        Among which they are looked for; those of Table 1 without it.

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
        return tuple(rows)
    wanted, known = set(keys), {row.key for row in rows}
    if unknown := sorted(wanted - known):
        raise InputError(f"there is no row {unknown[0]!r}: choose from {', '.join(row.key for row in rows)}")
    return tuple(row for row in rows if row.key in wanted)
