"""Does the small network compute what the large one does, is it counted and chosen, and does the report hold?

Each test of 6.1 to 6.3 tries one function, and none needs another function. Those of 6.4 to 6.7 read files
that lie beside compaction.py: plot.png, results.json, answers.json and report.md.
"""

import numpy as np
import pytest

from l0edu import compact, flops, mlp
from l0edu.course import report
from l0edu.course.testing import close, numbers


def gated_network(rng):
    """Sizes, weights, biases and gates of three layers; some gates of each are 0, some 1."""
    sizes = [int(n) for n in rng.integers((14, 10, 8, 3), (21, 14, 11, 6))]
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    weights = [rng.normal(size=shape) for shape in pairs]
    biases = [rng.normal(size=rows) for rows, _ in pairs]
    return sizes, weights, biases, [gates(rng, columns) for _, columns in pairs]


def gates(rng, n):
    """Gates that are closed, open by a hair, nearly closed, half open and open; in random order."""
    kinds = np.concatenate([np.arange(8) % 5, rng.integers(0, 5, n - 8)])
    low, high = np.array([[0, 1e-9, 0.1, 0.6, 1], [0, 1e-8, 0.4, 0.9, 1]])
    values = rng.uniform(low[:, None], high[:, None], (5, n))
    return values[rng.permutation(kinds), np.arange(n)]


def library_logits(sizes, weights, biases, gates, x):
    """What the library's network computes with these gates."""
    net = mlp(sizes, drop_rates=[0.5] * len(weights))
    params = {f"fc{i}": {"W": W, "b": b} for i, (W, b) in enumerate(zip(weights, biases, strict=True), 1)}
    params |= {f"gate{i}": {"log_alpha": np.zeros(len(z))} for i, z in enumerate(gates, 1)}
    return net.apply(params, x, {f"gate{i}": z for i, z in enumerate(gates, 1)})


def plain_logits(weights, biases, x):
    """What a network without gates computes."""
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(0, x @ W.T + b)
    return x @ weights[-1].T + biases[-1]


def compacted(student, weights, biases, gates):
    """The student's small network as arrays, once they have the right shapes and the right units are kept."""
    small = student.compact_mlp(weights, biases, gates)
    assert isinstance(small, tuple | list), "compact_mlp should return weights, biases, kept"
    assert len(small) == 3, (
        f"compact_mlp should return weights, biases, kept, and returns {len(small)} things"
    )
    for what, part in zip(("weights", "biases", "kept"), small, strict=True):
        assert isinstance(part, list | tuple), f"{what} should be a list, with an array for each layer"
        assert len(part) == len(weights), f"{what} has {len(part)} entries for {len(weights)} layers"
    kept = [*map(np.flatnonzero, gates)]
    for layer, units in enumerate(kept):
        close(small[2][layer], units, f"kept[{layer}]")
    rows = [*map(len, kept[1:]), len(biases[-1])]
    W = [numbers(one, (rows[i], len(kept[i])), f"W{i + 1}") for i, one in enumerate(small[0])]
    return W, [numbers(one, (rows[i],), f"b{i + 1}") for i, one in enumerate(small[1])], kept


def sweep(rng):
    """Records of a sweep over 8 lambdas, in random order: few mistakes at first, then ever more."""
    lambdas = np.sort(rng.choice(np.arange(0, 40), 8, replace=False)) / 20
    rise = np.repeat([0, 1], [5, 3]) * rng.integers(0, 60, 8).cumsum()
    validation, test = (rng.integers(40, 62, 8) + rise for _ in range(2))
    if rng.random() < 0.5:
        validation[5] = validation.min() + 10  # just good enough
    records = [
        {"lambda": float(lam), "validation_mistakes": int(v), "test_mistakes": int(t), "weights_left": int(w)}
        for lam, v, t, w in zip(lambdas, validation, test, rng.integers(2_000, 80_000, 8), strict=True)
    ]
    return [records[i] for i in rng.permutation(8)]


