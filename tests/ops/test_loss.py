import numpy as np
import pytest
from gradient_checks import (
    check_against_torch,
    check_float32,
    check_gradients,
    gradients,
    numbers,
    refused,
    rngs,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from l0edu.ops import cross_entropy


@st.composite
def predictions(draw):
    rng, N, classes = draw(rngs), draw(st.integers(1, 5)), draw(st.integers(1, 5))
    scale = draw(st.sampled_from([1, 10, 100]))
    kind = draw(st.sampled_from([np.uint8, np.int32, np.int64]))
    return {"logits": scale * numbers(rng, N, classes), "labels": rng.integers(0, classes, N).astype(kind)}


@given(predictions())
@settings(max_examples=25, deadline=None)
def test_gradients_are_those_of_the_twin_and_of_differences(arguments):
    check_gradients(cross_entropy, arguments, ("logits",))
    check_float32(cross_entropy, arguments, ("logits",))


@pytest.mark.torch
@given(predictions())
@settings(max_examples=25, deadline=None)
def test_torch_computes_the_same(arguments):
    F = pytest.importorskip("torch.nn.functional")
    check_against_torch(
        cross_entropy, lambda logits, labels: F.cross_entropy(logits, labels.long()), arguments, ("logits",)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sure_predictions_overflow_nowhere(dtype):
    arguments = {"logits": np.array([[1e4, -1e4], [1e4, -1e4]], dtype), "labels": np.array([0, 1])}
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        assert cross_entropy(**arguments) == 1e4  # the right label costs nothing, the wrong one 2e4
        gradient = gradients(cross_entropy, arguments, ("logits",), 1.0)["logits"]
    np.testing.assert_array_equal(gradient, [[0, 0], [0.5, -0.5]])


@given(rngs, st.floats(-1e3, 1e3))
@settings(max_examples=25, deadline=None)
def test_a_constant_added_to_all_logits_changes_nothing(rng, constant):
    logits, labels = numbers(rng, 4, 3), np.array([0, 1, 2, 1])
    assert abs(cross_entropy(logits + constant, labels) - cross_entropy(logits, labels)) < 1e-9
    gradient = gradients(cross_entropy, {"logits": logits, "labels": labels}, ("logits",), 1.0)["logits"]
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


@pytest.mark.parametrize(
    ("shape", "labels", "message"),
    [
        ((3,), np.zeros(3, int), "must be"),
        ((3, 2, 1), np.zeros(3, int), "must be"),
        ((3, 2), np.zeros(2, int), r"labels \(2,\)"),
        ((3, 2), np.zeros((3, 2), int), r"labels \(3, 2\)"),
        ((0, 2), np.zeros(0, int), "must be"),
        ((3, 2), np.array([0, 1, 2]), "out of range: 0 to 2, expected 0 to 1"),
        ((3, 2), np.array([0, -1, 1]), "out of range: -1 to 1, expected 0 to 1"),
        ((3, 2), np.array([0.0, 1.0, 1.0]), r"float64, expected integers: write labels.astype\(int\)"),
        ((3, 2), np.array([True, False, True]), "bool, expected integers"),
    ],
)
def test_what_does_not_fit_is_refused(shape, labels, message):
    with refused(message):
        cross_entropy(np.zeros(shape), labels)
