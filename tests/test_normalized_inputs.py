import numpy as np
import pytest

from l0edu import BatchNorm, Chain, Conv, Flatten, Network, compact, load_network, save_network, wide_resnet
from l0edu.compact import Compacted
from l0edu.evaluation import batch_norm_stats
from l0edu.gating import test_gates
from l0edu.normalized_inputs import behind_normalization

MEAN, STD = [0.49, 0.48, 0.45], [0.25, 0.24, 0.26]


def images(n=4):
    return np.random.default_rng(0).random((n, 3, 32, 32))


def normalized(x):
    return (x - np.reshape(MEAN, (3, 1, 1))) / np.reshape(STD, (3, 1, 1))


def test_the_layer_in_front_does_what_was_done_to_the_images_in_training():
    net = wide_resnet(10, 1)
    params = net.init(np.random.default_rng(0), np.float64)
    stats = batch_norm_stats(net, params, normalized(images(8)), test_gates(net, params))
    small = compact(net, params, stats)
    whole = behind_normalization(small, MEAN, STD)
    expected = small.net.apply(small.params, normalized(images()), stats=small.stats)
    found = whole.net.apply(whole.params, images(), stats=whole.stats)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
    assert whole.net.layers[1].name == "conv0"


def test_it_can_be_written_and_read_and_takes_bytes(tmp_path):
    net = Network((3, 4, 4), Chain("net", (Conv("conv", 2, 3), Flatten("flat"))))
    params = net.init(np.random.default_rng(0))
    whole = behind_normalization(Compacted(net, params, None), MEAN, STD)
    save_network(tmp_path / "small.npz", *whole)
    pixels = np.random.default_rng(1).integers(0, 256, (5, 3, 4, 4)).astype(np.uint8)
    expected = net.apply(params, normalized(pixels / 255).astype(np.float32))
    found = load_network(tmp_path / "small.npz").logits(pixels)
    np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays_and_what_was_there_too(dtype):
    net = Network((3, 2, 2), Chain("net", (BatchNorm("bn"), Flatten("flat"))))
    params = net.init(np.random.default_rng(0), dtype)
    stats = {"bn": {"mean": np.zeros(3, dtype), "var": np.ones(3, dtype)}}
    _, params, stats = behind_normalization(Compacted(net, params, stats), MEAN, STD)
    arrays = [array for table in (params, stats) for part in table.values() for array in part.values()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}
    assert list(stats) == ["normalization", "bn"]
