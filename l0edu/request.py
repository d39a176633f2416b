"""What is a run asked for? Options, defaults and a run's own config put together, and its data loaded."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.config import Config
from l0edu.data import ByteImages, Images, load, split
from l0edu.data.folder import expand
from l0edu.errors import InputError
from l0edu.gating import gate_parameters
from l0edu.network import Network
from l0edu.optim import SGD, Adam, StepDecay, StepSize
from l0edu.penalty import one_per_layer
from l0edu.pursuit import begin_multipliers
from l0edu.recipes import defaults
from l0edu.resuming import go_on, refuse_changes, refuse_other_price
from l0edu.runs import Progress, RunFolder
from l0edu.settings import Settings

__all__ = ["Request", "check_config", "resolve", "settings_of"]

STEP_DROP = 0.2  # what a step is multiplied by at each of `step_drops`


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
    train, test : Dataset or ByteImages
    validation : Dataset or ByteImages, or None
    """

    folder: RunFolder | None
    progress: Progress
    net: Network
    train: Images
    validation: Images | None
    test: Images


def resolve(options: Mapping[str, Any], out: str | Path | None = None, resume: bool = False) -> Request:
    """All that the options ask for; InputError for what cannot be done, before anything is written.

    Parameters
    ----------
    options : mapping
        "network", and of `l0edu.recipes.DEFAULTS` what is asked for; others take the run's own value, or the
        default.
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
    wanted = {**(defaults(asked) if before is None else asdict(before.config)), **asked}
    if before is not None and before.state is not None:
        refuse_other_price(asked, before.config)
    config = Config(**{**wanted, "images": 0, "data_crc": 0})
    net = config.build()
    train, validation, test = _load(wanted, net)
    config = replace(config, **_of_images(train, test), data_crc=_crc(train, validation, test))
    if before is not None and before.state is not None:  # else nothing was trained, and anything may change
        refuse_changes(config, before)
    check_config(net, config)
    progress = Progress(config) if before is None else go_on(before, config)
    return Request(folder, progress, net, train, validation, test)


def settings_of(config: Config) -> Settings:
    """The training settings in a config; refuses values out of range."""
    return Settings(
        epochs=config.epochs,
        batch_size=config.batch_size,
        lam=config.lam[0] if len(config.lam) == 1 else tuple(config.lam),
        weight_decay=config.weight_decay,
        optimizer=_optimizer(config),
        averaging=config.averaging,
        seed=config.seed,
        dtype=config.dtype,
        conditional=config.conditional,
        per_example=config.per_example,
        target=config.target,
        gate_step_factor=config.gate_step_factor,
        gate_optimizer=None if config.gate_step_size is None else Adam(config.gate_step_size),
        gated_weight_decay=config.gated_weight_decay,
        decay_batch_norm=config.decay_batch_norm,
        warm_up=config.warm_up,
        augment=config.augment,
        repeatable=config.repeatable,
    )


def _optimizer(config: Config) -> Adam | SGD:
    """Adam or Nesterov's SGD, whose step drops after the shares of the run in the config."""
    drops = config.step_drops or []
    if not all(0 < share < 1 for share in drops) or drops != sorted(drops):
        given = " ".join(map(str, drops))
        raise InputError(f"--step-drops {given}: give shares of the run in order, as in .3 .6 .8")
    step: StepSize = config.step_size
    if drops:
        steps = config.epochs * config.steps_per_epoch
        step = StepDecay(config.step_size, tuple(round(share * steps) for share in drops), STEP_DROP)
    return Adam(step) if config.optimizer == "adam" else SGD(step, momentum=0.9, nesterov=True)


def check_config(net: Network, config: Config) -> None:
    """Refuse settings that are out of range, that do not fit the network, or a target that cannot be met."""
    _refuse_without_gates(net, config)
    if config.augment and len(net.in_shape) != 3:
        raise InputError(
            f"--augment flips and crops images, and {config.network} takes inputs of shape {net.in_shape}"
        )
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
        "--warm-up": config.warm_up > 0,
        "--gate-step-size": config.gate_step_size is not None,
    }
    for option, given in meant_for_gates.items():
        if given:
            raise InputError(f"{config.network} has no gates that learn: leave out {option}")


def _check_target(net: Network, config: Config) -> None:
    target = config.target
    if target is not None and any(config.lam):
        raise InputError("--lam and a target: give one of them, as the target finds its own price")
    settings_of(config)
    if target is not None:
        begin_multipliers(net, net.init(np.random.default_rng(0)), target)


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


def _refuse_two_targets(asked: Mapping[str, Any]) -> None:
    if asked.get("target_l0") is not None and asked.get("target_flops") is not None:
        raise InputError("--target-l0 and --target-flops: give one of them")


def _load(wanted: dict[str, Any], net: Network) -> tuple[Images, Images | None, Images]:
    both = load(wanted["data"], wanted["data_dir"], np.dtype(wanted["dtype"]))
    train, test = (data.reshaped(net.in_shape) for data in both)
    if not wanted["validation"]:
        return train, None, test
    rest, held_out = split(np.random.default_rng((wanted["seed"], 0, 1)), train, wanted["validation"])
    return rest, held_out, test


def _of_images(train: Images, test: Images) -> dict[str, Any]:
    """What a config says of the images."""
    moments = (train.mean, train.std) if isinstance(train, ByteImages) else (None, None)
    mean, std = (None if one is None else one.tolist() for one in moments)
    return {"images": len(train), "test_images": len(test), "channel_mean": mean, "channel_std": std}


def _crc(*sets: Images | None) -> int:
    crc = 0
    for data in sets:
        if data is not None:
            crc = data.crc(crc)
    return crc
