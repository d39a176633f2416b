"""Which seeds do K runs get, so that they are independent and can be had again?"""

import numpy as np

from l0edu.errors import InputError

__all__ = ["spawn_seeds"]

BITS = 53  # whole numbers of so many bits are exact in any reader of JSON


def spawn_seeds(root: int, count: int) -> list[int]:
    """K seeds from one, each from a child of `SeedSequence(root)`; more seeds begin with the same ones.

    Parameters
    ----------
    root : int
        0 or positive.
    count : int
        At least 1.

    Returns
    -------
    list of int, each below 2**53

    Raises
    ------
    InputError
        When `root` is negative or there are no seeds.

    Examples
    --------
    >>> spawn_seeds(0, 2)
    [4232842298785526, 2383740928328724]
    >>> spawn_seeds(0, 3)[:2] == spawn_seeds(0, 2)
    True
    """
    if root < 0:
        raise InputError(f"--seed {root}: it must be 0 or positive")
    if count < 1:
        raise InputError(f"--seeds {count}: it must be at least 1")
    children = np.random.SeedSequence(root).spawn(count)
    return [int(child.generate_state(1, np.uint64)[0]) >> (64 - BITS) for child in children]
