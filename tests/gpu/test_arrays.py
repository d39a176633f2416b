"""Are arrays moved as asked, and what cannot be moved refused?"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from building import rng
from gpu_devices import nothing_hidden
from gradient_checks import refused

from l0edu import load_network, mlp, save_network
from l0edu.gpu import beside, is_on_device, stand_in, to_device, to_host
from l0edu.gpu.autograd_cupy.array_types import MODULES


def test_arrays_come_home_even_if_autograd_was_not_told_of_them(xp, monkeypatch):
    x = xp.asarray([1.0, 2.0])
    monkeypatch.delitem(MODULES, type(x))
    assert not is_on_device(x)
    assert type(to_host({"x": x})["x"]) is np.ndarray


@pytest.mark.parametrize("data", [None, "x", [1.0, 2.0], (np.ones(2), np.ones(3))])
def test_what_is_neither_array_nor_table_is_not_moved(data, device):
    with refused(f"not a {type(data).__name__}: move one array after the other"):
        to_device({"x": data}, device)


def test_a_list_of_losses_is_not_left_on_the_device_in_silence(device):
    losses = [to_device(np.float32(loss), device) for loss in (2.0, 1.0)]
    with refused(r"not a list: make one array of equal shapes, np.stack\(losses\)"):
        to_host(losses)
    assert to_host(np.stack(losses)).tolist() == [2.0, 1.0]


def test_numbers_are_moved_with_their_dtype(device):
    moved = to_device({"a": 2.0, "b": np.float32(2)}, device)
    assert [str(one.dtype) for one in moved.values()] == ["float64", "float32"]


def test_nothing_is_moved_while_it_is_differentiated(device):
    with refused("to_device: this array is being differentiated: move it before"):
        grad(lambda x: anp.sum(to_device(x, device)))(np.ones(2))
    with refused("to_host: this array is being differentiated"):
        grad(lambda x: anp.sum(to_host(x)))(to_device(np.ones(2), device))


def test_an_index_is_put_beside_what_is_being_differentiated(device):
    x, rows = to_device(np.arange(3.0), device), np.array([0, 2])
    placed = []
    grad(lambda x: placed.append(beside(x, rows)) or anp.sum(x))(x)
    assert is_on_device(placed[0])
    with nothing_hidden(device):
        slope = grad(lambda x: anp.sum(x[placed[0]] ** 2))(x)
    assert to_host(slope).tolist() == [0.0, 0.0, 4.0]


def test_a_network_is_saved_from_the_device(device, tmp_path):
    net = mlp((4, 3, 2), (0.2, 0.5))
    params = net.init(rng())
    save_network(tmp_path / "net.npz", net, to_device(params, device))
    assert np.array_equal(load_network(tmp_path / "net.npz").params["fc1"]["W"], params["fc1"]["W"])


def test_the_stand_in_says_how_to_draw():
    with pytest.raises(AttributeError, match=r"no random.normal: draw with random.default_rng\(seed\)"):
        stand_in.random.normal(3)


def test_a_list_of_places_is_moved_beside_an_array(device):
    assert is_on_device(beside(to_device(np.ones(3), device), [0, 2]))


def test_images_on_a_device_are_predicted_from_the_host(tmp_path, device):
    net = mlp((4, 3), (0.5,))
    save_network(tmp_path / "net.npz", net, net.init(rng(0)))
    images = np.eye(4)
    loaded = load_network(tmp_path / "net.npz")
    assert (loaded.predict(to_device(images, device)) == loaded.predict(images)).all()
