"""Which mistakes do people make when they compact a network, count its weights, or choose one?"""

from itertools import pairwise

import numpy as np

from l0edu.course.catalogue import mutant


def _parts(weights, biases, gates):
    """Kept inputs, kept outputs, and each layer's rows and columns of W without any gate value."""
    kept = [np.flatnonzero(z > 0) for z in gates]
    outputs = [*kept[1:], np.arange(len(biases[-1]))]
    cut = [W[rows][:, columns] for W, rows, columns in zip(weights, outputs, kept, strict=True)]
    return kept, outputs, cut


@mutant(
    "compact_mlp",
    "the values of the open gates are not folded into the weights",
    hint="A gate of 0.5 halves its unit: who does so in the small network?",
)
def compact_without_folding(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    return cut, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "the values of the open gates are folded in twice, into columns behind the unit and the row before it",
    hint="How often is a unit of yours multiplied by its gate on the way to the logits?",
)
def compact_that_folds_twice(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    behind = [*(z[units] for z, units in zip(gates[1:], kept[1:], strict=True)), np.ones(len(biases[-1]))]
    small = [
        after[:, None] * W * z[units] for W, z, units, after in zip(cut, gates, kept, behind, strict=True)
    ]
    return small, [after * b[rows] for b, rows, after in zip(biases, outputs, behind, strict=True)], kept


@mutant(
    "compact_mlp",
    "the gate values of hidden units are folded into the rows before them, but not into the biases there",
    hint="z * relu(W x + b) = relu(z W x + ?)",
)
def compact_that_forgets_the_bias_in_folding(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    behind = [*(z[units] for z, units in zip(gates[1:], kept[1:], strict=True)), np.ones(len(biases[-1]))]
    cut[0] = cut[0] * gates[0][kept[0]]
    small = [after[:, None] * W for W, after in zip(cut, behind, strict=True)]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "the gate values are folded into the weights squared",
    hint="Is W multiplied by z before the cut, after it, or both?",
)
def compact_that_squares_the_gates(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    small = [W * z[units] ** 2 for W, z, units in zip(cut, gates, kept, strict=True)]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "only the hidden units' gates are folded in, those of the network's inputs are not",
    hint="Which gates stand before the first layer?",
)
def compact_that_forgets_the_gates_of_the_inputs(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    small = [
        W * z[units] for W, z, units in zip(cut, [np.ones(len(gates[0])), *gates[1:]], kept, strict=True)
    ]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "a closed unit's row stays in the layer before it: only columns are taken out",
    hint="Who reads the output of a unit whose gate is closed?",
)
def compact_that_keeps_rows(weights, biases, gates):
    kept = [np.flatnonzero(z > 0) for z in gates]
    small = [(W * z)[:, units] for W, z, units in zip(weights, gates, kept, strict=True)]
    return small, list(biases), kept


@mutant(
    "compact_mlp",
    "the biases are cut by the wrong gates: those of the layer's own inputs",
    hint="A bias belongs to an output of its layer: which gate stands behind that output?",
)
def compact_that_cuts_biases_by_inputs(weights, biases, gates):
    kept, _, cut = _parts(weights, biases, gates)
    small = [W * z[units] for W, z, units in zip(cut, gates, kept, strict=True)]
    return small, [b[units[units < len(b)]] for b, units in zip(biases, kept, strict=True)], kept


@mutant(
    "compact_mlp",
    "the biases are lost: they are all 0",
    hint="What does the first layer compute for a black image?",
)
def compact_without_biases(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, gates)
    small = [W * z[units] for W, z, units in zip(cut, gates, kept, strict=True)]
    return small, [np.zeros(len(rows)) for rows in outputs], kept


@mutant(
    "compact_mlp",
    "gates are taken as closed up to 0.5, and not at exactly 0",
    hint="What does a unit with a gate of 0.3 contribute?",
)
def compact_with_a_threshold_of_a_half(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, [np.where(z > 0.5, z, 0) for z in gates])
    small = [W * z[units] for W, z, units in zip(cut, gates, kept, strict=True)]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant("compact_mlp", "gates that are small but not 0 are taken to be closed", hint="Is 0.001 exactly 0?")
def compact_with_a_small_threshold(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, [np.where(z > 1e-3, z, 0) for z in gates])
    small = [W * z[units] for W, z, units in zip(cut, gates, kept, strict=True)]
    return small, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "only gates that are fully open are kept",
    hint="What does a unit with a gate of 0.9 contribute?",
)
def compact_that_keeps_full_gates_only(weights, biases, gates):
    kept, outputs, cut = _parts(weights, biases, [np.where(z == 1, z, 0) for z in gates])
    return cut, [b[rows] for b, rows in zip(biases, outputs, strict=True)], kept


@mutant(
    "compact_mlp",
    "nothing is taken out: closed units are multiplied by 0 and stay",
    hint="Compare the shapes of your W with those that came in.",
)
def compact_that_masks(weights, biases, gates):
    small = [W * z for W, z in zip(weights, gates, strict=True)]
    return small, list(biases), [np.arange(len(z)) for z in gates]


@mutant(
    "weights_left",
    "the last layer is missing",
    hint="How many terms has your sum, and how many layers has the network?",
)
def weights_left_without_the_last_layer(shapes, kept):
    counts = [len(units) for units in kept]
    return sum(inputs * outputs for inputs, outputs in pairwise(counts))


