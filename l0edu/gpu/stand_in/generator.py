"""Where do random numbers on the device come from? A generator with the methods that CuPy's has."""

from typing import Any

import numpy as np

from l0edu.gpu.stand_in.accounts import launch
from l0edu.gpu.stand_in.array import ndarray
from l0edu.gpu.stand_in.signatures import CUPY, parameters

__all__ = ["Generator", "default_rng"]


def __getattr__(name: str) -> Any:
    raise AttributeError(f"the stand-in for CuPy has no random.{name}: draw with random.default_rng(seed)")


class Generator:
    """Draws device arrays; the numbers are NumPy's, which CuPy's are not.

    Parameters
    ----------
    seed : None, int or SeedSequence

    Examples
    --------
    >>> default_rng(0).random((2, 3), dtype=np.float32).shape
    (2, 3)
    """

    def __init__(self, seed: Any = None) -> None:
        self._rng = np.random.default_rng(seed)

    def __getattr__(self, name: str) -> Any:
        if name not in CUPY["draws"]:
            raise AttributeError(f"'Generator' object has no attribute {name!r}")

        def draw(*args: Any, **kwargs: Any) -> ndarray:
            parameters("draws", name).check(args, kwargs)
            dtype = kwargs.pop("dtype", None) if name == "uniform" else None
            drawn = np.asarray(getattr(self._rng, name)(*args, **kwargs))
            launch(name, [drawn])
            return ndarray._of(drawn if dtype is None else drawn.astype(dtype))

        return draw


def default_rng(seed: Any = None) -> Generator:
    """A generator of device arrays.

    Parameters
    ----------
    seed : None, int or SeedSequence
    """
    return Generator(seed)
