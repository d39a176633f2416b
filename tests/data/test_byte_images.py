import zlib

import numpy as np
import pytest
from hypothesis import given
from strategies import dtypes, seeds

from l0edu.data import ByteImages, Dataset, channel_moments, split
from l0edu.errors import InputError


def example(seed=0, count=6, dtype=np.float32, shape=(3, 4, 5)):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
    return ByteImages(pixels, rng.integers(0, 10, count), "example", *channel_moments(pixels), dtype)


@given(seed=seeds, dtype=dtypes)
def test_inputs_are_what_a_dataset_of_floats_holds(seed, dtype):
    data, rows = example(seed, dtype=dtype), np.random.default_rng(seed).integers(0, 6, 4)
    mean, std = (moment.astype(dtype).reshape(3, 1, 1) for moment in (data.mean, data.std))
    floats = Dataset((data.pixels.astype(dtype) / dtype(255) - mean) / std, data.y, "floats")
    np.testing.assert_array_equal(data.inputs(rows), floats.take(rows).x, strict=True)
    np.testing.assert_array_equal(data.inputs(slice(None)), floats.x, strict=True)


@given(seed=seeds)
def test_moments_are_those_of_the_floats(seed):
    data = example(seed)
    x = data.pixels / 255
    np.testing.assert_allclose(data.mean, x.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(data.std, x.std(axis=(0, 2, 3)), rtol=1e-12)


def test_moments_of_many_images_are_exact():
    pixels = np.zeros((1000, 2, 3, 3), np.uint8)
    pixels[:, 0, 0], pixels[::2, 1] = 255, 51
    mean, std = channel_moments(pixels)
    assert mean.tolist() == [1 / 3, 0.1]
    np.testing.assert_array_equal(std, [np.sqrt(2 / 9), 0.1])


def test_inputs_of_the_training_images_have_mean_0_and_deviation_1():
    x = example(dtype=np.float64).inputs(slice(None))
    np.testing.assert_allclose(x.mean(axis=(0, 2, 3)), 0, atol=1e-14)
    np.testing.assert_allclose(x.std(axis=(0, 2, 3)), 1, rtol=1e-14)


def test_a_part_keeps_order_moments_and_dtype():
    data = example(dtype=np.float64)
    part = data.take([4, 0, 4])
    assert (len(part), part.name, part.image_shape) == (3, "example", (3, 4, 5))
    assert part.y.tolist() == data.y[[4, 0, 4]].tolist()
    np.testing.assert_array_equal(part.inputs([0]), data.inputs([4]), strict=True)
    assert len(data.take(data.y < 0)) == 0


def test_another_dtype_has_the_same_bytes():
    data = example().as_dtype("float64")
    assert data.inputs([0]).dtype == np.float64
    assert np.shares_memory(data.pixels, data.as_dtype(np.float32).pixels)
    assert data.crc() == data.as_dtype("float32").crc()


def test_the_crc_goes_over_labels_then_pixels():
    data = example(count=600)  # more than are looked at at once
    assert data.crc(5) == zlib.crc32(data.y.tobytes() + data.pixels.tobytes(), 5)
    changed = data.pixels.copy()
    changed[599, 2, 3, 4] ^= 1
    assert data.crc() != ByteImages(changed, data.y, "changed", data.mean, data.std).crc()


def test_only_its_own_shape_fits():
    data = example()
    assert data.reshaped([3, 4, 5]) is data
    with pytest.raises(InputError, match=r"example: images of shape \(3, 4, 5\) do not fit \(60,\): change"):
        data.reshaped((60,))


def test_a_share_can_be_held_out():
    data = example(count=10)
    rest, held_out = split(np.random.default_rng(0), data, 0.3)
    assert (len(rest), len(held_out)) == (7, 3)
    assert sorted([*rest.y, *held_out.y]) == sorted(data.y)


def test_pixels_that_are_mapped_stay_in_their_file(tmp_path):
    (tmp_path / "pixels").write_bytes(bytes(range(24)))
    mapped = np.memmap(tmp_path / "pixels", np.uint8, mode="r", shape=(2, 3, 2, 2))
    data = ByteImages(mapped, np.array([0, 1]), "mapped", np.zeros(3), np.ones(3))
    assert np.shares_memory(data.pixels, mapped)
    assert type(data.inputs([1])) is np.ndarray


def test_all_arrays_are_read_only_and_the_given_ones_stay_writable():
    pixels, y = np.zeros((1, 3, 2, 2), np.uint8), np.array([1])
    data = ByteImages(pixels, y, "example", np.zeros(3), np.ones(3))
    pixels[0], y[0] = 1, 2
    for array in (data.pixels, data.y, data.mean, data.std):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pixels": np.zeros((2, 3, 2, 2))}, r"pixels are float64 of shape \(2, 3, 2, 2\): give uint8"),
        ({"pixels": np.zeros((2, 12), np.uint8)}, r"pixels are uint8 of shape \(2, 12\)"),
        ({"y": np.array([1])}, r"1 labels for images of shape \(2, 3, 2, 2\)"),
        ({"y": np.array([0.0, 1.0])}, "labels are float64"),
        ({"mean": np.zeros(1)}, r"mean has shape \(1,\): give a finite number for each of the 3 channels"),
        ({"std": np.array([1, 1, np.nan])}, "std has shape"),
        ({"std": np.array([1.0, 0, 1])}, "std is not positive"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(change, message):
    arrays = {
        "pixels": np.zeros((2, 3, 2, 2), np.uint8),
        "y": np.array([0, 1]),
        "mean": np.zeros(3),
        "std": np.ones(3),
    }
    with pytest.raises(InputError, match=f"^example: {message}"):
        ByteImages(**{**arrays, **change}, name="example")


def test_inputs_are_floating_point():
    with pytest.raises(InputError, match="dtype int64"):
        example().as_dtype(np.int64)


def test_x_computes_only_what_is_indexed():
    data = example(dtype=np.float64)
    assert (len(data.x), data.x.shape, data.x.dtype) == (6, (6, 3, 4, 5), np.float64)
    np.testing.assert_array_equal(data.x[2:4], data.inputs(slice(2, 4)), strict=True)
    np.testing.assert_array_equal(data.x[[5, 0]], data.inputs([5, 0]), strict=True)
