"""What are parameters worth? Error, gates open, expected size and FLOPs: what a record says of an epoch."""

from typing import Any

import numpy as np

from l0edu.data import Images
from l0edu.evaluation import batch_norm_stats, error_percent
from l0edu.flops import flops
from l0edu.gating import architecture, open_at_test, open_probabilities, test_gates
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

    Parameters
    ----------
    net : Network
    params : table
    sample : Dataset or ByteImages
        From `sample_of`: batch norm's moments are estimated from it under the test gates, and the training
        error is measured on it.
    test, validation : Dataset or ByteImages, or None

    Returns
    -------
    dict
        From "train_error" to "open_probabilities", and "stats", as in `Record`.
    """
    stats = batch_norm_stats(net, params, sample.x[:], test_gates(net, params))
    probabilities = open_probabilities(net, params)
    return {
        "train_error": error_percent(net, params, sample, stats),
        "test_error": None if test is None else error_percent(net, params, test, stats),
        "validation_error": None if validation is None else error_percent(net, params, validation, stats),
        "architecture": architecture(net, params),
        "expected_l0": float(expected_l0(net, params)),
        "expected_flops": float(flops(net, probabilities).total),
        "expected_flops_own_gates": float(flops(net, probabilities, "own-gates").total),
        "flops": int(flops(net, open_at_test(net, params)).total),
        "open_probabilities": probabilities,
        "stats": stats,
    }


def sample_of(train: Images, settings: Settings) -> Images:
    """1,000 training images, or all if there are fewer, drawn at random, as the set may be in some order."""
    rng = np.random.default_rng((settings.seed, 0, 2))
    return train.take(rng.permutation(len(train))[:SAMPLE])
