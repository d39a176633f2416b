"""Which runs differ in their seed alone, and which only in the price of a weight?

Runs of one *group* were asked for the same, but for the seed. Groups of one *kind* differ only in lambda, or
in the target that takes its place: from one to the next, a network is made smaller and its error grows.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from l0edu.collected.run import CollectedRun
from l0edu.config import Config

__all__ = ["Group", "Kind", "group_runs", "kinds_of_runs", "price", "price_numbers", "price_order", "way"]

OF_THE_SEED = ("seed", "data_dir", "record", "test_images")  # the last follows from the images' CRC
PRICES = ("lam", "target_l0", "target_flops")


@dataclass(frozen=True)
class Group:
    """Runs that differ in their seed alone.

    Attributes
    ----------
    price : str
        As `price` writes it.
    runs : tuple of CollectedRun
    """

    price: str
    runs: tuple[CollectedRun, ...]


@dataclass(frozen=True)
class Kind:
    """Groups that differ in lambda alone, or in a target.

    Attributes
    ----------
    name : str
        What tells it from other kinds, as in "mlp" or "mlp, epochs 60".
    groups : tuple of Group
        In order of lambda or target.
    """

    name: str
    groups: tuple[Group, ...]


def way(config: Config) -> str:
    """By what weights are made costly: "lambda", or the option of a target, "target-l0" or "target-flops"."""
    if config.target_l0 is not None:
        return "target-l0"
    return "lambda" if config.target_flops is None else "target-flops"


def price_numbers(config: Config, digits: int = 6) -> str:
    """lambda N, one number or one a gated layer, or the target.

    Parameters
    ----------
    config : Config
    digits : int
        Significant ones, at most.

    Examples
    --------
    >>> from l0edu.request import resolve
    >>> price_numbers(resolve({"network": "mlp", "lam": [0.1, 0.3, 0.4]}).progress.config)
    '0.1 0.3 0.4'
    """
    return " ".join(f"{number:.{digits}g}" for number in price_order(config)[-1])


def price(config: Config) -> str:
    """What makes weights costly in a run: "0.1" for lambda N, or "target-l0 0.1".

    Examples
    --------
    >>> from l0edu.request import resolve
    >>> price(resolve({"network": "mlp", "target_l0": 0.1}).progress.config)
    'target-l0 0.1'
    """
    prefix = "" if way(config) == "lambda" else f"{way(config)} "
    return f"{prefix}{price_numbers(config)}"


def price_order(config: Config) -> tuple[str, int, list[float]]:
    """What sorts runs by price: by lambda, one for all before one a layer, then by target."""
    targets = {"target-l0": config.target_l0, "target-flops": config.target_flops}
    target = targets.get(way(config))
    return way(config), len(config.lam), config.lam if target is None else [target]


def group_runs(runs: Iterable[CollectedRun]) -> list[Group]:
    """Runs that differ in their seed alone, together; groups in the order of their lambda or target."""
    groups = _together(runs, lambda run: _asked(run, OF_THE_SEED))
    return [
        Group(price(group[0].config), tuple(group))
        for group in sorted(groups, key=lambda group: price_order(group[0].config))
    ]


def kinds_of_runs(runs: Sequence[CollectedRun]) -> list[Kind]:
    """Groups that differ in their lambdas alone, or in their target, together; named by what else differs."""
    kinds = _together(runs, lambda run: (way(run.config), _asked(run, (*OF_THE_SEED, *PRICES))))
    configs = [kind[0].config for kind in kinds]
    return [Kind(_name(kind[0].config, configs), tuple(group_runs(kind))) for kind in kinds]


def _together(
    runs: Iterable[CollectedRun], key: Callable[[CollectedRun], Hashable]
) -> list[list[CollectedRun]]:
    """Runs of one key together, in the order in which the keys first come."""
    found: dict[Hashable, list[CollectedRun]] = {}
    for run in runs:
        found.setdefault(key(run), []).append(run)
    return list(found.values())


def _asked(run: CollectedRun, but: tuple[str, ...]) -> Hashable:
    """What a run was asked for, apart from some settings."""
    return repr({name: value for name, value in _settings(run.config).items() if name not in but})


def _settings(config: Config) -> dict[str, Any]:
    """The config; without the CRC of the images where the seed decides which of them are held out."""
    return {k: v for k, v in config.to_json().items() if k != "data_crc" or not config.validation}


def _name(config: Config, configs: Sequence[Config]) -> str:
    """The network, the data if there are several, and what differs among others of the same."""
    data = [config.data] if len({each.data for each in configs}) > 1 else []
    alike = [each for each in configs if (each.network, each.data) == (config.network, config.data)]
    ways = [way(config)] if len({way(each) for each in alike}) > 1 else []
    rivals = [_settings(each) for each in alike if way(each) == way(config)]
    asked = _settings(config)
    varying = [name for name in asked if any(each.get(name) != asked[name] for each in rivals)]
    unsaid = {*OF_THE_SEED, *PRICES, *(["images"] if "validation" in varying else [])}
    unsaid |= {"data_crc"} if {"validation", "images", "dtype"} & {*varying} else set()  # which change it
    settings = [f"{name.replace('_', ' ')} {asked[name]}" for name in varying if name not in unsaid]
    return ", ".join([config.network, *data, *ways, *settings])
