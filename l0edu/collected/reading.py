"""How are the runs below a folder found and read?

A run is a folder with `config.json` or `metrics.jsonl`; `summary.json` says that it came to its end. What is
damaged is refused with the name of the file. The one exception is a last line cut short, as a killed run
leaves it: it is left out.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from l0edu.collected.run import CollectedRun
from l0edu.config import Config
from l0edu.errors import InputError

__all__ = ["collect", "read_run"]

CONFIG, METRICS, SUMMARY = "config.json", "metrics.jsonl", "summary.json"
NUMBERS = (
    *("expected_l0", "expected_flops", "expected_flops_own_gates", "flops"),
    *("train_loss", "data_loss", "step_ms", "seconds"),
)
ERRORS = ("test_error", "validation_error")


def collect(folder: str | Path) -> list[CollectedRun]:
    """Every run in a folder or below it, in order of name; hidden folders are passed over.

    Raises
    ------
    InputError
        When there is no run, or a file of one is damaged or missing.

    Examples
    --------
    >>> import tempfile
    >>> collect(Path(tempfile.mkdtemp()) / "absent")
    Traceback (most recent call last):
    l0edu.errors.InputError: .../absent is no folder: name one that runs were trained in, as with --out
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: name one that runs were trained in, as with --out")
    runs = [read_run(path, _name(path, folder)) for path in _run_folders(folder)]
    if not runs:
        raise InputError(
            f"{folder} holds no run: train one with `l0edu train mlp --out {folder / 'first'}`, "
            "or name another folder"
        )
    return sorted(runs, key=lambda run: run.name)


def _run_folders(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise error  # os.walk passes over what it cannot open

    for path, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if CONFIG in files or METRICS in files:
            yield Path(path)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path != folder else folder.resolve().name


def read_run(path: Path, name: str) -> CollectedRun:
    """The run in a folder.

    Parameters
    ----------
    path : Path
    name : str
        What it is to be called.

    Raises
    ------
    InputError
        When there is none, or a file of it is damaged or missing.
    """
    config = Config.of_json(_json(path / CONFIG), str(path / CONFIG))
    try:
        config.build()
    except InputError as error:
        raise InputError(f"{path / CONFIG}: {error}") from None
    records = _records(path / METRICS, config)
    return CollectedRun(name, path, config, records, _ended(path, config, records))


def _json(file: Path) -> Any:
    if not file.is_file():
        raise InputError(f"{file.parent} holds records of a run, but no {file.name}: restore it")
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file} cannot be read ({error}): restore a copy") from None


def _records(file: Path, config: Config) -> list[dict[str, Any]]:
    """The lines of a metrics file that are whole."""
    if not file.exists():
        return []
    lines = file.read_bytes().split(b"\n")
    if not _is_json(lines[-1]):  # empty behind the last line end, or cut short
        lines.pop()
    units = [charge.gates for charge in config.build().charges]
    records = [_record(line, f"{file}, line {i}", i, units) for i, line in enumerate(lines, start=1)]
    if len(records) > config.epochs:
        raise InputError(f"{file} holds more epochs than {CONFIG} beside it asks for: restore both")
    return records


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _record(line: bytes, place: str, number: int, units: list[int]) -> dict[str, Any]:
    """The record in a line, with the entries that are read here."""
    try:
        record = json.loads(line)
        good = record["epoch"] == number and all(_is_finite(record[name]) for name in NUMBERS)
        good = good and all(record[name] is None or _is_finite(record[name]) for name in ERRORS)
        left = record["architecture"]
        good = good and len(left) == len(units) and all(type(n) is int for n in left)
        good = good and all(0 <= n <= most for n, most in zip(left, units, strict=True))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{place} cannot be read ({type(error).__name__}): restore a copy") from None
    if not good:
        raise InputError(f"{place} is not the record of epoch {number} of this run: restore a copy")
    return dict(record)


def _is_finite(entry: Any) -> bool:
    return isinstance(entry, int | float) and abs(entry) < float("inf")


def _ended(path: Path, config: Config, records: list[dict[str, Any]]) -> bool:
    """Whether all epochs are there, and a summary that tells of the last of them."""
    if not records or len(records) < config.epochs or not (path / SUMMARY).exists():
        return False
    summary = _json(path / SUMMARY)
    if not isinstance(summary, dict) or {name: summary.get(name) for name in records[-1]} != records[-1]:
        raise InputError(f"{path / SUMMARY} does not fit the last line of {METRICS}: restore both")
    return True
