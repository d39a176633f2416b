"""What is a run asked for? Options, defaults and a run's own config put together, and its data loaded."""

import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.config import Config
from l0edu.data import Dataset, load, split
from l0edu.data.folder import expand
from l0edu.errors import InputError
from l0edu.gating import gate_parameters
from l0edu.models import build
from l0edu.network import Network
from l0edu.optim import Adam
from l0edu.penalty import one_per_layer
from l0edu.pursuit import begin_multipliers
from l0edu.records import Settings
from l0edu.runs import Progress, RunFolder
from l0edu.target import Target

__all__ = ["DEFAULTS", "Request", "check_config", "resolve", "settings_of"]

FULL_SET = {"epochs": 200, "averaging": 0.999}  # 600 steps an epoch; `Settings` has what suits the mini's 50
WITHOUT_PENALTY = {"lam": [0.0]}
DROPOUT = {**WITHOUT_PENALTY, "per_example": True}
PURSUIT = {**WITHOUT_PENALTY, "gate_step_factor": 10.0}  # so that the gates can follow the multipliers
LENET5_ON_MINI = {"lam": [0.02]}  # .1 / 5,000 is 12 times .1 / 60,000: it closes what LeNet-5 needs
PRICES = ("lam", "target_l0", "target_flops")  # a target goes with a lambda of 0
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
    "conditional": Settings.conditional,
    "validation": 0.0,
    "record": False,
    "per_example": False,
    "target_l0": None,
    "target_flops": None,
    "gate_step_factor": Settings.gate_step_factor,
}


@dataclass(frozen=True)
class Request:
    """What was asked for: all that training needs.

    Attributes
    ----------
    folder : RunFolder or None
        None: a new one is to be named.
    progress : Progress
        With the config, and what was trained before.
    net : Network
    train, test : Dataset
    validation : Dataset or None
    """

    folder: RunFolder | None
    progress: Progress
    net: Network
    train: Dataset
    validation: Dataset | None
    test: Dataset


def resolve(options: Mapping[str, Any], out: str | Path | None = None, resume: bool = False) -> Request:
    """All that the options ask for; InputError for what cannot be done, before anything is written.

    Parameters
    ----------
    options : mapping
        "network", and of `DEFAULTS` what is asked for; others take the run's own value, or the default.
    out : str or Path, optional
        The run's folder. Without it, one is to be named when the run begins.
    resume : bool
        Go on with the run in `out`, if there is one.
    """
    asked = dict(options)
    _refuse_two_targets(asked)
    if asked.get("data_dir") is not None:
        asked["data_dir"] = str(expand(asked["data_dir"]).resolve())
    folder = _folder(out, resume)
    before = _progress_in(folder) if resume else None
    wanted = {**(_defaults(asked) if before is None else asdict(before.config)), **asked}
    if before is not None and before.records:
        _refuse_other_price(asked, before.config)
    net = build(wanted["network"])
    train, validation, test = _load(wanted, net)
    config = Config(**{**wanted, "images": len(train), "data_crc": _crc(train, validation, test)})
    if before is not None and before.records:  # else nothing was trained, and anything may change
        _refuse_changes(config, before)
    check_config(net, config)
    progress = Progress(config) if before is None else replace(before, config=config)
    return Request(folder, progress, net, train, validation, test)


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
        conditional=config.conditional,
        per_example=config.per_example,
        target=_target(config),
        gate_step_factor=config.gate_step_factor,
    )


def check_config(net: Network, config: Config) -> None:
    """Refuse settings that are out of range, that do not fit the network, or a target that cannot be met."""
    _refuse_without_gates(net, config)
    _check_target(net, config)
    one_per_layer(net, config.lam if len(config.lam) > 1 else config.lam[0])


def _refuse_without_gates(net: Network, config: Config) -> None:
    """What has a meaning only where gates learn."""
    if gate_parameters(net):
        return
    meant_for_gates = {
        "--lam": any(config.lam),
        "--target-l0": config.target_l0 is not None,
        "--target-flops": config.target_flops is not None,
        "--record": config.record,
    }
    for option, given in meant_for_gates.items():
        if given:
            raise InputError(f"{config.network} has no gates that learn: leave out {option}")


def _check_target(net: Network, config: Config) -> None:
    target = _target(config)
    if target is not None and any(config.lam):
        raise InputError("--lam and a target: give one of them, as the target finds its own price")
    settings_of(config)
    if target is not None:
        begin_multipliers(net, net.init(np.random.default_rng(0)), target)


def _target(config: Config) -> Target | None:
    if config.target_l0 is not None:
        return Target(config.target_l0)
    return None if config.target_flops is None else Target(config.target_flops, of="flops")


