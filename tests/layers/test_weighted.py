"""Do Dense, Conv and Flatten describe what they compute, and name their arrays?"""

import numpy as np
import pytest
from building import HC, rng
from hypothesis import given
from hypothesis import strategies as st
from strategies import few, seeds

from l0edu import Chain, Conv, Dense, Flatten, HardGaussian, InputError, Network, ops
from l0edu.layers import Tables


def test_a_dense_layer_computes_w_x_plus_b():
    layer, x = Dense("fc", 3), rng(1).normal(size=(4, 5))
    table = {"W": rng(2).normal(size=(3, 4)), "b": np.array([1.0, 2.0, 3.0])}
    np.testing.assert_allclose(layer.apply(x, Tables({"fc": table})), table["W"] @ x + table["b"][:, None])


def test_a_conv_computes_the_convolution_of_the_operations():
    layer, x = Conv("c", 3, kernel=2, stride=2, padding=1), rng(1).normal(size=(2, 4, 5, 3))
    table = layer.init(rng(), (2, 4, 5), np.float64)
    expected = ops.conv2d(x, table["W"], table["b"], stride=2, padding=1)
    np.testing.assert_array_equal(layer.apply(x, Tables({"c": table})), expected)


@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2),
    st.booleans(),
)
@few
def test_a_conv_knows_the_shape_that_it_makes(height, width, kernel, stride, padding, bias):
    layer = Conv("c", 2, kernel, stride, padding, bias)
    if min(height, width) + 2 * padding < kernel:
        with pytest.raises(InputError, match="at least"):
            layer.out_shape((3, height, width))
        return
    tables = Tables({"c": layer.init(rng(), (3, height, width), np.float32)})
    assert layer.apply(np.ones((3, height, width, 2)), tables).shape == (
        *layer.out_shape((3, height, width)),
        2,
    )


def test_without_a_bias_there_is_no_b():
    assert set(Dense("fc", 3, bias=False).init(rng(), (4,), np.float32)) == {"W"}
    assert set(Conv("c", 3, 2).init(rng(), (1, 4, 4), np.float32)) == {"W", "b"}


@pytest.mark.parametrize("layer", [Dense("a", 400), Conv("a", 100, 3)], ids=["dense", "conv"])
def test_weights_start_with_the_variance_of_he_and_biases_at_zero(layer):
    in_shape = (500,) if isinstance(layer, Dense) else (50, 8, 8)
    table = layer.init(rng(), in_shape, np.float64)
    fan_in = 500 if isinstance(layer, Dense) else 50 * 9
    spread = np.sqrt(2 / fan_in)
    assert abs(table["W"].std() / spread - 1) < 6 / np.sqrt(2 * table["W"].size)
    assert abs(table["W"].mean()) < 6 * spread / np.sqrt(table["W"].size)
    np.testing.assert_array_equal(table["b"], 0)


@pytest.mark.parametrize("law", [HC, HardGaussian()], ids=["concrete", "gaussian"])
def test_a_weight_gate_has_a_parameter_for_each_weight(law):
    dense = Dense("fc", 3, weight_gate=law).init(rng(), (4,), np.float32)
    conv = Conv("c", 3, 2, weight_gate=law).init(rng(), (5, 4, 4), np.float32)
    assert dense[law.parameter].shape == dense["W"].shape == (3, 4)
    assert conv[law.parameter].shape == conv["W"].shape == (3, 5, 2, 2)
    assert dense[law.parameter].dtype == conv[law.parameter].dtype == np.float32


@given(seeds)
@few
def test_weight_gates_multiply_weights_and_spare_the_bias(seed):
    z, x = rng(seed).integers(0, 2, (2, 3, 2, 2)) * 0.5, rng(seed + 1).normal(size=(3, 4, 4, 2))
    layer = Conv("c", 2, 2, weight_gate=HC)
    params = {"c": {"W": rng(seed + 2).normal(size=(2, 3, 2, 2)), "b": np.array([1.0, -1.0])}}
    expected = ops.conv2d(x, params["c"]["W"] * z, params["c"]["b"])
    np.testing.assert_array_equal(layer.apply(x, Tables(params, {"c": z})), expected)


def test_a_layer_with_weight_gates_is_dense_without_a_table_of_gates():
    params = {"fc": {"W": np.eye(3), "b": np.zeros(3)}}
    x = rng().normal(size=(3, 2))
    np.testing.assert_array_equal(Dense("fc", 3, weight_gate=HC).apply(x, Tables(params)), x)


@pytest.mark.parametrize("shape", [(), (4,), (1, 4), (3, 1), (5, 3, 4)])
def test_weight_gates_of_another_shape_than_w_are_refused_and_not_broadcast(shape):
    params = {"fc": {"W": np.ones((3, 4)), "b": np.zeros(3)}}
    with pytest.raises(InputError, match="'fc'"):
        Dense("fc", 3, weight_gate=HC).apply(np.ones((4, 2)), Tables(params, {"fc": np.ones(shape)}))


def test_flatten_keeps_the_pixels_of_a_map_together():
    x = rng().normal(size=(5, 2, 3, 4))
    network = Network((2, 3, 4), Chain("net", (Flatten("flat"),)))
    np.testing.assert_array_equal(network.apply({}, x), x.reshape(5, 24))


@pytest.mark.parametrize(
    ("layer", "in_shape", "message"),
    [
        (Dense("fc", 3), (2, 4, 4), r"Dense 'fc' takes a vector \(put a Flatten before it\).*\(2, 4, 4\)"),
        (Conv("c", 3, 2), (4,), r"Conv 'c' takes images.*\(4,\)"),
        (Conv("c", 3, 5), (1, 4, 9), r"Conv 'c' takes images of at least 5 x 5.*\(1, 4, 9\)"),
    ],
)
def test_an_input_that_does_not_fit_is_refused_in_one_line(layer, in_shape, message):
    with pytest.raises(InputError, match=message) as caught:
        layer.out_shape(in_shape)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "layer",
    [
        Dense("a", 0),
        Dense("a", -3),
        Conv("a", 0, 1),
        Conv("a", 2, 0),
        Conv("a", 2, -1),
        Conv("a", 2, 3, stride=0),
        Conv("a", 2, 1, padding=-1),
    ],
    ids=repr,
)
def test_a_size_that_makes_no_sense_is_refused(layer):
    with pytest.raises(InputError, match="'a'"):
        Network((4,) if isinstance(layer, Dense) else (1, 4, 4), Chain("net", (layer,)))
