"""About how long will a run take that nobody has timed? As long as its FLOPs say; to plan by, no more."""

import warnings
from collections.abc import Iterable
from contextlib import suppress

from l0edu.collected.wide_resnets import without_variant
from l0edu.data import load
from l0edu.errors import InputError
from l0edu.flops import flops
from l0edu.models import build
from l0edu.reproduce.rows import Row

__all__ = ["rough_seconds"]

FORWARD_AND_BACKWARD = 3  # a step costs so many times what the output alone costs
SPEED = 5e10  # FLOPs a second of one core
IMAGES = 50_000  # where they cannot be counted


def rough_seconds(rows: Iterable[Row], data_dir: str | None = None) -> dict[str, float]:
    """How long a full run of each row may take, by its key.

    Closed gates are not subtracted, and machines differ: expect a factor of two.

    Parameters
    ----------
    rows : iterable of Row
        Of wide ResNets.
    data_dir : str, optional
        Where the images are counted; if they cannot be read, it is for all of CIFAR.
    """
    images: dict[str, int] = {}
    found = {}
    for row in rows:
        form = row.full
        if form.data not in images:
            images[form.data] = _images(form.data, data_dir)
        dense = flops(build(f"{without_variant(row.network)}-dense")).total
        found[row.key] = FORWARD_AND_BACKWARD * dense * images[form.data] * form.epochs / SPEED
    return found


def _images(data: str, data_dir: str | None) -> int:
    """How many there are; what training will warn of is not said here."""
    with suppress(InputError), warnings.catch_warnings(action="ignore"):
        return len(load(data, data_dir)[0])
    return IMAGES
