"""What do the tests of the figures draw, and how do they read it back?"""

import numpy as np

UNITS = {"gate1": 784, "gate2": 300}


def line(ax, label):
    (found,) = [each for each in ax.lines if each.get_label() == label]
    return found


def data(ax, label):
    return np.asarray(line(ax, label).get_data(), float)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def records(epochs, **changes):
    return [
        {
            "epoch": epoch,
            "test_error": 1 + 9 / epoch,
            "validation_error": None,
            "data_loss": 1 / epoch,
            "expected_l0": 200_000.0 / epoch,
            "expected_flops": 400_000.0 / epoch,
            "expected_flops_own_gates": 500_000.0 / epoch,
            "flops": 532_400 // epoch,
            "step_ms": 6.0 / epoch,
            "architecture": [784 // epoch, 300],
            **changes,
        }
        for epoch in range(1, epochs + 1)
    ]
