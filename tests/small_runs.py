"""Networks and data small enough to be trained in a test."""

import numpy as np

from l0edu import BatchNorm, Chain, Dense, Gate, HardConcrete, Network, Relu, mlp
from l0edu.data import Dataset


def blobs(n=60, seed=0, features=6, classes=3):
    """Points around one centre a class, in [0, 1]: a task that a tiny network learns in a few epochs."""
    centres = np.random.default_rng(100).random((classes, features))
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    x = np.clip(centres[y] + 0.1 * rng.standard_normal((n, features)), 0, 1)
    return Dataset(x.astype(np.float32), y, "blobs")


def tiny_mlp():
    """6-5-4-3, gated as the paper's MLP."""
    return mlp((6, 5, 4, 3), (0.2, 0.5, 0.5))


def tiny_batch_norm_net():
    """A gate behind batch norm and relu."""
    layers = (Dense("fc1", 5), BatchNorm("bn1"), Relu("relu1"))
    gated = (Gate("gate1", HardConcrete(), charges="fc2"), Dense("fc2", 3))
    return Network((6,), Chain("bn-net", (*layers, *gated)))
