"""What is in the folder of a run, and how does a run go on after it was killed?

    checkpoint.npz   the run itself: params/..., optimizer/..., average/..., multipliers/... (if there is a
                     target), film/... (if the gates of every epoch were to be recorded), and in meta.json
                     the config and one record an epoch
    config.json      what was asked for, written first
    metrics.jsonl    the records, one line of JSON an epoch
    summary.json     the last record, the config and the versions, written at the end
    curves.png       error, units left, expected L0, FLOPs and time of a step, drawn at the end
    film.npz         film/... with the config and the records, without paths and times, written at the end
    film.html        the film as a page, if `l0edu film` was asked for it (film-with-RUN2.html: of two runs)
    compact.npz      the pruned network made small, if `l0edu compact` was asked for it

The checkpoint is the truth; the others are copies of it for people and other programs, which going on with a
run makes anew.
"""

import json
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.checkpoint import check_fits, load_tables, save_tables, write_atomically
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.locking import lock_folder
from l0edu.models import build
from l0edu.pursuit import Multipliers
from l0edu.recording import Recording
from l0edu.records import Record, State

__all__ = ["Progress", "RunFolder"]

LOSSES = ("train_loss", "data_loss", "l0_penalty", "l2_penalty")
COSTS = ("expected_l0", "expected_flops", "expected_flops_own_gates", "flops")
TIMES = ("step_ms", "seconds")
UNTIMED = (*LOSSES, *COSTS)


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
    recording : Recording or None
        The gates of these epochs; None when they are not recorded, and before the first.
    """

    config: Config
    records: list[dict[str, Any]] = field(default_factory=list)
    state: State | None = None
    recording: Recording | None = None


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
        self.film_file = path / "film.npz"
        self.film_page = path / "film.html"
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
        return lines > 1 or any(file.exists() for file in self._made_at_the_end())

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
            for file in self._made_at_the_end():
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
        recording = _recorded(progress, record) if progress.config.record else None
        new = Progress(progress.config, [*progress.records, record.metrics()], record.state, recording)
        with self.metrics_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(new.records[-1]) + "\n")
        state = record.state
        tables = {"params": state.params, "optimizer": state.optimizer, "average": state.average}
        if state.multipliers is not None:
            tables["multipliers"] = state.multipliers.arrays()
        if recording is not None:
            tables["film"] = recording.tables()
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
            lack = f"no {self.checkpoint_file.name} in it" if self.path.is_dir() else "no such folder"
            raise InputError(f"{self.path} holds no run: there is {lack}")
        tables, meta = load_tables(self.checkpoint_file)
        origin = str(self.checkpoint_file)
        config = Config.of_json(meta.get("config"), origin)
        try:
            records = [_record(record, number) for number, record in enumerate(meta["records"], start=1)]
            optimizer, average = (_with_counter(tables[name]) for name in ("optimizer", "average"))
            multipliers = _multipliers(config, tables)
            seconds = float(meta["seconds"])
            state = State(records[-1]["epoch"], tables["params"], optimizer, average, seconds, multipliers)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(f"{origin} is no checkpoint of a run ({error}): restore a copy") from None
        if not 0 <= state.seconds < float("inf") or len(_counts_of_steps(state)) > 1:
            raise InputError(
                f"{origin} is no checkpoint of a run (its time or counts are off): restore a copy"
            )
        _check_tables(config, state, origin)
        return Progress(config, records, state, _recording(config, tables, records, origin))

    def finish(self, progress: Progress) -> dict[str, Any]:
        """Write the film, if there is one; write and return the summary: last record, config, versions."""
        from importlib.metadata import version  # only here: it would add 10 ms to `import l0edu`

        versions = {
            "l0edu": version("l0edu"),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "autograd": version("autograd"),
        }
        config = progress.config.to_json()
        summary = {**progress.records[-1], "config": config, "seed": config["seed"], "versions": versions}
        if progress.recording is not None:
            self._write_film(progress.recording, progress)
        self._write_json(self.summary_file, summary)
        return summary

    def load_film(self) -> Progress:
        """Config, records and recording, from the checkpoint or else from its copy `film.npz`.

        Raises
        ------
        InputError
            When there is neither, when they are damaged, or when the gates were not recorded.
        """
        copy_only = self.film_file.exists() and not self.has_checkpoint()
        progress = self._load_copy() if copy_only else self.load()
        if progress.recording is None:
            raise InputError(f"{self.path} holds no recording of its gates: train it with --record")
        return progress

    def _load_copy(self) -> Progress:
        tables, meta = load_tables(self.film_file)
        origin = str(self.film_file)
        config = Config.of_json(meta.get("config"), origin)
        try:
            records = [_record(record, number, UNTIMED) for number, record in enumerate(meta["records"], 1)]
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"{origin} is no film of a run ({error}): restore a copy") from None
        return Progress(config, records, None, _recording(config, tables, records, origin))

    def _write_film(self, recording: Recording, progress: Progress) -> None:
        """Only what a repetition of the run repeats: no path, no time."""
        config = replace(progress.config, data_dir=None).to_json()
        records = [{k: v for k, v in record.items() if k not in TIMES} for record in progress.records]
        meta = {"config": config, "records": records}
        save_tables(self.film_file, {"film": recording.tables()}, meta, compress=True)

    def _made_at_the_end(self) -> tuple[Path, ...]:
        films = (self.film_file, self.film_page, *self.path.glob("film-with-*.html"))
        return (self.summary_file, self.curves_file, *films, self.compact_file)

    def _write_json(self, path: Path, content: dict[str, Any]) -> None:
        write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def _with_counter(rule_state: dict[str, Any]) -> dict[str, Any]:
    """A rule's state as it was saved: its count of steps is a number, not an array."""
    t = rule_state["t"]
    if t.shape != () or t.dtype.kind not in "iu" or t < 1:
        raise ValueError(f"a count of steps is {t}")
    return {**rule_state, "t": int(t)}


