"""What is in the folder of a run, and how does a run go on after it was killed?

    config.json      what was asked for, written first
    metrics.jsonl    one line of JSON an epoch
    checkpoint.npz   the state after the last epoch: params/..., optimizer/..., average/...
    summary.json     the last line of metrics, the config and the versions, written at the end
    curves.png       error, expected L0 and units left, drawn at the end

An epoch's line is written before its checkpoint. After a kill the lines may therefore be ahead of the
checkpoint, never behind; resuming drops what is ahead.
"""

import json
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.checkpoint import check_fits, load_tables, save_tables, write_atomically
from l0edu.errors import InputError
from l0edu.network import Network
from l0edu.records import Record, State

__all__ = ["Config", "RunFolder", "with_counter"]


@dataclass(frozen=True)
class Config:
    """What a run was asked for; `config.json` holds these names.

    Attributes
    ----------
    network, data : str
        Names of a model and of a data set.
    data_dir : str or None
        Where the data set lies.
    lam : list of float
        lambda in units of 1/N, one for all or one a gated layer.
    validation : float
        Share of the training images that are held out.
    images : int
        N, how many images were trained on.
    data_crc : int
        CRC-32 of these images and labels: resuming with others is refused.
    """

    network: str
    data: str
    data_dir: str | None
    lam: list[float]
    weight_decay: float
    epochs: int
    batch_size: int
    step_size: float
    averaging: float
    seed: int
    dtype: str
    validation: float
    images: int
    data_crc: int


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

    def holds_run(self) -> bool:
        """Whether any file of a run is there."""
        files = (self.config_file, self.metrics_file, self.checkpoint_file, self.summary_file)
        return any(file.exists() for file in files)

    def has_checkpoint(self) -> bool:
        """Whether there is something to resume."""
        return self.checkpoint_file.exists()

    def start(self, config: Config) -> None:
        """Make the folder, with the config and no epochs."""
        if self.path.exists() and not self.path.is_dir():
            raise InputError(f"--out {self.path} is a file: name a folder")
        self.path.mkdir(parents=True, exist_ok=True)
        self.write_config(config)
        write_atomically(self.metrics_file, b"")

    def write_config(self, config: Config) -> None:
        """Put down what was asked for."""
        self._write_json(self.config_file, asdict(config))

    def config(self) -> Config:
        """The config of the run that is here."""
        try:
            return Config(**json.loads(self.config_file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError(f"{self.path} holds no run: there is no {self.config_file.name} in it") from None
        except (ValueError, TypeError, OSError) as error:
            raise InputError(
                f"{self.config_file} cannot be read ({error}): restore it, or start anew"
            ) from None

    def save(self, record: Record) -> None:
        """Add an epoch: its line first, then the checkpoint."""
        with self.metrics_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record.metrics()) + "\n")
        tables = {
            "params": record.state.params,
            "optimizer": record.state.optimizer,
            "average": record.state.average,
        }
        save_tables(self.checkpoint_file, tables, {"epoch": record.epoch, "seconds": record.state.seconds})

    def load_state(self, net: Network) -> State:
        """The state in the checkpoint; the lines of later epochs are dropped."""
        tables, meta = load_tables(self.checkpoint_file)
        try:
            optimizer, average = with_counter(tables["optimizer"]), with_counter(tables["average"])
            state = State(meta["epoch"], tables["params"], optimizer, average, meta["seconds"])
        except KeyError as error:
            raise InputError(f"{self.checkpoint_file} lacks {error}: it is no checkpoint of a run") from None
        check_fits(net, state.params, str(self.checkpoint_file))
        kept = [line for line in self.records() if line["epoch"] <= state.epoch]
        write_atomically(self.metrics_file, "".join(json.dumps(line) + "\n" for line in kept).encode())
        return state

    def records(self) -> list[dict[str, Any]]:
        """The lines of metrics.jsonl; a last line that was cut short is left out."""
        if not self.metrics_file.exists():
            return []
        *lines, _ = self.metrics_file.read_text(encoding="utf-8").split("\n")
        try:
            return [json.loads(line) for line in lines]
        except ValueError as error:
            raise InputError(f"{self.metrics_file} is damaged ({error}): restore it, or start anew") from None

    def finish(self) -> dict[str, Any]:
        """Write and return the summary: the last line, the config, the versions."""
        from importlib.metadata import version  # only here: it would add 10 ms to `import l0edu`

        versions = {
            "l0edu": version("l0edu"),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "autograd": version("autograd"),
        }
        config = asdict(self.config())
        summary = {**self.records()[-1], "config": config, "seed": config["seed"], "versions": versions}
        self._write_json(self.summary_file, summary)
        return summary

    def _write_json(self, path: Path, content: dict[str, Any]) -> None:
        write_atomically(path, (json.dumps(content, indent=2) + "\n").encode())


def with_counter(state: dict[str, Any]) -> dict[str, Any]:
    """A rule's state as it was saved: its count of steps is a number, not an array."""
    return {**state, "t": int(state["t"])}