@mutant(
    "weights_left",
    "each layer is counted by its own gates alone, as the penalty does: its rows are all there",
    hint="Which rows of W are gone?",
)
def weights_left_by_own_gates(shapes, kept):
    return sum(rows * len(units) for (rows, _), units in zip(shapes, kept, strict=True))


@mutant(
    "weights_left",
    "each layer is counted by the gates behind it alone: its columns are all there",
    hint="Which columns of W are gone?",
)
def weights_left_by_rows(shapes, kept):
    outputs = [*(len(units) for units in kept[1:]), shapes[-1][0]]
    return sum(rows * columns for rows, (_, columns) in zip(outputs, shapes, strict=True))


@mutant("weights_left", "the biases are counted too", hint="Is b a part of W?")
def weights_left_with_biases(shapes, kept):
    outputs = [*(len(units) for units in kept[1:]), shapes[-1][0]]
    return sum(rows * (len(units) + 1) for rows, units in zip(outputs, kept, strict=True))


@mutant(
    "weights_left",
    "it is the number of units left, not of weights",
    hint="How many weights lie between 3 units and 4?",
)
def weights_left_as_units(shapes, kept):
    return sum(len(units) for units in kept)


@mutant(
    "weights_left",
    "it is the share of the weights that is left, not their number",
    hint="Is your result a whole number?",
)
def weights_left_as_a_share(shapes, kept):
    outputs = [*(len(units) for units in kept[1:]), shapes[-1][0]]
    left = sum(rows * len(units) for rows, units in zip(outputs, kept, strict=True))
    return left / sum(rows * columns for rows, columns in shapes)


@mutant(
    "weights_left", "it is the number of weights that are gone", hint="What remains when every gate is open?"
)
def weights_gone(shapes, kept):
    outputs = [*(len(units) for units in kept[1:]), shapes[-1][0]]
    left = sum(rows * len(units) for rows, units in zip(outputs, kept, strict=True))
    return sum(rows * columns for rows, columns in shapes) - left


@mutant("choose", "it is chosen by its error on the test images", hint="Which images may a choice look at?")
def choose_on_test_images(records):
    best = min(record["test_mistakes"] for record in records)
    return max(record["lambda"] for record in records if record["test_mistakes"] <= best + 10)


@mutant(
    "choose",
    "it is the lambda with the fewest mistakes, not the largest that is nearly as good",
    hint="How many mistakes more than the best does the rule allow?",
)
def choose_the_best(records):
    return min(records, key=lambda record: (record["validation_mistakes"], -record["lambda"]))["lambda"]


@mutant(
    "choose",
    "it is the smallest of the allowed lambdas, not the largest",
    hint="Which of two lambdas that are both good enough makes the smaller network?",
)
def choose_the_smallest(records):
    best = min(record["validation_mistakes"] for record in records)
    return min(record["lambda"] for record in records if record["validation_mistakes"] <= best + 10)


@mutant(
    "choose",
    "it is the allowed lambda that comes last in the list, not the largest",
    hint="In which order do the records come?",
)
def choose_the_last(records):
    best = min(record["validation_mistakes"] for record in records)
    return [record["lambda"] for record in records if record["validation_mistakes"] <= best + 10][-1]


@mutant(
    "choose",
    "10 mistakes more than the best are refused: the comparison is strict",
    hint="At most 10: is 10 allowed?",
)
def choose_strictly(records):
    best = min(record["validation_mistakes"] for record in records)
    return max(record["lambda"] for record in records if record["validation_mistakes"] < best + 10)


@mutant(
    "choose",
    "one percent more mistakes than the best are allowed, not one percentage point",
    hint="One percentage point of 1,000 images: how many images are that?",
)
def choose_within_one_percent_of_the_best(records):
    best = min(record["validation_mistakes"] for record in records)
    return max(record["lambda"] for record in records if record["validation_mistakes"] <= 1.01 * best)


@mutant(
    "choose",
    "it is compared with the smallest lambda, not with the best",
    hint="Is the network of the smallest lambda always the one with the fewest mistakes?",
)
def choose_by_the_smallest_lambda(records):
    first = min(records, key=lambda record: record["lambda"])["validation_mistakes"]
    return max(record["lambda"] for record in records if record["validation_mistakes"] <= first + 10)


@mutant(
    "choose",
    "the search begins at the best lambda and stops at the first bad one, though a larger one is good enough",
    hint="May a larger lambda be better than a smaller one, by chance?",
)
def choose_until_the_first_failure(records):
    ordered = sorted(records, key=lambda record: record["lambda"])
    best = min(record["validation_mistakes"] for record in ordered)
    position = next(i for i, record in enumerate(ordered) if record["validation_mistakes"] == best)
    while position + 1 < len(ordered) and ordered[position + 1]["validation_mistakes"] <= best + 10:
        position += 1
    return ordered[position]["lambda"]


@mutant("choose", "it is the number of the record, not its lambda", hint="What type has your result?")
def choose_an_index(records):
    best = min(record["validation_mistakes"] for record in records)
    allowed = [i for i, record in enumerate(records) if record["validation_mistakes"] <= best + 10]
    return max(allowed, key=lambda i: records[i]["lambda"])
