import shutil

import numpy as np
import pytest
from command_line import QUICK
from small_runs import blobs, tiny_mlp

from l0edu import (
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    HardGaussian,
    InputError,
    Network,
    Settings,
    fit,
    lenet5,
    load_run,
    mlp,
    open_at_test,
    open_probabilities,
)
from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.film import film_of, load_film


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a recorded run of 2 epochs."""
    folder = tmp_path_factory.mktemp("run") / "small"
    assert main([*QUICK, "--record", "--out", str(folder)]) == 0
    return folder


def copy_of(run, folder):
    """What may be committed of a run: its film alone."""
    folder.mkdir()
    shutil.copy(run / "film.npz", folder)
    return folder


def test_the_last_epoch_of_a_film_is_the_network_that_was_trained(run):
    film, trained = load_film(run), load_run(run)
    opened = open_at_test(trained.net, trained.params)
    for gate, p in open_probabilities(trained.net, trained.params).items():
        np.testing.assert_array_equal(film.recording.open_at_test(gate)[-1], opened[gate])
        np.testing.assert_array_equal(film.recording.probabilities[gate][-1], np.rint(255 * p.astype(float)))


def test_the_copy_alone_gives_the_same_film(run, tmp_path):
    film, again = load_film(run), load_film(copy_of(run, tmp_path / "small"))
    np.testing.assert_equal(vars(again.recording), vars(film.recording))
    assert (again.title, again.note, again.layers) == (film.title, film.note, film.layers)
    for record, whole in zip(again.records, film.records, strict=True):
        assert record.items() <= whole.items()


def test_a_film_says_which_run_it_shows(run):
    film = load_film(run)
    assert film.title == "mlp on mini, lambda 0.1/N"
    assert film.note == "small: seed 0, 2 epochs"
    assert film.dense_flops == 532_400


def test_a_run_that_was_not_recorded_says_what_to_write(tmp_path):
    main([*QUICK, "--out", str(tmp_path / "run")])
    with pytest.raises(InputError, match=r"holds no recording of its gates: train it with --record"):
        load_film(tmp_path / "run")


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no run"):
        load_film(tmp_path)


SPOILT = {
    "no records": lambda tables, meta: meta.update(records=[]),
    "a record in words": lambda tables, meta: meta.update(records=["a", "b"]),
    "a record without flops": lambda tables, meta: meta["records"][0].pop("flops"),
    "no config": lambda tables, meta: meta.pop("config"),
    "no gates": lambda tables, meta: tables.pop("film"),
    "another count": lambda tables, meta: meta["records"][1].update(architecture=[1, 2, 3]),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_damaged_copy_is_refused_in_one_line(run, tmp_path, spoil):
    folder = copy_of(run, tmp_path / "copy")
    tables, meta = load_tables(folder / "film.npz")
    spoil(tables, meta)
    save_tables(folder / "film.npz", tables, meta)
    with pytest.raises(InputError, match=r"film\.npz is") as caught:
        load_film(folder)
    assert len(str(caught.value).splitlines()) == 1


# ---- where gates stand


def grids(net):
    film = film_of(net, fit(net, blobs(20, features=int(np.prod(net.in_shape))), Settings(epochs=1)), "net")
    return {
        layer.gate: (layer.unit, layer.rows, layer.columns, layer.across, layer.gates)
        for layer in film.layers
    }


def test_the_mlps_inputs_stand_as_an_image_and_its_units_as_grids():
    assert grids(mlp()) == {
        "gate1": ("pixel", 28, 28, 1, 784),
        "gate2": ("unit", 1, 1, 20, 300),
        "gate3": ("unit", 1, 1, 10, 100),
    }


def test_lenet5s_inputs_of_fc1_stand_in_blocks_as_its_maps_do():
    assert grids(lenet5()) == {
        "gate1": ("map", 1, 1, 5, 20),
        "gate2": ("map", 1, 1, 10, 50),
        "gate3": ("input", 4, 4, 10, 800),
        "gate4": ("unit", 1, 1, 25, 500),
    }


def test_any_other_network_has_grids():
    def gate(name, charges):
        return Gate(name, HardConcrete(), charges=charges)

    layers = (Conv("conv1", 3, 2), Flatten("flat"), Dense("fc1", 7), gate("gate1", "fc2"), Dense("fc2", 3))
    weights = Dense("fc3", 3, weight_gate=HardConcrete())
    assert grids(Network((1, 4, 4), Chain("net", (*layers, weights)))) == {
        "gate1": ("unit", 1, 1, 3, 7),
        "fc3": ("weight", 3, 3, 1, 9),
    }
    assert grids(tiny_mlp())["gate1"] == ("unit", 1, 1, 3, 6)


def test_the_threshold_of_eq_13_is_known_for_the_hard_concrete_alone():
    def threshold(law):
        net = mlp((6, 3), (0.5,), law)
        return film_of(net, fit(net, blobs(20), Settings(epochs=1)), "net").layers[0].closes_at

    assert threshold(HardConcrete()) == pytest.approx(0.3102, abs=5e-5)  # paper's beta, gamma, zeta
    assert threshold(HardGaussian()) is None


def test_a_film_of_one_epoch_says_so():
    assert film_of(tiny_mlp(), fit(tiny_mlp(), blobs(20), Settings(epochs=1)), "short").note == "1 epoch"


def test_a_film_needs_gates_and_an_epoch():
    with pytest.raises(InputError, match="needs a network with gates, and an epoch"):
        film_of(tiny_mlp(), [], "nothing")
    dense = mlp((6, 3), law=None)
    with pytest.raises(InputError, match="needs a network with gates, and an epoch"):
        film_of(dense, fit(dense, blobs(20), Settings(epochs=1)), "dense")
