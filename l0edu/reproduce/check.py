"""Does one more run fall where the receipt says? Fast runs of another seed, quantity by quantity.

A run outside its band says that something has changed: the library, a version of what it stands on, or the
machine's arithmetic by more than a seed does. With all bands together at 99 %, one check in a hundred fails
although nothing has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from l0edu.collected import CollectedRun
from l0edu.errors import InputError
from l0edu.reproduce.bands import Band
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.markdown import markdown_table
from l0edu.reproduce.plan import CONFIG_DEFAULTS
from l0edu.reproduce.receipts import OF_ONE_RUN, Receipt, differences, versions_of
from l0edu.reproduce.rows import Row

__all__ = [
    "Checked",
    "check_run",
    "check_seed",
    "check_table",
    "other_versions",
    "parts_to_check",
    "refuse_other_options",
    "rows_with_bands",
]

MODE = "fast"


@dataclass(frozen=True)
class Checked:
    """A quantity of the new run beside its band.

    Attributes
    ----------
    run, quantity : str
        Their names.
    value : float
    band : Band
    """

    run: str
    quantity: str
    value: float
    band: Band

    @property
    def inside(self) -> bool:
        """Whether the run falls where one expects it."""
        return self.value in self.band


def rows_with_bands(receipt: Receipt, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Those of some rows that a fast run can be checked of.

    Raises
    ------
    InputError
        When there is none.
    """
    found = tuple(row for row in rows if receipt["rows"].get(row.key, {}).get(MODE, {}).get("band"))
    if not found:
        command = f"l0edu reproduce {receipt['what']} --fast --seeds 8 --receipt FILE.json"
        raise InputError(f"the receipt has no band of fast runs: make one that has, with `{command}`")
    return found


def parts_to_check(receipt: Receipt, rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """The fast part of the receipt for each row, by the row's key.

    Raises
    ------
    InputError
        When it has none, or none with a band.
    """
    parts = {row.key: receipt["rows"].get(row.key, {}).get(MODE) for row in rows}
    for key, part in parts.items():
        if part is None or not part["band"]:
            lack = "no fast run" if part is None else "a single fast run and so no band"
            raise InputError(f"the receipt has {lack} of {key}: leave it out of --rows, or make it anew")
    return parts


def check_seed(parts: dict[str, dict[str, Any]], asked: int | None = None) -> int:
    """The seed of the new runs: one that no run of the receipt had.

    Examples
    --------
    >>> check_seed({"mlp-lam0.1": {"seeds": [0, 1, 2]}})
    3
    """
    used = {seed for part in parts.values() for seed in part["seeds"]}
    if asked in used:
        raise InputError(f"--seed {asked} is one of the receipt's, whose runs made the band: take another")
    return max(used) + 1 if asked is None else asked


def refuse_other_options(parts: dict[str, dict[str, Any]], rows: Sequence[Row]) -> None:
    """Refuse parts whose runs were trained otherwise than runs of these rows would be now.

    Parameters
    ----------
    parts : dict
        Of the receipt, by the row's key.
    rows : sequence of Row

    Raises
    ------
    InputError
        Before anything is trained; other images are found by `check_run`.
    """
    for row in rows:
        had = {**CONFIG_DEFAULTS, **parts[row.key]["config"]}
        for name, wanted in row.options(0, fast=True).items():
            if name not in OF_ONE_RUN and had.get(name) != wanted:
                raise _other(row.key, name, had.get(name), wanted)


def check_run(what: str, key: str, part: dict[str, Any], run: CollectedRun) -> list[Checked]:
    """Every quantity of a run beside its band.

    Parameters
    ----------
    what : str
        One of `EXHIBITS`.
    key : str
        Of the row.
    part : dict
        What the receipt has for it.
    run : CollectedRun

    Raises
    ------
    InputError
        When the receipt is of runs with other options or data, or of other quantities.
    """
    _refuse_other_options(key, run, part["config"])
    quantities = EXHIBITS[what].quantities(run)
    if [one.name for one in quantities] != list(part["band"]):
        raise InputError(f"{key}: the receipt has other quantities: make it anew, with --receipt")
    return [Checked(key, one.name, one.value, Band(*part["band"][one.name])) for one in quantities]


def check_table(checked: Sequence[Checked]) -> str:
    """Quantity, this run, band, inside or not; and how many are."""
    rows = [
        [one.run, one.quantity, _number(one.value), _band(one.band), "yes" if one.inside else "NO"]
        for one in checked
    ]
    heads = ("run", "quantity", "this run", "band", "inside")
    inside = sum(one.inside for one in checked)
    return f"{markdown_table(heads, rows, texts=(0, 1))}\n\n{inside} of {len(checked)} inside their bands"


def other_versions(part: dict[str, Any], run: CollectedRun) -> str:
    """Which versions differ from the receipt's, as in "numpy 2.4.6 (the receipt: 2.3.1)"; empty if none."""
    here, there = versions_of([run]), part["versions"]
    names = [name for name in here if here[name] != there.get(name)]
    return ", ".join(f"{name} {here[name]} (the receipt: {there.get(name)})" for name in names)


def _refuse_other_options(key: str, run: CollectedRun, there: dict[str, Any]) -> None:
    for name, (had, has) in differences(run, there).items():
        raise _other(key, name, had, has)


def _other(key: str, name: str, had: Any, has: Any) -> InputError:
    return InputError(
        f"{key}: the receipt is of {name} = {had}, and this run of {has}: "
        "make the receipt anew, with --receipt"
    )


def _band(band: Band) -> str:
    return f"{_number(band.low)} to {_number(band.high)}"


def _number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.2f}".rstrip("0").rstrip(".")
