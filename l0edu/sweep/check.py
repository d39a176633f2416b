"""Can every point of a sweep be trained? It is found out before anything is."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.penalty import one_per_layer
from l0edu.request import Request, resolve, settings_of

__all__ = ["check_points"]


def check_points(points: Mapping[str, Mapping[str, Any]]) -> Config:
    """Refuse a sweep one of whose points cannot be trained; the first point's config.

    The data is loaded for the first point, and again for each other share of held out images.

    Parameters
    ----------
    points : dict
        Options by the point's name.

    Raises
    ------
    InputError
        Names the point.

    Examples
    --------
    >>> check_points({"lam0.1": {"network": "mlp"}, "lam-1": {"network": "mlp", "lam": [-1.0]}})
    Traceback (most recent call last):
    l0edu.errors.InputError: lam-1: lambda = -1.0: it must be 0 or positive, for example 0.1
    """
    first: dict[float, Request] = {}  # by the share held out
    for name, options in points.items():
        try:
            share = options.get("validation", 0)
            if share not in first:
                first[share] = resolve(options)
            _check(options, first[share])
        except InputError as error:
            raise InputError(f"{name}: {error}" if name else str(error)) from None
    return next(iter(first.values())).progress.config


def _check(options: Mapping[str, Any], alike: Request) -> None:
    """What `resolve` checks beside the data."""
    own = {name: value for name, value in options.items() if name != "data_dir"}
    config = Config(**{**asdict(alike.progress.config), **own})
    settings_of(config)
    one_per_layer(alike.net, config.lam if len(config.lam) > 1 else config.lam[0])