@pytest.mark.task(
    "6.1", points=1, hidden=2, hint="Which factor do the open gates leave behind, and where did you put it?"
)
def test_the_small_network_computes_what_the_large_one_does(student, rng):
    sizes, weights, biases, z = gated_network(rng)
    x = rng.normal(size=(30, sizes[0]))
    small, small_biases, kept = compacted(student, weights, biases, z)
    yours = plain_logits(small, small_biases, x[:, kept[0]])
    close(yours, library_logits(sizes, weights, biases, z, x), "logits")


@pytest.mark.task(
    "6.1", points=1, hint="Does your code name layers one by one, or does it hold for any number of them?"
)
def test_a_network_of_two_or_of_four_layers_becomes_small_too(student):
    rng = np.random.default_rng(6)
    for sizes in ((9, 8, 3), (9, 8, 8, 8, 3)):
        pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
        weights, biases = (
            [rng.normal(size=pair) for pair in pairs],
            [rng.normal(size=rows) for rows, _ in pairs],
        )
        z, x = [gates(rng, columns) for _, columns in pairs], rng.normal(size=(5, 9))
        small, small_biases, kept = compacted(student, weights, biases, z)
        yours = plain_logits(small, small_biases, x[:, kept[0]])
        close(yours, library_logits(sizes, weights, biases, z, x), f"logits of {len(weights)} layers")


@pytest.mark.task(
    "6.2", points=1, hidden=1, hint="Draw W as a grid: which of its columns are gone, and which of its rows?"
)
def test_weights_left_are_those_of_the_network_that_the_library_compacts(student, rng):
    sizes, weights, _, z = gated_network(rng)
    net = mlp(sizes, drop_rates=[0.5] * 3)
    params = net.init(rng)
    for i, one in enumerate(z, 1):
        params[f"gate{i}"]["log_alpha"] = np.where(one > 0, 5.0, -5.0)
    right = sum(
        array.size
        for table in compact(net, params).params.values()
        for array in [table.get("W")]
        if array is not None
    )
    assert 2 * right == flops(net, {f"gate{i}": one > 0 for i, one in enumerate(z, 1)}).total
    kept = [*map(np.flatnonzero, z)]
    close(student.weights_left([W.shape for W in weights], kept), right, "the number of weights left")


@pytest.mark.task(
    "6.3",
    points=1,
    hidden=1,
    hint="Best of which lambdas, by which images, and how far may the chosen one be from it?",
)
def test_choose_takes_the_largest_lambda_within_10_mistakes_of_the_best(student, rng):
    for _ in range(60):
        records = sweep(rng)
        best = sorted(record["validation_mistakes"] for record in records)[0]
        allowed = {record["lambda"] for record in records if record["validation_mistakes"] - best <= 10}
        right = sorted(allowed)[-1]
        yours = student.choose(records)
        shown = ", ".join(
            f"{one['lambda']:g}: {one['validation_mistakes']}"
            for one in sorted(records, key=lambda one: one["lambda"])
        )
        close(yours, right, f"with validation mistakes of {shown} the chosen lambda")


@pytest.mark.task("6.4", points=1, hint="Did `python experiment.py` say that plot.png is drawn?")
def test_plot_png_is_a_picture(submission):
    report.check_plot(submission)


@pytest.mark.task(
    "6.5", points=1, hint="Run `python experiment.py` to its end, and leave results.json as it writes it."
)
def test_results_json_agrees_with_itself(submission):
    report.check_results(submission)


@pytest.mark.task(
    "6.6", points=1, hint="The rule is that of task 6.3. How many FLOPs does the network of lambda 0 cost?"
)
def test_answer_1_the_choice_follows_from_the_results(submission):
    report.check_answer(submission, 1)


@pytest.mark.task(
    "6.6", points=1, hint="Divide the units that are gone by those that were there, layer by layer."
)
def test_answer_2_the_layer_follows_from_the_results(submission):
    report.check_answer(submission, 2)


@pytest.mark.task(
    "6.6", points=1, hint="Which is subtracted from which? Errors are in percent of 1,000 images."
)
def test_answer_3_the_two_differences_follow_from_the_results(submission):
    report.check_answer(submission, 3)


@pytest.mark.task(
    "6.7", points=1, hint="Keep the three headings of report.md; text between <!-- and --> does not count."
)
def test_report_md_has_three_sections_of_60_to_200_words(submission):
    report.check_report(submission)
