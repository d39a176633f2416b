"""What shows how a table or figure was made? A receipt: its runs' numbers, bands, and all that made them.

    schema, what          1; "table1", "figure3" or another of `l0edu.reproduce.exhibits`
    command               that makes the runs; of Figure 4 with network, epochs and rows
    share                 with which probability all bands of one mode hold together
    rows                  by a row's key, then by mode, "full" or "fast":
      config              of every run, without seed, path and recording
      versions, machine   of the libraries; processor, cores, system and Python, where the receipt was made
      date                when the receipt was made
      seeds, seconds      one entry a run
      runs                by a quantity's name, its value in each run
      step, most          by name, where a quantity has them (`l0edu.reproduce.bands`)
      band                by name, [low, high] for one more run; empty when there is but one run

The runs' numbers are all there, so that everybody can compute the bands again, or others.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any, TypeAlias

from l0edu.bench.environment import machine
from l0edu.checkpoint import write_atomically
from l0edu.collected import CollectedRun
from l0edu.errors import InputError
from l0edu.reproduce.bands import band, share_of_each
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.plan import CONFIG_DEFAULTS, OF_IMAGES
from l0edu.reproduce.receipt_form import SCHEMA, why_no_receipt
from l0edu.reproduce.table1 import Measured

__all__ = [
    "Receipt",
    "comparable",
    "differences",
    "extended",
    "mean_seconds",
    "new_receipt",
    "part_of",
    "read_or_new",
    "read_receipt",
    "with_part",
    "write_receipt",
]

Receipt: TypeAlias = dict[str, Any]
SHARE = 0.99
OF_ONE_RUN = ("seed", "data_dir", "record", *OF_IMAGES)
DIGITS = 6
ROWS = " --rows "


def part_of(what: str, runs: Sequence[CollectedRun]) -> dict[str, Any]:
    """What a receipt says of one row in one mode, without bands.

    Parameters
    ----------
    what : str
        One of `EXHIBITS`.
    runs : sequence of CollectedRun
        Finished, of different seeds, and otherwise asked for the same.

    Raises
    ------
    InputError
        When their configs differ.
    """
    config = comparable(runs[0])
    for run in runs[1:]:
        if comparable(run) != config:
            raise InputError(
                f"{run.path} and {runs[0].path} were trained on other data or with other options"
            )
    found = [EXHIBITS[what].quantities(run) for run in runs]
    return {
        "config": config,
        "versions": versions_of(runs),
        "machine": {name: value for name, value in machine().items() if name != "load"},
        "date": datetime.now(UTC).date().isoformat(),
        "seeds": [run.config.seed for run in runs],
        "seconds": [round(run.seconds, 1) for run in runs],
        "runs": {same[0].name: [_short(one.value) for one in same] for same in zip(*found, strict=True)},
        "step": {one.name: one.step for one in found[0] if one.step},
        "most": {one.name: one.most for one in found[0] if one.most < inf},
        "band": {},
    }


def with_part(receipt: Receipt, key: str, mode: str, part: dict[str, Any]) -> Receipt:
    """The receipt with one part put in or replaced, and the bands of its mode computed anew.

    They depend on how many quantities there are in all parts of the mode.
    """
    rows = {name: dict(row) for name, row in receipt["rows"].items()}
    rows.setdefault(key, {})[mode] = part
    several = [row[mode] for row in rows.values() if mode in row and len(row[mode]["seeds"]) > 1]
    quantities = sum(len(one["runs"]) for one in several)
    for row in rows.values():
        if mode in row:
            row[mode] = {**row[mode], "band": _bands(row[mode], receipt["share"], quantities)}
    return {**receipt, "rows": rows}


def extended(receipt: Receipt, mode: str, measured: Sequence[Measured]) -> tuple[Receipt, list[str]]:
    """The receipt with what was measured, and the rows of which it has more runs already: they stay.

    Parameters
    ----------
    receipt : dict
    mode : str
        "full" or "fast".
    measured : sequence of Measured
    """
    stay = []
    for one in measured:
        key, part = one.row.key, part_of(receipt["what"], one.runs)
        before = receipt["rows"].get(key, {}).get(mode)
        alike = before and not differences(one.runs[0], before["config"])
        if alike and not {*before["seeds"]} <= {*part["seeds"]}:
            stay.append(key)
        else:
            receipt = with_part(receipt, key, mode, part)
    return {**receipt, "command": _with_rows(receipt)}, stay


def comparable(run: CollectedRun) -> dict[str, Any]:
    """The config without what differs between runs that are compared: seed, path and recording.

    Left out too is what follows from the images, whose CRC is there. When a part of them is held out, the
    seed decides which, and their CRC is left out as well.
    """
    left_out = (*OF_ONE_RUN, "data_crc") if run.config.validation else OF_ONE_RUN
    return {name: value for name, value in run.config.to_json().items() if name not in left_out}


def differences(run: CollectedRun, config: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """In which options a run differs from a config that was written down: by name, there and here.

    Parameters
    ----------
    run : CollectedRun
    config : dict
        As `comparable` gave it, perhaps to an older version: what it does not say had its default.
    """
    here = comparable(run)
    pairs = {
        name: (config.get(name, CONFIG_DEFAULTS.get(name)), here.get(name))
        for name in sorted((here.keys() | config.keys()) - {*OF_IMAGES})
    }
    return {name: (there, now) for name, (there, now) in pairs.items() if there != now}


def mean_seconds(receipt: Receipt, mode: str) -> dict[str, float]:
    """How long a run of each row took, by the row's key."""
    parts = {key: row[mode] for key, row in receipt["rows"].items() if mode in row}
    return {key: sum(part["seconds"]) / len(part["seconds"]) for key, part in parts.items()}


