"""What are parameters worth? Error, gates open, expected size and FLOPs: what a record says of an epoch."""

from typing import Any

import numpy as np

from l0edu.data import Images
from l0edu.evaluation import batch_norm_stats, error_percent
from l0edu.flops import flops
from l0edu.gating import architecture, open_at_test, open_probabilities, test_gates
from l0edu.gpu import beside, to_host
from l0edu.network import Network
from l0edu.penalty import expected_l0
from l0edu.settings import Settings
from l0edu.tables import Table

__all__ = ["assess", "sample_of"]

SAMPLE = 1000  # training examples


def assess(
    net: Network, params: Table, sample: Images, test: Images | None, validation: Images | None
) -> dict[str, Any]:
    """What a record says of parameters, usually averaged ones.

    The network is run where the images lie; gates are counted on the host.

    Parameters
    ----------
    net : Network
    params : table
        On the host.
    sample : Dataset, ByteImages or DeviceImages
        From `sample_of`: batch norm's moments are estimated from it under the test gates, and the training
        error is measured on it.
    test, validation : as sample, or None

    Returns
    -------
    dict
        From "train_error" to "open_probabilities", and "stats", as in `Record`.
    """
    placed = beside(sample.y, params)
    stats = batch_norm_stats(net, placed, sample.x[:], test_gates(net, placed))
    probabilities = open_probabilities(net, params)
    return {
        "train_error": error_percent(net, placed, sample, stats),
        "test_error": None if test is None else error_percent(net, placed, test, stats),
        "validation_error": None if validation is None else error_percent(net, placed, validation, stats),
        "architecture": architecture(net, params),
        "expected_l0": float(expected_l0(net, params)),
        "expected_flops": float(flops(net, probabilities).total),
        "expected_flops_own_gates": float(flops(net, probabilities, "own-gates").total),
        "flops": int(flops(net, open_at_test(net, params)).total),
        "open_probabilities": probabilities,
        "stats": to_host(stats),
    }


def sample_of(train: Images, settings: Settings) -> Images:
    """1,000 training images, or all if there are fewer, drawn at random, as the set may be in some order."""
    rng = np.random.default_rng((settings.seed, 0, 2))
    return train.take(rng.permutation(len(train))[:SAMPLE])
