"""A wide ResNet on a tiny CIFAR: batch norm's moments and the channels' are kept with the run."""

import itertools
from dataclasses import replace

import cifar_sets
import numpy as np
import pytest
from command_line import one_line_error, records

from l0edu import load_network, load_run
from l0edu.checkpoint import load_tables, save_tables
from l0edu.cli import main
from l0edu.data import load
from l0edu.evaluation import logits
from l0edu.request import resolve
from l0edu.resuming import refuse_changes
from l0edu.running import train_in
from l0edu.runs import RunFolder

pytestmark = pytest.mark.filterwarnings("ignore:.*not the published CIFAR-10")


@pytest.fixture(scope="module")
def cifar(tmp_path_factory):
    return cifar_sets.write(cifar_sets.cifar10((20, 20), 60), tmp_path_factory.mktemp("cifar"))


def options_for(cifar):
    return {"network": "wrn-10-1", "data": "cifar10", "data_dir": str(cifar), "epochs": 2, "batch_size": 16}


def begun(path, options):
    folder, request = RunFolder(path), resolve(options)
    folder.path.mkdir()
    folder.begin(request.progress)
    return folder, request


@pytest.fixture
def run(tmp_path, cifar):
    """It was saved inside its second epoch, after 4 steps."""
    steps = itertools.count(1)

    def stopping(batches):
        for batch in batches:
            if next(steps) > 4:
                raise KeyboardInterrupt
            yield batch

    folder, request = begun(tmp_path / "run", options_for(cifar))
    with pytest.raises(KeyboardInterrupt):
        list(train_in(folder, request, stopping, keep_every=0))
    assert folder.load().steps_done() == (1, 1)
    return folder.path


def test_plain_images_give_the_error_in_the_record_and_the_logits_to_the_bit(run, cifar):
    trained, test = load_run(run), load("cifar10", cifar)[1]
    in_training = logits(trained.net, trained.params, test.x, trained.stats)
    np.testing.assert_array_equal(trained.logits(test.pixels), in_training)
    wrong = np.count_nonzero(trained.predict(test.pixels) != test.y)
    assert 100 * wrong / len(test) == records(run)[-1]["test_error"]


def test_floats_in_0_to_1_are_taken_as_the_bytes_are(run, cifar):
    trained, pixels = load_run(run), load("cifar10", cifar)[1].pixels
    np.testing.assert_allclose(trained.logits(pixels / 255), trained.logits(pixels), rtol=1e-4, atol=1e-5)


def test_the_compacted_network_takes_plain_images(run, cifar):
    assert main(["compact", str(run)]) == 0
    small, pixels = load_network(run / "compact.npz"), load("cifar10", cifar)[1].pixels
    np.testing.assert_allclose(small.logits(pixels), load_run(run).logits(pixels), rtol=1e-3, atol=1e-4)


def test_a_run_inside_an_epoch_goes_on_to_the_bit(run, cifar, tmp_path):
    assert main(["train", "wrn-10-1", "--resume", "--out", str(run)]) == 0
    folder, request = begun(tmp_path / "whole", options_for(cifar))
    list(train_in(folder, request))
    tables, whole = (load_tables(path / "checkpoint.npz")[0] for path in (run, folder.path))
    np.testing.assert_equal(tables, whole)


def put(name, value):
    def change(stats):
        stats["stage1_block1_bn2"][name] = value

    return change


DAMAGES = {
    "negative": put("var", np.full(16, -1, np.float32)),
    "of another dtype": put("var", np.ones(16)),
    "not finite": put("mean", np.full(16, np.nan, np.float32)),
    "of another shape": put("mean", np.zeros(1, np.float32)),
    "missing": lambda stats: stats.pop("stage1_block1_bn2"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_moments_are_refused(run, capsys, damage):
    tables, meta = load_tables(run / "checkpoint.npz")
    DAMAGES[damage](tables["stats"])
    save_tables(run / "checkpoint.npz", tables, meta)
    assert "restore a copy" in one_line_error(capsys, ["compact", str(run)])


def test_damaged_parameters_of_the_last_record_are_refused(run, capsys):
    tables, meta = load_tables(run / "checkpoint.npz")
    tables["evaluated"]["conv0"]["W"] = np.zeros(3, np.float32)
    save_tables(run / "checkpoint.npz", tables, meta)
    assert "(evaluated) is of another network" in one_line_error(capsys, ["compact", str(run)])
    del tables["evaluated"]
    save_tables(run / "checkpoint.npz", tables, meta)
    assert "train on with --resume" in one_line_error(capsys, ["compact", str(run)])


def test_a_run_that_never_trained_may_take_other_images(tmp_path, cifar):
    folder, _ = begun(tmp_path / "run", options_for(cifar))
    other = {"network": "lenet5", "data": "mini", "data_dir": None}
    config = resolve(other, folder.path, resume=True).progress.config
    assert (config.channel_mean, config.channel_std) == (None, None)


def test_a_config_says_how_many_test_images_there_are_and_an_older_one_need_not(run, cifar):
    progress = RunFolder(run).load()
    assert progress.config.test_images == 60
    older = replace(progress, config=replace(progress.config, test_images=None))
    refuse_changes(progress.config, older)
