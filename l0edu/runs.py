"""What is in the folder of a run, and how does a run go on after it was killed?

    checkpoint.npz   the run itself: params/..., optimizer/..., average/..., stats/... (batch norm's moments
                     for evaluation, if there is batch norm), multipliers/... (if there is a
                     target), film/... (if the gates of every epoch were to be recorded), and in meta.json
                     the config and one record an epoch; saved inside an epoch, where epochs take long, also
                     part/... (what is done of it) and evaluated/... (the parameters of the last record)
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
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.checkpoint import load_tables, save_tables, write_atomically
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.locking import lock_folder
from l0edu.progress import TIMES, Progress, contents_of, film_of, progress_of
from l0edu.recording import Recording
from l0edu.records import Record, State

__all__ = ["Progress", "RunFolder"]


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
        """Bring the copies in line with what the run has come to; drop those of its end, and halves."""
        if progress.state is None and (self.has_checkpoint() or self.has_results()):
            raise InputError(f"{self.path} holds a run: add --resume to go on with it, or name another --out")
        if progress.state is not None and self.load().steps_done() != progress.steps_done():
            raise InputError(f"another process has gone on with {self.path} meanwhile: try again")
        for half_written in self.path.glob(f".{self.checkpoint_file.name}.*.partial"):
            half_written.unlink(missing_ok=True)
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
        records = [*progress.records, record.metrics()]
        new = Progress(progress.config, records, record.state, recording, record.stats)
        with self.metrics_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(new.records[-1]) + "\n")
        self._save(new)
        return new

    def keep(self, progress: Progress, state: State) -> None:
        """Save a state that lies inside an epoch, after the epochs of the progress."""
        self._save(replace(progress, state=state, evaluated=progress.evaluated_params()))

    def _save(self, progress: Progress) -> None:
        save_tables(self.checkpoint_file, *contents_of(progress))

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
        return progress_of(*load_tables(self.checkpoint_file), str(self.checkpoint_file))

    def finish(self, progress: Progress) -> dict[str, Any]:
        """Write the film, if there is one; write and return the summary: last record, config, versions."""
        from importlib.metadata import version  # only here: it would add 10 ms to `import l0edu`

        versions = {
            "l0edu": sys.modules["l0edu"].__version__,  # of this code, which need not be installed
            "python": platform.python_version(),
            "numpy": np.__version__,
            "autograd": version("autograd"),
        }
        if progress.config.device == "gpu" and "cupy" in sys.modules:
            versions["cupy"] = sys.modules["cupy"].__version__
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
        progress = film_of(*load_tables(self.film_file), str(self.film_file)) if copy_only else self.load()
        if progress.config.record and not progress.records:
            raise InputError(f"{self.path}: the run is still in its first epoch: train on with --resume")
        if progress.recording is None:
            raise InputError(f"{self.path} holds no recording of its gates: train it with --record")
        return progress

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


def _recorded(progress: Progress, record: Record) -> Recording:
    """The recording with one more epoch."""
    net = progress.config.build()
    return (progress.recording or Recording.begin(net)).add_record(net, record)
