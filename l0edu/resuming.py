"""May a run go on with other options than it was started with? Refused where its past would not fit."""

import warnings
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.progress import Progress

__all__ = ["go_on", "refuse_changes", "refuse_other_price"]

PRICES = ("lam", "target_l0", "target_flops")  # a target goes with a lambda of 0
MAY_CHANGE = ("epochs", "data_dir", "test_images", "device")


def refuse_other_price(asked: Mapping[str, Any], started: Config) -> None:
    """Another lambda or target than the run's, in a message with the one that it was started with."""
    if all(asked.get(name, getattr(started, name)) == getattr(started, name) for name in PRICES):
        return
    name = next(name for name in reversed(PRICES) if getattr(started, name) is not None)
    option = _as_option(name, getattr(started, name))
    raise InputError(f"the run was started {option}: leave it out, or start anew elsewhere")


def refuse_changes(config: Config, before: Progress) -> None:
    """Other options, other images, or a number of epochs that would move what is past."""
    for name, started in asdict(before.config).items():
        if getattr(config, name) == started or name in MAY_CHANGE:
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
        raise InputError(f"the run was started {option}: leave it out, or start anew elsewhere")
    epochs, steps = before.steps_done()
    if config.epochs < epochs + (steps > 0):
        begun = f"{epochs} epochs already" if steps == 0 else f"begun its epoch {epochs + 1}"
        raise InputError(f"--epochs {config.epochs}: the run has {begun}")
    _refuse_another_ramp(config, before)
    _refuse_other_drops(config, before)


def go_on(before: Progress, config: Config) -> Progress:
    """The progress with a config that `refuse_changes` let pass; warns of another device.

    What is finished is not trained any further, so it keeps the device that trained it.
    """
    progress = replace(before, config=config)
    if progress.is_finished():
        return replace(progress, config=replace(config, device=before.config.device))
    had, has = before.config.device, config.device
    if had != has and before.state is not None:
        differs = "rounding differs" if config.repeatable else "rounding and the noise of the gates differ"
        warnings.warn(
            f"the run was trained with --device {had} up to here, and goes on with --device {has}: "
            f"{differs} from what --device {had} would give",
            UserWarning,
            stacklevel=3,
        )
    return progress


def _refuse_another_ramp(config: Config, before: Progress) -> None:
    """The ramp of a target is a share of all epochs: with others, a run would go on with another aim."""
    target, done = config.target, len(before.records)
    if target is None or config.epochs == before.config.epochs or not _has_pursued(before):
        return
    longest = max(config.epochs, before.config.epochs) - config.warm_up
    if done < config.warm_up + target.ramp * longest:
        raise InputError(
            f"--epochs {config.epochs}: the target's ramp takes {target.ramp:.0%} of the epochs, and after "
            f"{done} of {before.config.epochs} another number would move it: leave it out, or start anew "
            "elsewhere"
        )


def _has_pursued(before: Progress) -> bool:
    """Whether a target's multipliers have moved: they rest in a warm-up."""
    multipliers = None if before.state is None else before.state.multipliers
    return multipliers is not None and multipliers.optimizer["t"] > 0


def _refuse_other_drops(config: Config, before: Progress) -> None:
    """A run with steps behind it that would have been of another size with the new number of epochs."""
    epochs, inside = before.steps_done()
    done = epochs * config.steps_per_epoch + inside
    sooner = min(config.epochs, before.config.epochs) * config.steps_per_epoch
    if config.epochs != before.config.epochs and any(
        round(share * sooner) < done for share in config.step_drops or []
    ):
        raise InputError(
            f"--epochs {config.epochs}: the steps drop after shares of the run, and after {epochs} of "
            f"{before.config.epochs} epochs another number would move a drop that is past: leave it out, or "
            "start anew elsewhere"
        )


def _as_option(name: str, value: Any) -> str:
    """How a value is asked for on the command line, as in "with --lam 0.1" or "without --drop-rate"."""
    if name == "network":
        return f"with network {value}"
    option = name.replace("_", "-")
    if value is None:
        return f"without --{option}"
    if isinstance(value, bool):
        return f"with --{option}" if value else f"with --no-{option}"
    return f"with --{option} {' '.join(map(str, value)) if isinstance(value, list) else value}"