def _counts_of_steps(state: State) -> set[int]:
    """All the same, as every rule takes one step with each batch."""
    ascent = [] if state.multipliers is None else [state.multipliers.optimizer]
    return {rule["t"] for rule in (state.optimizer, state.average, *ascent)}


def _multipliers(config: Config, tables: Any) -> Multipliers | None:
    has_target = config.target_l0 is not None or config.target_flops is not None
    if has_target and "multipliers" not in tables:
        raise ValueError("it lacks the multipliers of its target")
    return Multipliers.of_arrays(tables["multipliers"]) if has_target else None


def _record(record: Any, number: int, names: tuple[str, ...] = (*UNTIMED, *TIMES)) -> dict[str, Any]:
    """An epoch's record as it was saved, with the entries that are read again."""
    numbers = [record[name] for name in names]
    errors = [record[name] for name in ("test_error", "validation_error")]
    good = record["epoch"] == number and all(_is_finite(entry) for entry in numbers)
    good = good and all(error is None or _is_finite(error) for error in errors)
    good = good and all(isinstance(left, int) for left in record["architecture"])
    if not good:
        raise ValueError(f"the record of epoch {number} is damaged")
    return dict(record)


def _is_finite(entry: Any) -> bool:
    return isinstance(entry, int | float) and abs(entry) < float("inf")


def _recorded(progress: Progress, record: Record) -> Recording:
    """The recording with one more epoch."""
    net = build(progress.config.network)
    return (progress.recording or Recording.begin(net)).add_record(net, record)


def _recording(config: Config, tables: Any, records: list[dict[str, Any]], origin: str) -> Recording | None:
    if not config.record:
        return None
    architectures = [record["architecture"] for record in records]
    try:
        return Recording.of_tables(build(config.network), tables.get("film"), architectures)
    except InputError as error:
        raise InputError(f"{origin} is damaged: {error}: restore a copy, or start anew") from None


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
