"""Can every point of a sweep be trained? It is found out before anything is."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.network import Network
from l0edu.request import check_config, resolve

__all__ = ["check_points"]

LOADED = ("network", "data", "data_dir", "dtype", "validation")  # what needs the network or the data anew


def check_points(points: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse a sweep one of whose points cannot be trained.

    The data is loaded once for all points that train the same network on the same images.

    Parameters
    ----------
    points : dict
        Options by the point's name; each point has the same options.

    Raises
    ------
    InputError
        Names the point.

    Examples
    --------
    >>> check_points({"lam0.1": {"network": "mlp", "lam": [0.1]}, "lam-1": {"network": "mlp", "lam": [-1.0]}})
    Traceback (most recent call last):
    l0edu.errors.InputError: lam-1: lambda = -1.0: it must be 0 or positive, for example 0.1
    """
    checked: dict[Hashable, tuple[Network, Config]] = {}
    for name, options in points.items():
        loaded = tuple(options.get(option) for option in LOADED)
        try:
            if loaded in checked:
                _check_alike(options, *checked[loaded])
            else:
                request = resolve(options)
                checked[loaded] = request.net, request.progress.config
        except InputError as error:
            raise InputError(f"{name}: {error}" if name else str(error)) from None


def _check_alike(options: Mapping[str, Any], net: Network, alike: Config) -> None:
    """What `resolve` checks beside the data, for a point that differs from another in numbers alone."""
    own = {name: value for name, value in options.items() if name != "data_dir"}
    check_config(net, replace(alike, **own))
