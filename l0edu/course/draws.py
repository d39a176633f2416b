"""On which numbers is an answer tried? Gates as they occur, with hyperparameters that hide no mistake.

At the paper's values some mistakes do not show: (zeta - 1) / (1 - gamma) equals -gamma / zeta there, and a
formula that measures at the wrong end of the clip looks right. So beta, gamma and zeta are drawn too.
"""

import hashlib

import numpy as np

from l0edu.gates import HardConcrete
from l0edu.tables import Array

__all__ = ["PUBLIC_SEED", "generator", "law", "locations", "noise"]

PUBLIC_SEED = "public"  # of the tests that students see


def generator(seed: str, test: str) -> np.random.Generator:
    """The generator of one test: the same for the same seed and name, on any machine.

    Parameters
    ----------
    seed : str
        `PUBLIC_SEED`, or the secret one of an instructor's bundle.
    test : str
        The name of the test.

    Examples
    --------
    >>> generator("public", "test_a").random() == generator("public", "test_a").random()
    True
    """
    digest = hashlib.sha256(f"{seed}\n{test}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, "<u4").tolist())


def law(rng: np.random.Generator) -> HardConcrete:
    """A hard concrete law with beta in (.4, .9), gamma in (-.4, -.1) and zeta in (1.5, 1.9).

    Parameters
    ----------
    rng : numpy Generator

    Examples
    --------
    >>> hc = law(np.random.default_rng(0))
    >>> round(hc.beta, 3), round(hc.gamma, 3), round(hc.zeta, 3)
    (0.718, -0.319, 1.516)
    """
    return HardConcrete(
        beta=float(rng.uniform(0.4, 0.9)),
        gamma=float(rng.uniform(-0.4, -0.1)),
        zeta=float(rng.uniform(1.5, 1.9)),
    )


def locations(rng: np.random.Generator, n: int) -> Array:
    """log_alpha of n gates: most of them in doubt, some nearly closed, some nearly open.

    Parameters
    ----------
    rng : numpy Generator
    n : int

    Examples
    --------
    >>> locations(np.random.default_rng(0), 3).round(2)
    array([ 0.31, -0.33,  1.6 ])
    """
    return rng.normal(0, 2.5, n)


def noise(rng: np.random.Generator, *shape: int) -> Array:
    """u ~ Uniform(.02, .98): away from the ends, where float32 would lose digits.

    Parameters
    ----------
    rng : numpy Generator
    *shape : int

    Examples
    --------
    >>> noise(np.random.default_rng(0), 2, 3).shape
    (2, 3)
    """
    return rng.uniform(0.02, 0.98, shape)