def versions_of(runs: Sequence[CollectedRun]) -> dict[str, str]:
    """Versions of the libraries, as the runs' summaries have them; where runs differ, each of them."""
    said = [json.loads((run.path / "summary.json").read_bytes()).get("versions", {}) for run in runs]
    names = dict.fromkeys(name for one in said for name in one)
    return {name: ", ".join(sorted({str(one.get(name)) for one in said})) for name in names}


def new_receipt(what: str, command: str) -> Receipt:
    """A receipt without rows."""
    return {"schema": SCHEMA, "what": what, "command": command, "share": SHARE, "rows": {}}


def read_or_new(path: Path, what: str, command: str) -> Receipt:
    """What is in the file so far, or a receipt without rows.

    Parameters
    ----------
    path : Path
    what : str
        One of `EXHIBITS`.
    command : str
        That makes the runs, without its rows.

    Raises
    ------
    InputError
        When the file is damaged, of something else, or of the runs of another command.
    """
    if not path.exists():
        return new_receipt(what, command)
    receipt = read_receipt(path, what)
    if (had := receipt["command"].partition(ROWS)[0]) != command:
        raise InputError(f"{path} is a receipt of `{had}`, and not of `{command}`: name another file")
    return receipt


def write_receipt(receipt: Receipt, path: Path) -> None:
    """Write a receipt as JSON; the whole file appears at once, or none does."""
    write_atomically(path, (json.dumps(receipt, indent=1, ensure_ascii=False) + "\n").encode())


def read_receipt(path: Path, what: str) -> Receipt:
    """The receipt in a file.

    Parameters
    ----------
    path : Path
    what : str
        One of `EXHIBITS`, of which it is to be.

    Raises
    ------
    InputError
        When the file is missing, damaged, or the receipt of something else.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        command = f"l0edu reproduce {what} --fast --seeds 8 --receipt {path}"
        raise InputError(f"there is no receipt {path}: make it with `{command}`") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name a receipt's file, as in {what}.json") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read ({error}): restore a copy") from None
    if why := why_no_receipt(content, what):
        raise InputError(f"{path} is no receipt of {what} ({why}): restore a copy, or make it anew")
    return dict(content)


def _with_rows(receipt: Receipt) -> str:
    """The command; with its rows where they can be any."""
    command: str = receipt["command"].partition(ROWS)[0]
    if receipt["what"] != "figure4":
        return command
    return f"{command}{ROWS}{' '.join(dict.fromkeys(key.partition('-')[2] for key in receipt['rows']))}"


def _bands(part: dict[str, Any], share: float, quantities: int) -> dict[str, list[float]]:
    if len(part["seeds"]) < 2:
        return {}
    each = share_of_each(share, quantities)
    found = {
        name: band(values, each, part["step"].get(name, 0.0), part["most"].get(name, inf))
        for name, values in part["runs"].items()
    }
    return {name: [_short(one.low), _short(one.high)] for name, one in found.items()}


def _short(number: float) -> float:
    """So many digits that a receipt can be read; counts as they are."""
    return number if isinstance(number, int) else round(number, DIGITS)
