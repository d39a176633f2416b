"""How else can one compact, count and choose? Two right versions of each function, in other styles."""

import numpy as np

from l0edu.course.catalogue import refactoring


@refactoring(1, "compact_mlp")
def compact_by_masks(weights, biases, gates):
    opened = [z > 0 for z in gates] + [np.ones(len(biases[-1]), bool)]
    small = [
        (W * z)[after][:, before]
        for W, z, before, after in zip(weights, gates, opened, opened[1:], strict=False)
    ]
    return (
        small,
        [b[after] for b, after in zip(biases, opened[1:], strict=True)],
        [np.where(z != 0)[0] for z in gates],
    )


@refactoring(1, "weights_left")
def weights_left_by_a_product_of_counts(shapes, kept):
    counts = np.array([len(units) for units in kept] + [shapes[-1][0]])
    return int(counts[:-1] @ counts[1:])


@refactoring(1, "choose")
def choose_by_sorting(records):
    fewest = sorted(record["validation_mistakes"] for record in records)[0]
    downwards = sorted(records, key=lambda record: record["lambda"], reverse=True)
    return next(one["lambda"] for one in downwards if one["validation_mistakes"] - fewest <= 10)


@refactoring(2, "compact_mlp")
def compact_by_folding_backwards(weights, biases, gates):
    """The gates of hidden units go into row and bias of the layer before, which relu lets pass."""
    small, small_biases, kept = [], [], []
    for layer in range(len(weights)):
        behind = gates[layer + 1] if layer + 1 < len(gates) else np.ones(len(biases[layer]))
        W, b = behind[:, None] * weights[layer], behind * biases[layer]
        if layer == 0:
            W = W * gates[0]
        units = [i for i in range(len(gates[layer])) if gates[layer][i] > 0]
        small.append(
            np.delete(np.delete(W, np.flatnonzero(behind == 0), 0), np.flatnonzero(gates[layer] == 0), 1)
        )
        small_biases.append(b[behind > 0])
        kept.append(units)
    return small, small_biases, kept


@refactoring(2, "weights_left")
def weights_left_by_marking(shapes, kept):
    total = 0
    for layer, (rows, columns) in enumerate(shapes):
        there = np.zeros((rows, columns), bool)
        outputs = kept[layer + 1] if layer + 1 < len(kept) else range(rows)
        for row in outputs:
            there[row, kept[layer]] = True
        total += there.sum()
    return total


@refactoring(2, "choose")
def choose_by_arrays(records):
    lam = np.array([record["lambda"] for record in records])
    mistakes = np.array([record["validation_mistakes"] for record in records])
    return lam[mistakes <= mistakes.min() + 10].max()