def _folder(out: str | Path | None, resume: bool) -> RunFolder | None:
    if out == "":
        raise InputError("--out is empty: name a folder")
    if out is None:
        if resume:
            raise InputError("--resume needs --out DIR, the folder of the run to go on with")
        return None
    folder = RunFolder(Path(out))
    if folder.holds_run() and not resume:
        raise InputError(f"{folder.path} holds a run: add --resume to go on with it, or name another --out")
    return folder


def _progress_in(folder: RunFolder | None) -> Progress | None:
    """What is there to go on with: a checkpoint, or a config whose run was killed before its first one."""
    assert folder is not None
    if folder.has_checkpoint():
        return folder.load()
    if folder.has_results():
        raise InputError(
            f"{folder.path} lacks its {folder.checkpoint_file.name}: restore it, or name another --out"
        )
    return Progress(folder.asked()) if folder.config_file.exists() else None


def _defaults(asked: dict[str, Any]) -> dict[str, Any]:
    mini = asked.get("data", DEFAULTS["data"]) == "mini"
    targets = [asked.get(name) for name in ("target_l0", "target_flops")]
    pursued = {} if targets == [None, None] else PURSUIT
    return {**DEFAULTS, **({} if mini else FULL_SET), **_of_network(asked["network"], mini), **pursued}


def _of_network(name: str, mini: bool) -> dict[str, Any]:
    if name.endswith("-dense"):
        return WITHOUT_PENALTY
    if name.endswith("-dropout"):
        return DROPOUT
    return LENET5_ON_MINI if name == "lenet5" and mini else {}


def _refuse_two_targets(asked: Mapping[str, Any]) -> None:
    if asked.get("target_l0") is not None and asked.get("target_flops") is not None:
        raise InputError("--target-l0 and --target-flops: give one of them")


def _refuse_other_price(asked: Mapping[str, Any], started: Config) -> None:
    """Another lambda or target than the run's, in a message with the one that it was started with."""
    if all(asked.get(name, getattr(started, name)) == getattr(started, name) for name in PRICES):
        return
    name = next(name for name in reversed(PRICES) if getattr(started, name) is not None)
    option = _as_option(name, getattr(started, name))
    raise InputError(f"the run was started with {option}: leave it out, or start anew elsewhere")


def _refuse_changes(config: Config, before: Progress) -> None:
    for name, started in asdict(before.config).items():
        if getattr(config, name) == started or name in ("epochs", "data_dir"):
            continue
        if name in ("images", "data_crc"):
            raise InputError(
                f"the run has seen other images than {config.data} now holds: start anew elsewhere"
            )
        if name == "record":  # it can only be asked for
            raise InputError(
                "the run began without --record, and its film would lack the beginning: leave it out, "
                "or start anew elsewhere"
            )
        option = _as_option(name, started)
        raise InputError(f"the run was started with {option}: leave it out, or start anew elsewhere")
    if config.epochs < len(before.records):
        raise InputError(f"--epochs {config.epochs}: the run has {len(before.records)} epochs already")
    _refuse_another_ramp(config, before)


def _refuse_another_ramp(config: Config, before: Progress) -> None:
    """The ramp of a target is a share of all epochs: with others, a run would go on with another aim."""
    target, done = _target(config), len(before.records)
    if target is None or config.epochs == before.config.epochs:
        return
    if done < target.ramp * max(config.epochs, before.config.epochs):
        raise InputError(
            f"--epochs {config.epochs}: the target's ramp takes {target.ramp:.0%} of the epochs, and after "
            f"{done} of {before.config.epochs} another number would move it: leave it out, or start anew "
            "elsewhere"
        )


def _as_option(name: str, value: Any) -> str:
    """What one writes on the command line for a value, as in "--lam 0.1" or "--no-conditional"."""
    if name == "network":
        return f"network {value}"
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return f"--{option}" if value else f"--no-{option}"
    return f"--{option} {' '.join(map(str, value)) if isinstance(value, list) else value}"


def _load(wanted: dict[str, Any], net: Network) -> tuple[Dataset, Dataset | None, Dataset]:
    both = load(wanted["data"], wanted["data_dir"], np.dtype(wanted["dtype"]))
    train, test = (data.reshaped(net.in_shape) for data in both)
    if not wanted["validation"]:
        return train, None, test
    rest, held_out = split(np.random.default_rng((wanted["seed"], 0, 1)), train, wanted["validation"])
    return rest, held_out, test


def _crc(*sets: Dataset | None) -> int:
    crc = 0
    for data in sets:
        if data is not None:
            crc = zlib.crc32(data.y.tobytes(), zlib.crc32(data.x.tobytes(), crc))
    return crc
