"""Which runs make up Figure 4 and the paper's rows of Table 2? One wide ResNet, with its gates and without.

A run's name says what is done with the gates (`run_names.py`), and stands behind its data: "cifar10-lam0.5".

The paper's are those of WRN-28-10 in 200 epochs. A smaller network in fewer epochs does not close a gate at
.001/N: what moves the gates is lambda times the number of epochs. So its lambda is 10 / epochs, and a run
with a target is beside it.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from l0edu.data import FOLDER_VARIABLE
from l0edu.data.cifar_files import LAYOUTS, find_cifar
from l0edu.data.folder import expand
from l0edu.errors import InputError
from l0edu.models import build
from l0edu.recipes import defaults
from l0edu.reproduce.rows import Form, Row
from l0edu.reproduce.run_names import RunName, read_run_name

__all__ = [
    "PAPERS_ROWS",
    "Asked",
    "WideForm",
    "asked_for",
    "data_sets",
    "wide_resnet_rows",
]

FULL_NETWORK, FAST_NETWORK = "wrn-28-10", "wrn-10-1"
FULL_EPOCHS, FAST_EPOCHS = 200, 3
PAPERS_RUNS = ("dense", "dropout", "lam0.001", "lam0.002")
DATA = ("cifar10", "cifar100")
MOST_GATED = 4  # curves that Figure 4 tells apart
WARM_UP = 0.2  # of the run with a target: share of the epochs; what else it takes did best on a subset
USUAL_TARGET = "target0.5-{warm_up}-drop0.1-adam0.02"  # (docs/results.md)
WEIGHT_OF_EPOCHS = 10.0
PRICES = {"lam": "lam", "target": "target_l0", "flops": "target_flops"}  # as Form has them


@dataclass(frozen=True)
class WideForm(Form):
    """A form with the recipe of wide ResNets.

    Attributes
    ----------
    warm_up : int
        Epochs without gates at the start.
    drop_rate : float or None
        The gates' initial one; None is the network's own.
    gate_step_size : float or None
        The gates take Adam's steps of this size; None leaves it to the recipe.
    """

    warm_up: int = 0
    drop_rate: float | None = None
    gate_step_size: float | None = None

    def options(self) -> dict[str, Any]:
        """As `l0edu.request.resolve` takes them."""
        targets = {"target_l0": self.target_l0, "target_flops": self.target_flops}
        recipe = defaults({"network": FULL_NETWORK, "data": self.data, **targets})
        gates: dict[str, Any] = {"lam": [*self.lam], "warm_up": self.warm_up, "drop_rate": self.drop_rate}
        if self.gate_step_size is not None:
            gates["gate_step_size"] = self.gate_step_size
        return {**recipe, **targets, **gates, "data": self.data, "epochs": self.epochs}


@dataclass(frozen=True)
class Asked:
    """What Figure 4 is asked for.

    Attributes
    ----------
    network : str
        wrn-D-K, without what is done with its gates.
    epochs : int
    runs : tuple of str
        As "dense" or "target0.5-warm8".
    """

    network: str
    epochs: int
    runs: tuple[str, ...]


def asked_for(
    network: str | None = None,
    epochs: int | None = None,
    runs: Sequence[str] | None = None,
    fast: bool = False,
) -> Asked:
    """What is asked for, where None leaves a choice: the paper's, or what suits a smaller network.

    Examples
    --------
    >>> asked_for()
    Asked(network='wrn-28-10', epochs=200, runs=('dense', 'dropout', 'lam0.001', 'lam0.002'))
    >>> asked_for("wrn-10-2", 20).runs
    ('dense', 'dropout', 'lam0.5', 'target0.5-warm4-drop0.1-adam0.02')
    """
    network = network or (FAST_NETWORK if fast else FULL_NETWORK)
    epochs = (FAST_EPOCHS if fast else FULL_EPOCHS) if epochs is None else epochs
    if not re.fullmatch("wrn-[0-9]+-[0-9]+", network):
        raise InputError(f"--network {network}: write wrn-D-K, as wrn-10-2; rows say what its gates do")
    build(network)
    if epochs < 1:
        raise InputError(f"--epochs {epochs}: it must be at least 1")
    return Asked(network, epochs, tuple(runs) if runs else _usual_runs(network, epochs))


def _usual_runs(network: str, epochs: int) -> tuple[str, ...]:
    if network == FULL_NETWORK:
        return PAPERS_RUNS
    lam, warm_up = f"lam{WEIGHT_OF_EPOCHS / epochs:.2g}", f"warm{round(WARM_UP * epochs)}"
    return ("dense", "dropout", lam, USUAL_TARGET.format(warm_up=warm_up))


def data_sets(asked: str | None, data_dir: str | None, out: Path) -> tuple[str, ...]:
    """The data sets to train on: the one that is asked for, else CIFAR-10 and CIFAR-100 where they are.

    Parameters
    ----------
    asked : str or None
    data_dir : str or None
        None stands for the folder in $L0EDU_DATA.
    out : Path
        Runs that lie there count as well: they can be drawn without their data.
    """
    if asked is not None:
        return (asked,)
    place = data_dir or os.environ.get(FOLDER_VARIABLE)
    return tuple(name for name in DATA if _is_there(name, place) or _has_runs(name, out)) or DATA[:1]


def wide_resnet_rows(asked: Asked, data: Iterable[str]) -> tuple[Row, ...]:
    """A row for each run and data set: "cifar10-dense".

    Raises
    ------
    InputError
        For a run that has no such name, or more with gates than can be drawn.

    Examples
    --------
    >>> [row.title() for row in wide_resnet_rows(asked_for(), ["cifar10"])][1:3]
    ['WRN-28-10 on CIFAR-10, dropout', 'WRN-28-10 on CIFAR-10, lambda 0.001 / N']
    """
    names = [read_run_name(name) for name in asked.runs]
    found = [_row(asked, name, one) for one in data for name in names]
    rows = tuple({row.key: row for row in found}.values())
    if len({name.key for name in names if not name.flat}) > MOST_GATED:
        raise InputError(f"Figure 4 tells {MOST_GATED} curves with gates apart: give --rows fewer")
    return rows


def _row(asked: Asked, name: RunName, data: str) -> Row:
    price: dict[str, Any] = {}
    if name.price:
        price[PRICES[name.price]] = (name.number,) if name.price == "lam" else name.number
    form = WideForm(
        data,
        asked.epochs,
        **price,
        warm_up=name.warm_up,
        drop_rate=name.drop_rate,
        gate_step_size=name.gate_step_size,
    )
    label = ", ".join(filter(None, (f"{asked.network.upper()} on {LAYOUTS[data].title}", name.words)))
    return Row(f"{data}-{name.key}", f"{asked.network}{name.variant}", label, form, form)


def _is_there(name: str, place: str | None) -> bool:
    """Whether a folder has a set; an archive itself is taken for CIFAR-10, unless one says otherwise."""
    if not place:
        return False
    where = expand(place)
    if where.is_file():
        return name == DATA[0]
    try:
        find_cifar(LAYOUTS[name], where)
    except InputError:
        return False
    return True


def _has_runs(name: str, out: Path) -> bool:
    return any(out.glob(f"{name}-*-seed*"))


PAPERS_ROWS = wide_resnet_rows(Asked(FULL_NETWORK, FULL_EPOCHS, PAPERS_RUNS), DATA)
