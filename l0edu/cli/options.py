"""What did the user of `l0edu train` ask for? Options, defaults and a run's own config put together."""

import argparse
import zlib
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.data import Dataset, load, split
from l0edu.errors import InputError
from l0edu.models import build
from l0edu.optim import Adam
from l0edu.penalty import one_per_layer
from l0edu.records import Settings
from l0edu.runs import Config, RunFolder

__all__ = ["resolve", "settings_of"]

FULL_SET = {"epochs": 200, "averaging": 0.999}  # 600 steps an epoch; `Settings` has what suits the mini's 50
LENET5_ON_MINI = {"lam": [0.02]}  # .1 / 5,000 is 12 times .1 / 60,000: it closes what LeNet-5 needs
DEFAULTS: dict[str, Any] = {
    "data": "mini",
    "data_dir": None,
    "lam": [0.1],
    "weight_decay": 0.0,
    "epochs": Settings.epochs,
    "batch_size": Settings.batch_size,
    "step_size": Adam.step_size,
    "averaging": Settings.averaging,
    "seed": Settings.seed,
    "dtype": Settings.dtype,
    "validation": 0.0,
}

Splits = tuple[Dataset, Dataset | None, Dataset]


def resolve(options: argparse.Namespace) -> tuple[RunFolder, Config, Dataset, Dataset | None, Dataset]:
    """The run's folder, its config, and its training, validation and test set."""
    asked = {name: value for name, value in vars(options).items() if name in {*DEFAULTS, "network"}}
    folder = _folder(options, asked)
    resuming = hasattr(options, "resume") and folder.has_checkpoint()
    known = asdict(folder.config()) if resuming else _defaults(asked)
    if resuming:
        _refuse_changes(asked, known, folder.path)
    wanted = {**known, **asked}
    train, validation, test = _load(wanted)
    config = Config(**{**wanted, "images": len(train), "data_crc": _crc(train)})
    if resuming and config.data_crc != known["data_crc"]:
        raise InputError(
            f"{folder.path} was trained on other images than {config.data} now holds: start anew elsewhere"
        )
    settings_of(config)
    one_per_layer(build(config.network), config.lam if len(config.lam) > 1 else config.lam[0])
    return folder, config, train, validation, test


def settings_of(config: Config) -> Settings:
    """The training settings in a config; refuses values out of range."""
    return Settings(
        epochs=config.epochs,
        batch_size=config.batch_size,
        lam=config.lam[0] if len(config.lam) == 1 else tuple(config.lam),
        weight_decay=config.weight_decay,
        optimizer=Adam(config.step_size),
        averaging=config.averaging,
        seed=config.seed,
        dtype=config.dtype,
    )


def _folder(options: argparse.Namespace, asked: dict[str, Any]) -> RunFolder:
    if hasattr(options, "out"):
        return RunFolder(options.out)
    if hasattr(options, "resume"):
        raise InputError("--resume needs --out DIR, the folder of the run to go on with")
    name = f"runs/{asked['network']}-{asked.get('data', DEFAULTS['data'])}"
    numbered = (RunFolder(Path(name if i == 1 else f"{name}-{i}")) for i in count(1))
    return next(folder for folder in numbered if not folder.holds_run())


def _defaults(asked: dict[str, Any]) -> dict[str, Any]:
    mini = asked.get("data", DEFAULTS["data"]) == "mini"
    if not mini:
        return {**DEFAULTS, **FULL_SET}
    return {**DEFAULTS, **LENET5_ON_MINI} if asked["network"] == "lenet5" else DEFAULTS


def _refuse_changes(asked: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    for name, value in asked.items():
        if value != known[name] and name not in ("epochs", "data_dir"):
            option = name if name == "network" else "--" + name.replace("_", "-")
            raise InputError(
                f"{path} was started with {option} {known[name]}, not {value}: leave it out, or start anew"
            )


def _load(wanted: dict[str, Any]) -> Splits:
    train, test = load(wanted["data"], wanted["data_dir"], np.dtype(wanted["dtype"]))
    if not wanted["validation"]:
        return train, None, test
    rest, held_out = split(np.random.default_rng((wanted["seed"], 0, 1)), train, wanted["validation"])
    return rest, held_out, test


def _crc(train: Dataset) -> int:
    return zlib.crc32(train.y.tobytes(), zlib.crc32(train.x.tobytes()))
