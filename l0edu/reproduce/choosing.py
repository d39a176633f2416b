"""Which runs does a command mean, where are they kept, and how long may they take?"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from l0edu.errors import InputError
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.receipts import mean_seconds, read_receipt
from l0edu.reproduce.rough_times import rough_seconds
from l0edu.reproduce.rows import Row, rows_of
from l0edu.reproduce.wide_resnet_rows import asked_for, data_sets, wide_resnet_rows
from l0edu.shipped import shipped

__all__ = ["Choice", "choose", "published_receipt"]

NEEDS_GATES = {"figure3": "mlp-lam0.1", "figure4": "lam0.5"}  # and a row that has them
OF_FIGURE4 = ("network", "data", "epochs")


@dataclass(frozen=True)
class Choice:
    """What a command means.

    Attributes
    ----------
    rows : tuple of Row
    out : Path
        The folder of the runs' folders.
    data_dir : str or None
    command : str
        What makes all these runs, without its rows.
    """

    rows: tuple[Row, ...]
    out: Path
    data_dir: str | None
    command: str

    def seconds(self, exhibit: str, fast: bool) -> dict[str, float]:
        """How long runs take, by their rows: those that are published, and wide ResNets by their FLOPs."""
        if exhibit == "figure4":
            return rough_seconds(self.rows, self.data_dir)
        with suppress(InputError):
            what = EXHIBITS[exhibit].folder
            return mean_seconds(read_receipt(published_receipt(what), what), "fast" if fast else "full")
        return {}


def choose(
    exhibit: str,
    rows: Sequence[str] | None = None,
    fast: bool = False,
    out: Path | None = None,
    data_dir: str | None = None,
    network: str | None = None,
    data: str | None = None,
    epochs: int | None = None,
) -> Choice:
    """Rows and folder, where None leaves a choice.

    Parameters
    ----------
    exhibit : str
        One of `EXHIBITS`.
    rows : sequence of str, optional
    fast : bool
    out : Path, optional
    data_dir : str, optional
    network, data, epochs : optional
        Of Figure 4, which can be drawn for any wide ResNet.

    Raises
    ------
    InputError
        For rows that there are not, or none whose gates are learned where a figure needs one; and for what
        only Figure 4 can choose.

    Examples
    --------
    >>> choice = choose("figure4", network="wrn-10-2", epochs=20)
    >>> choice.out.as_posix(), [row.key for row in choice.rows][2:]
    ('reproduced/figure4-wrn-10-2', ['cifar10-lam0.5', 'cifar10-target0.5-warm4-drop0.1-adam0.02'])
    """
    name, command = EXHIBITS[exhibit].folder, f"l0edu reproduce {exhibit}"
    if exhibit == "figure4":
        asked = asked_for(network, epochs, rows, fast)
        folder = out or _folder(f"{name}-{asked.network}", fast)
        command = f"{command} --network {asked.network} --epochs {asked.epochs}"
        found = wide_resnet_rows(asked, data_sets(data, data_dir, folder))
    else:
        _refuse_choices_of_figure_4(network, data, epochs)
        folder, found = out or _folder(name, fast), rows_of(rows, EXHIBITS[exhibit].rows)
    if exhibit in NEEDS_GATES and not any(row.gated for row in found):
        needs = f"Figure {exhibit[-1]} needs a row whose gates are learned"
        raise InputError(f"{needs}: add {NEEDS_GATES[exhibit]} to --rows")
    return Choice(found, folder, data_dir, command)


def published_receipt(what: str) -> Path:
    """The receipt that comes with the package."""
    return shipped("docs/receipts") / f"{what}.json"


def _refuse_choices_of_figure_4(*values: object) -> None:
    for name, value in zip(OF_FIGURE4, values, strict=True):
        if value is not None:
            raise InputError(f"--{name} is for figure4: leave it out")


def _folder(name: str, fast: bool) -> Path:
    return Path("reproduced") / (f"{name}-fast" if fast else name)
