"""What does the doctor say of a small network, of which many are right, and of a choice?"""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from l0edu.course.doctor import diagnose, target
from l0edu.course.doctor.examined import examine
from l0edu.course.doctor.table import table
from l0edu.course.sources.a6 import compaction


def said(function, name="compact_mlp"):
    student = SimpleNamespace(**{name: function})
    return diagnose(student, target(name), np.random.default_rng(3))


def changed(change):
    """What is said of the right small network after `change(weights, biases, kept)`."""
    return said(lambda *arguments: change(*compaction.compact_mlp(*arguments)))


WANTED = "and should return (weights, biases, kept)"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda W, b, k: None, f"it returns None (is a `return` missing?), {WANTED}"),
        (lambda W, b, k: W[0], f"it returns a ndarray, {WANTED}"),
        (lambda W, b, k: (W, b), f"it returns 2 things, {WANTED}"),
        (lambda W, b, k: (W, b, 3), "kept is no list: it should hold an array for each layer"),
        (lambda W, b, k: (W, b[:1], k), "biases has 1 of 3 entries: it should hold one for each layer"),
        (lambda W, b, k: ([*W[:-1], "W3"], b, k), "weights[2] is no array of numbers"),
        (lambda W, b, k: ([W[0][0], *W[1:]], b, k), "weights[0] has shape (11,), and should have 2 axes"),
        (lambda W, b, k: (W, [b[0][:, None], *b[1:]], k), "biases[0] has shape (6, 1), and should have 1"),
        (lambda W, b, k: (W, b, [one > 0 for one in k]), "kept[0] holds truth values, and should hold"),
        (lambda W, b, k: (W, b, [one + 0.5 for one in k]), "kept[0] holds something else than numbers of"),
        (lambda W, b, k: (W, b, [one - 9 for one in k]), "kept[0] holds something else than numbers of"),
        (lambda W, b, k: (W, b, [one[::-1] for one in k]), "kept[0] is not in order, or names an input"),
    ],
)  # fmt: skip
def test_what_is_no_small_network_is_said_to_be_none(change, sentence):
    found = changed(change)
    assert (found.verdict, found.mutant) == ("wrong", None)
    assert found.sentence.startswith(sentence)


def test_a_unit_may_be_scaled_if_the_next_layer_scales_back():
    assert changed(lambda W, b, k: ([2 * W[0], W[1] / 2, *W[2:]], [2 * b[0], *b[1:]], k)).verdict == "right"
    assert changed(lambda W, b, k: ([2 * W[0], *W[1:]], b, k)).verdict == "wrong"


def test_code_for_three_layers_alone_is_not_right():
    def by_name(weights, biases, gates):
        W1, W2, W3 = weights
        return compaction.compact_mlp([W1, W2, W3], biases, gates)

    assert said(by_name).sentence.startswith("with 2 layers, it stops: ValueError: not enough values")


def test_layers_that_do_not_fit_are_named_and_have_no_logits():
    def whole_biases(weights, biases, gates):
        small, _, kept = compaction.compact_mlp(weights, biases, gates)
        return small, biases, kept

    found = said(whole_biases)
    assert found.mutant is None
    assert re.fullmatch(
        r"b\[0\] has \d+ entries and W\[0\] \d+ rows: the biases of closed units are still there",
        found.sentence,
    )
    shown = table(examine(whole_biases, target("compact_mlp"), np.random.default_rng(3)))
    assert {numbers[0] for _, numbers in shown.blocks[3].rows} == {None}


def test_a_layer_that_does_not_take_what_comes_to_it_is_named():
    wide = changed(lambda W, b, k: ([W[0], np.hstack([W[1], W[1]]), *W[2:]], b, k)).sentence
    assert re.fullmatch(r"W\[1\] has \d+ columns and W\[0\] \d+ rows", wide)
    blind = changed(lambda W, b, k: (W, b, [k[0][1:], *k[1:]])).sentence
    assert re.fullmatch(r"W\[0\] has \d+ columns and kept\[0\] \d+ inputs", blind)


@pytest.mark.parametrize("threshold", [1e-8, 1e-4, 0.01, 0.1])
def test_a_threshold_for_gates_is_named_however_small(threshold):
    def rounded(weights, biases, gates):
        return compaction.compact_mlp(weights, biases, [np.where(z > threshold, z, 0) for z in gates])

    assert said(rounded).mutant == "compact_with_a_small_threshold"


def test_where_many_cases_are_tried_the_wrong_ones_are_counted():
    def within_11(records):
        best = min(record["validation_mistakes"] for record in records)
        return max(one["lambda"] for one in records if one["validation_mistakes"] <= best + 11)

    found = said(within_11, "choose")
    assert found.sentence.startswith("wrong in 17 of 60 cases: yours is ")
    assert found.mutant is None
