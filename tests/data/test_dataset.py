import numpy as np
import pytest

from l0edu.data import Dataset, from_images
from l0edu.errors import InputError


def numbered(count: int) -> Dataset:
    return Dataset(np.arange(count * 4.0).reshape(count, 1, 2, 2), np.arange(count), "numbered")


def test_bytes_become_pixels_in_0_1():
    data = from_images(np.array([[[0, 51, 255]]], np.uint8), np.array([9], np.uint8), "bytes", np.float64)
    np.testing.assert_array_equal(data.x, [[[[0, 0.2, 1]]]])
    assert data.x.dtype == np.float64
    assert data.y.dtype == np.int64


def test_every_byte_is_the_nearest_float32():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    data = from_images(pixels, np.array([0]), "bytes")
    np.testing.assert_array_equal(data.x.ravel(), (np.arange(256) / 255).astype(np.float32))


def test_floats_in_0_1_keep_their_values_and_channels():
    images = np.random.default_rng(0).random((4, 3, 5, 5))
    data = from_images(images, np.arange(4), "colour", np.float64)
    np.testing.assert_array_equal(data.x, images)


def test_no_images_make_an_empty_set():
    assert len(from_images(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64), "none")) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_pixels_that_are_not_finite_are_refused(bad):
    images = np.zeros((2, 3, 3))
    images[1, 2, 0] = bad
    with pytest.raises(InputError, match=r"^digits: some pixels are not finite"):
        from_images(images, np.zeros(2, int), "digits")


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 9)), [0, 1], r"shape \(2, 9\)"),
        (np.zeros((2, 3, 3), np.int32), [0, 1], "images are int32"),
        (np.full((2, 3, 3), 1.5), [0, 1], "found 1.5..1.5"),
        (np.full((2, 3, 3), -0.5), [0, 1], "found -0.5..-0.5"),
        (np.zeros((2, 3, 3)), [0], r"1 labels for images of shape \(2, 1, 3, 3\)"),
        (np.zeros((2, 3, 3)), [0, 10], "labels out of range: found 0..10, give labels in 0..9"),
        (np.zeros((2, 3, 3)), [-1, 0], "labels out of range"),
        (np.zeros((2, 3, 3)), [0.0, 1.0], "give whole numbers"),
        (np.zeros((2, 3, 3)), [[0], [1]], r"of shape \(2, 1\)"),
    ],
)
def test_images_and_labels_that_make_no_sense_are_refused(images, labels, message):
    with pytest.raises(InputError, match=message) as caught:
        from_images(images, np.array(labels), "digits")
    assert str(caught.value).startswith("digits: ")
    assert "\n" not in str(caught.value)


def test_pixels_are_floating_point():
    with pytest.raises(InputError, match="dtype int64 cannot hold"):
        from_images(np.zeros((1, 2, 2), np.uint8), np.array([0]), "digits", np.int64)
    with pytest.raises(InputError, match="'float33' is not a dtype"):
        numbered(3).as_dtype("float33")


def test_images_and_labels_are_read_only():
    data = numbered(3)
    with pytest.raises(ValueError, match="read-only"):
        data.x[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        data.take([0]).y[0] = 1


def test_a_dataset_leaves_the_given_arrays_writable():
    x = np.zeros((1, 1, 2, 2))
    Dataset(x, np.array([0]), "mine")
    x[0] = 1


def test_take_follows_indices_and_masks():
    data = numbered(3)
    assert data.take([2, 0, 2]).y.tolist() == [2, 0, 2]
    assert data.take(np.array([False, True, False])).y.tolist() == [1]


def test_as_dtype_and_back():
    data = numbered(3)
    assert data.as_dtype("float32").x.dtype == np.float32
    np.testing.assert_array_equal(data.as_dtype("float32").as_dtype(float).x, data.x)


def test_reshaped_keeps_the_order_of_pixels():
    flat = numbered(3).reshaped((4,))
    np.testing.assert_array_equal(flat.x[1], [4, 5, 6, 7])
    np.testing.assert_array_equal(flat.reshaped((1, 2, 2)).x, numbered(3).x)


@pytest.mark.parametrize("in_shape", [(5,), (784,), (-2, -2), ()])
def test_reshaped_refuses_other_sizes(in_shape):
    with pytest.raises(InputError, match="numbered: images of shape"):
        numbered(3).reshaped(in_shape)
