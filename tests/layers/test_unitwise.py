"""Do gates, batch norm, relu and pools treat each unit by itself?"""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from building import rng
from hypothesis import given
from hypothesis import strategies as st
from strategies import few, seeds

from l0edu import (
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    InputError,
    MaxPool,
    MeanPool,
    Relu,
    ops,
)
from l0edu.layers import Tables

GATE = Gate("a", HardConcrete(), charges="fc")
UNITWISE = [GATE, BatchNorm("a"), Relu("a"), MaxPool("a", 2), MeanPool("a", 2)]
by_kind = pytest.mark.parametrize("layer", UNITWISE, ids=lambda layer: type(layer).__name__)


def tables(layer, units):
    params = {"a": {"scale": rng(1).uniform(0.5, 1.5, units), "shift": rng(2).normal(size=units)}}
    return Tables(params, {"a": rng(3).uniform(0.5, 1, units)})


@by_kind
@given(seed=seeds, unit=st.integers(0, 2))
@few
def test_unit_i_of_the_output_depends_on_unit_i_of_the_input_alone(layer, seed, unit):
    x = rng(seed).normal(size=(3, 4, 4, 5))
    other = x.copy()
    other[unit] += rng(seed + 1).uniform(1, 2, (4, 4, 5))
    y, changed = layer.apply(x, tables(layer, 3)), layer.apply(other, tables(layer, 3))
    differs = [not np.array_equal(y[i], changed[i]) for i in range(3)]
    assert layer.keeps_units
    assert differs == [i == unit for i in range(3)]


@by_kind
@pytest.mark.parametrize("in_shape", [(3,), (3, 4, 5)], ids=["features", "images"])
def test_units_are_kept_and_the_shape_is_the_one_computed(layer, in_shape):
    if isinstance(layer, MaxPool | MeanPool) and len(in_shape) == 1:
        with pytest.raises(InputError, match="takes images"):
            layer.out_shape(in_shape)
        return
    y = layer.apply(rng().normal(size=(*in_shape, 2)), tables(layer, 3))
    assert y.shape == (*layer.out_shape(in_shape), 2)
    assert y.shape[0] == 3


@pytest.mark.parametrize(
    "layer", [Dense("a", 2), Conv("a", 2, 1), Flatten("a")], ids=lambda a: type(a).__name__
)
def test_layers_with_weights_and_flatten_do_not_keep_units(layer):
    assert not layer.keeps_units


def test_a_gate_multiplies_and_without_a_table_of_gates_does_nothing():
    x = rng().normal(size=(2, 5))
    np.testing.assert_array_equal(GATE.apply(x, Tables({})), x)
    gated = GATE.apply(x, Tables({}, {"a": np.array([0.0, 0.5])}))
    np.testing.assert_array_equal(gated, x * [[0], [0.5]])


def test_a_gate_has_one_parameter_for_each_feature_or_map():
    assert GATE.init(rng(), (7,), np.float32)["log_alpha"].shape == (7,)
    assert GATE.init(rng(), (7, 4, 4), np.float64)["log_alpha"].shape == (7,)


def test_batch_norm_uses_the_moments_of_the_batch_and_records_them():
    x, record = rng().normal(3, 2, size=(3, 4, 4, 6)), {}
    params = {"bn": {"scale": np.ones(3), "shift": np.zeros(3)}}
    y = BatchNorm("bn", eps=0.0).apply(x, Tables(params, record=record))
    np.testing.assert_allclose(y.mean((1, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var((1, 2, 3)), 1)
    np.testing.assert_allclose(record["bn"]["mean"], x.mean((1, 2, 3)))
    np.testing.assert_allclose(record["bn"]["var"], x.var((1, 2, 3)))


def test_batch_norm_uses_given_moments_and_records_nothing_then():
    x, record = rng().normal(size=(2, 5)), {}
    params = {"bn": {"scale": np.array([1.0, 2.0]), "shift": np.array([0.0, 1.0])}}
    stats = {"bn": {"mean": np.array([0.5, 0.0]), "var": np.array([3.0, 1.0])}}
    y = BatchNorm("bn", eps=1.0).apply(x, Tables(params, stats=stats, record=record))
    np.testing.assert_allclose(y, [(x[0] - 0.5) / 2, 2 * x[1] / np.sqrt(2) + 1])
    assert record == {}


def test_batch_norm_starts_as_the_identity_on_standardized_units():
    table = BatchNorm("bn").init(rng(), (4, 2, 2), np.float32)
    np.testing.assert_array_equal([table["scale"], table["shift"]], [np.ones(4), np.zeros(4)])
    assert {array.dtype for array in table.values()} == {np.dtype(np.float32)}


def test_relu_and_pools_are_the_operations():
    x = rng().normal(size=(2, 5, 4, 3))
    np.testing.assert_array_equal(Relu("a").apply(x, Tables({})), ops.relu(x))
    np.testing.assert_array_equal(MaxPool("a", 2).apply(x, Tables({})), ops.max_pool(x, 2))
    np.testing.assert_array_equal(MeanPool("a", 2).apply(x, Tables({})), ops.mean_pool(x, 2))


@pytest.mark.parametrize("kind", [MaxPool, MeanPool])
@pytest.mark.parametrize(("size", "in_shape"), [(3, (1, 2, 5)), (0, (1, 4, 4)), (-1, (1, 4, 4)), (2, (4,))])
def test_a_pool_that_does_not_fit_is_refused_with_its_name(kind, size, in_shape):
    with pytest.raises(InputError, match=f"{kind.__name__} 'a' takes images") as caught:
        kind("a", size).out_shape(in_shape)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("layer", [*UNITWISE, Dense("a", 2), Conv("a", 2, 1)], ids=lambda a: type(a).__name__)
def test_a_description_cannot_be_changed(layer):
    with pytest.raises(FrozenInstanceError):
        layer.name = "b"
    assert hash(layer) is not None
