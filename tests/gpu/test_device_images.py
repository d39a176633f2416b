"""Does a set of images on a device give the batches that it gives on the host, without hidden transfers?"""

from types import SimpleNamespace

import numpy as np
import pytest
from gpu_checks import no_hidden_transfers
from gradient_checks import refused

from l0edu.data import ByteImages, Dataset, DeviceImages, batches, flip_and_crop, split
from l0edu.gpu import is_on_device, stand_in, to_device, to_host


def floats(n=7, dtype=np.float32):
    rng = np.random.default_rng(0)
    return Dataset(rng.random((n, 1, 6, 5)).astype(dtype), rng.integers(0, 10, n), "floats")


def byte_images(n=7, dtype=np.float32):
    rng = np.random.default_rng(1)
    pixels, moments = rng.integers(0, 256, (n, 3, 6, 5), np.uint8), rng.random((2, 3)) + 0.1
    return ByteImages(pixels, rng.integers(0, 10, n), "bytes", *moments, dtype)


SETS = {"floats": floats, "bytes": byte_images}
each_set = pytest.mark.parametrize("make", SETS.values(), ids=SETS)


@pytest.fixture(params=[np.float32, np.float64], ids=["float32", "float64"])
def dtype(request):
    return request.param


def assert_same(found, expected):
    assert is_on_device(found)
    np.testing.assert_array_equal(to_host(found), expected, strict=True)


@each_set
def test_batches_are_those_of_the_host_to_the_bit(make, device, dtype):
    host = make(dtype=dtype)
    data = to_device(host, device)
    expected = list(batches(np.random.default_rng(0), host, 3))
    with no_hidden_transfers(device):
        found = list(batches(np.random.default_rng(0), data, 3))
    for here, there in zip(found, expected, strict=True):
        for one, another in zip(here, there, strict=True):
            assert_same(one, another)


def test_the_order_of_an_epoch_is_uploaded_once(device):
    if device != "stand-in":
        pytest.skip("only the stand-in counts")
    data = to_device(byte_images(), device)
    with stand_in.counting() as counts:
        for _ in batches(np.random.default_rng(0), data, 2):
            pass
    assert (counts.uploads, counts.downloads, counts.hidden) == (1, 0, [])


def test_bytes_are_moved_as_bytes(device):
    assert to_device(byte_images(), device).pixels.dtype == np.uint8


@each_set
@pytest.mark.parametrize("rows", [[5, 0, 0], np.array([6, 1]), slice(1, 4), np.arange(7) % 2 == 0, 3])
def test_an_index_of_the_host_gives_the_same_images(make, rows, device):
    data = to_device(make(), device)
    with no_hidden_transfers(device):
        found = data.inputs(rows)
    host = make()
    assert_same(found, host.x[rows] if isinstance(rows, slice) else host.x[np.asarray(rows)])


@each_set
def test_parts_of_a_set_are_those_of_the_host(make, device):
    host = make()
    for found, expected in zip(
        split(np.random.default_rng(0), to_device(host, device), 0.4),
        split(np.random.default_rng(0), host, 0.4),
        strict=True,
    ):
        assert isinstance(found, DeviceImages)
        assert_same(found.x[:], expected.x[:])
        assert_same(found.y, expected.y)


@each_set
def test_a_set_comes_back_as_it_went(make, device):
    host, back = make(), to_host(to_device(make(), device))
    assert type(back) is type(host)
    assert back.name == host.name
    assert back.crc() == host.crc() == to_device(host, device).crc()
    np.testing.assert_array_equal(back.x[:], host.x[:], strict=True)


@each_set
def test_a_set_on_a_device_is_not_moved_again(make, device):
    data = to_device(make(), device)
    again = to_device({"train": data}, device)["train"]
    assert again is data


@each_set
def test_dtype_and_shape_change_as_on_the_host(make, device, dtype):
    host = make()
    shape = (3, 10) if make is floats else host.image_shape
    found = to_device(host, device).as_dtype(dtype).reshaped(shape)
    assert (len(found), found.image_shape, found.x.shape) == (7, shape, (7, *shape))
    assert found.x.dtype == dtype
    assert_same(found.x[:], host.as_dtype(dtype).reshaped(shape).x[:])


@each_set
def test_another_shape_is_refused(make, device):
    with refused(r"images of shape \(., 6, 5\) do not fit \(7,\): change the model or the set"):
        to_device(make(), device).reshaped((7,))


@pytest.mark.parametrize("make", [Dataset, ByteImages], ids=["Dataset", "ByteImages"])
def test_a_set_is_not_made_of_device_arrays(make, device):
    host = byte_images()
    moments = () if make is Dataset else (host.mean, host.std)
    with refused("digits: an array lies on a device: .* move it with to_device"):
        make(to_device(host.pixels, device), host.y, "digits", *moments)


@pytest.mark.parametrize("name", ["x", "y"])
def test_images_and_labels_in_two_places_are_refused(name, device):
    arrays = {"x": np.zeros((3, 2)), "y": np.zeros(3, int)}
    arrays[name] = to_device(arrays[name], device)
    with refused(r"y is on the (host|device) and x on the (host|device): write to_device\("):
        batches(np.random.default_rng(0), SimpleNamespace(**arrays), 2)


@pytest.mark.parametrize("padding", [0, 1, 4])
@pytest.mark.parametrize("count", [0, 1, 9])
def test_flips_and_crops_are_those_of_the_host_to_the_bit(count, padding, device, dtype):
    x = np.random.default_rng(2).random((count, 3, 6, 5)).astype(dtype)
    there, generators = to_device(x, device), [np.random.default_rng(count) for _ in range(2)]
    with no_hidden_transfers(device):
        found = flip_and_crop(generators[0], there, padding)
    assert_same(found, flip_and_crop(generators[1], x, padding))
    assert generators[0].random() == generators[1].random()


def test_flips_and_crops_take_two_uploads_and_two_launches(device):
    if device != "stand-in":
        pytest.skip("only the stand-in counts")
    x = to_device(np.zeros((4, 3, 8, 8), np.float32), device)
    with stand_in.counting() as counts:
        flip_and_crop(np.random.default_rng(0), x)
    assert (counts.launches, counts.uploads, counts.hidden) == (2, 2, [])
