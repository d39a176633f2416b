"""Do the kernels of sums and batch norm compute what the plain versions do?"""

import gpu.host_kernels as host
import numpy as np
import pytest
from gpu.host_kernels import assert_same, both

from l0edu.gpu import kernels
from l0edu.ops.normalization import batch_norm_dx, centre, deviation, scale_and_shift
from l0edu.ops.sums import dots_in_lanes

each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
SHAPES = [(1, 1), (3, 7), (2, 3, 4, 5), (0, 4)]
each_shape = pytest.mark.parametrize("shape", SHAPES)
each_shape_and_none = pytest.mark.parametrize("shape", [*SHAPES, (3, 0)])
REARRANGED = {
    "whole": lambda x: x,
    "transposed": lambda x: np.ascontiguousarray(x.T).T,
    "with gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
}
each_layout = pytest.mark.parametrize("layout", REARRANGED.values(), ids=REARRANGED)


def numbers(dtype, *shapes):
    rng = np.random.default_rng(0)
    return [rng.uniform(0.5, 2, shape).astype(dtype) for shape in shapes]


@each_dtype
@each_shape_and_none
@each_layout
@pytest.mark.parametrize("lanes", [1, 3, 7])
def test_lanes_of_dots(lanes, layout, shape, dtype):
    a, b = map(layout, numbers(dtype, shape, shape))
    assert_same(dots_in_lanes, a, b, lanes, ulps=32)


def test_the_lanes_of_a_unit_add_up_to_its_dot():
    a, b = numbers(np.float64, (3, 4, 5), (3, 4, 5))
    lanes = kernels.dots_in_lanes(host, a, b, 6)
    np.testing.assert_allclose(lanes.sum(axis=1), (a * b).sum(axis=(1, 2)), rtol=1e-14)


@each_dtype
@each_shape
@each_layout
def test_centred_units_and_their_deviation(layout, shape, dtype):
    x, total = numbers(dtype, shape, shape[0])
    assert_same(centre, layout(x), total)
    assert_same(deviation, total, 1e-5)


@each_dtype
@each_shape
@each_layout
def test_normalized_units(layout, shape, dtype):
    centred, *per_unit = numbers(dtype, shape, *3 * [shape[0]])
    assert_same(scale_and_shift, layout(centred), *per_unit, 1e-5)


@each_dtype
@each_shape
@each_layout
def test_the_gradient_behind_batch_norm(layout, shape, dtype):
    g, centred, *per_unit = numbers(dtype, shape, shape, *4 * [shape[0]])
    plain, kernel = both(batch_norm_dx, layout(g), layout(centred), *per_unit)
    np.testing.assert_allclose(kernel[0], plain[0], rtol=1e-5 if dtype == np.float32 else 1e-13)
    assert kernel[0].dtype == dtype


@each_dtype
def test_nan_stays_in_its_unit(dtype):
    centred, *per_unit = numbers(dtype, (2, 3), 2, 2, 2)
    centred[0, 1] = np.nan
    assert_same(scale_and_shift, centred, *per_unit, 1e-5)
    assert np.isnan(both(scale_and_shift, centred, *per_unit, 1e-5)[1][0]).sum() == 1
