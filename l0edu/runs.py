"""What is in the folder of a run, and how does a run go on after it was killed?

    checkpoint.npz   the run itself: params/..., optimizer/..., average/..., and in meta.json the config and
                     one record an epoch
    config.json      what was asked for, written first
    metrics.jsonl    the records, one line of JSON an epoch
    summary.json     the last record, the config and the versions, written at the end
    curves.png       error, units left, expected L0, FLOPs and time of a step, drawn at the end
    compact.npz      the pruned network made small, if `l0edu compact` was asked for it

The checkpoint is the truth; the others are copies of it for people and other programs, which going on with a
run makes anew.
"""

import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.checkpoint import check_fits, load_tables, save_tables, write_atomically
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.locking import lock_folder
from l0edu.models import build
from l0edu.records import Record, State

__all__ = ["Progress", "RunFolder"]

LOSSES = ("train_loss", "data_loss", "l0_penalty", "l2_penalty")
COSTS = ("expected_l0", "expected_flops", "expected_flops_own_gates", "flops", "step_ms", "seconds")


@dataclass
class Progress:
    """How far a run has come.

    Attributes
    ----------
    config : Config
    records : list of dict
        One an epoch, as in metrics.jsonl.
    state : State or None
        After the last of these epochs; None before the first.
    """

    config: Config
    records: list[dict[str, Any]] = field(default_factory=list)
    state: State | None = None


class RunFolder:
    """The files of one run.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config_file = path / "config.json"
        self.metrics_file = path / "metrics.jsonl"
        self.checkpoint_file = path / "checkpoint.npz"
        self.summary_file = path / "summary.json"
        self.curves_file = path / "curves.png"
        self.compact_file = path / "compact.npz"

    def holds_run(self) -> bool:
        """Whether any file of a run is there."""
        return self.config_file.exists() or self.has_checkpoint() or self.has_results()

    def has_checkpoint(self) -> bool:
        """Whether there is something to go on with."""
        return self.checkpoint_file.exists()

    def has_results(self) -> bool:
        """Whether there are copies of more than a checkpoint that was about to be written."""
        lines = self.metrics_file.read_bytes().count(b"\n") if self.metrics_file.is_file() else 0
        return lines > 1 or self.summary_file.exists() or self.curves_file.exists()

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Make the folder if need be, and keep other processes from training in it."""
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"{self.path} is a file: name a folder with --out")
        self.path.mkdir(parents=True, exist_ok=True)
        with lock_folder(self.path):
            yield

    def begin(self, progress: Progress) -> None:
        """Bring the copies in line with what the run has come to; drop those of its end."""
        if progress.state is None and (self.has_checkpoint() or self.has_results()):
            raise InputError(f"{self.path} holds a run: add --resume to go on with it, or name another --out")
        if progress.state is not None and len(self.load().records) != len(progress.records):
            raise InputError(f"another process has gone on with {self.path} meanwhile: try again")
        self._write_json(self.config_file, progress.config.to_json())
        lines = "".join(json.dumps(record) + "\n" for record in progress.records)
        write_atomically(self.metrics_file, lines.encode())
        if len(progress.records) < progress.config.epochs:
            for file in (self.summary_file, self.curves_file, self.compact_file):
                file.unlink(missing_ok=True)

    def asked(self) -> Config:
        """The config of a run that has no checkpoint yet."""
        try:
            content = json.loads(self.config_file.read_bytes())
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{self.config_file} cannot be read ({error}): restore it, or start anew"
            ) from None
        return Config.of_json(content, str(self.config_file))

    def add(self, progress: Progress, record: Record) -> Progress:
        """Save one more epoch, and return the progress with it."""
        new = Progress(progress.config, [*progress.records, record.metrics()], record.state)
        with self.metrics_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(new.records[-1]) + "\n")
        state = record.state
        tables = {"params": state.params, "optimizer": state.optimizer, "average": state.average}
        meta = {"config": new.config.to_json(), "records": new.records, "seconds": state.seconds}
        save_tables(self.checkpoint_file, tables, meta)
        return new

    def load(self) -> Progress:
        """The progress in the checkpoint.

        Raises
        ------
        InputError
            When there is none, when it is damaged, or when its parts do not fit each other.
        """
        if not self.has_checkpoint():
            raise InputError(f"{self.path} holds no run: there is no {self.checkpoint_file.name} in it")
        tables, meta = load_tables(self.checkpoint_file)
        origin = str(self.checkpoint_file)
        config = Config.of_json(meta.get("config"), origin)
        try:
            records = [_record(record, number) for number, record in enumerate(meta["records"], start=1)]
            optimizer, average = (_with_counter(tables[name]) for name in ("optimizer", "average"))
            state = State(records[-1]["epoch"], tables["params"], optimizer, average, float(meta["seconds"]))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(f"{origin} is no checkpoint of a run ({error}): restore a copy") from None
        if not 0 <= state.seconds < float("inf") or optimizer["t"] != average["t"]:
            raise InputError(
                f"{origin} is no checkpoint of a run (its time or counts are off): restore a copy"
            )
        _check_tables(config, state, origin)
        return Progress(config, records, state)

    def finish(self, progress: Progress) -> dict[str, Any]:
        """Write and return the summary: the last record, the config, the versions."""
        from importlib.metadata import version  # only here: it would add 10 ms to `import l0edu`

        versions = {
            "l0edu": version("l0edu"),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "autograd": version("autograd"),
        }
        config = progress.config.to_json()
        summary = {**progress.records[-1], "config": config, "seed": config["seed"], "versions": versions}
        self._write_json(self.summary_file, summary)
        return summary

    def _write_json(self, path: Path, content: dict[str, Any]) -> None:
        write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def _with_counter(rule_state: dict[str, Any]) -> dict[str, Any]:
    """A rule's state as it was saved: its count of steps is a number, not an array."""
    t = rule_state["t"]
    if t.shape != () or t.dtype.kind not in "iu" or t < 1:
        raise ValueError(f"a count of steps is {t}")
    return {**rule_state, "t": int(t)}


def _record(record: Any, number: int) -> dict[str, Any]:
    """An epoch's record as it was saved, with the entries that are read again."""
    numbers = [record[name] for name in (*LOSSES, *COSTS)]
    errors = [record[name] for name in ("test_error", "validation_error")]
    good = record["epoch"] == number and all(isinstance(entry, int | float) for entry in numbers)
    good = good and all(error is None or isinstance(error, int | float) for error in errors)
    good = good and all(isinstance(left, int) for left in record["architecture"])
    if not good:
        raise ValueError(f"the record of epoch {number} is damaged")
    return dict(record)


def _check_tables(config: Config, state: State, origin: str) -> None:
    net = build(config.network)
    tables = {
        "params": state.params,
        "average/sum": state.average.get("sum"),
        "optimizer/m": state.optimizer.get("m"),
        "optimizer/v": state.optimizer.get("v"),
    }
    for name, table in tables.items():
        check_fits(net, table, f"{origin} ({name})", config.dtype)
