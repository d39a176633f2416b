"""A run that is interrupted inside an epoch goes on from where it was last saved, to the bit."""

import itertools
import json

import numpy as np
import pytest
from command_line import QUICK, one_line_error, records

from l0edu import load_run
from l0edu.checkpoint import load_tables, save_tables
from l0edu.checkpointing import Checkpointer
from l0edu.cli import main
from l0edu.request import resolve
from l0edu.running import train_in
from l0edu.runs import RunFolder

OPTIONS = {"network": "mlp", "batch_size": 500, "epochs": 2}  # as QUICK: 10 steps an epoch
KINDS = {
    "adam": {},
    "sgd": {"optimizer": "sgd", "step_size": 0.01, "step_drops": [0.4], "weight_decay": 1e-4},
    "warm-up": {"warm_up": 1, "target_l0": 0.5},
    "film": {"record": True},
    "gates' own steps": {"optimizer": "sgd", "step_size": 0.01, "gate_step_size": 0.01},
}


def begin_and_stop(path, options, after, in_epoch=1):
    """Train so many steps of an epoch, saved after each; then an interruption."""
    epochs = itertools.count(1)

    def stopping(batches):
        epoch = next(epochs)
        for number, batch in enumerate(batches, start=1):
            if (epoch, number) == (in_epoch, after + 1):
                raise KeyboardInterrupt
            yield batch

    folder, request = RunFolder(path), resolve(options)
    with folder.claimed():
        folder.begin(request.progress)
        with pytest.raises(KeyboardInterrupt):
            list(train_in(folder, request, stopping, keep_every=0))


def finished(path, options):
    """The run without an interruption."""
    folder, request = RunFolder(path), resolve(options)
    with folder.claimed():
        folder.begin(request.progress)
        return list(train_in(folder, request))[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_goes_on_inside_its_first_epoch(tmp_path, kind):
    options = {**OPTIONS, **KINDS[kind]}
    begin_and_stop(tmp_path / "run", options, after=7)
    assert RunFolder(tmp_path / "run").load().steps_done() == (0, 7)
    assert main(["train", "mlp", "--out", str(tmp_path / "run"), "--resume"]) == 0
    finished(tmp_path / "whole", options)
    tables, whole = (load_tables(tmp_path / name / "checkpoint.npz")[0] for name in ("run", "whole"))
    np.testing.assert_equal(tables, whole)
    losses = [[line["train_loss"] for line in records(tmp_path / name)] for name in ("run", "whole")]
    assert losses[0] == losses[1]


def test_a_run_in_its_first_epoch_says_so_to_who_wants_its_result(tmp_path, capsys):
    begin_and_stop(tmp_path / "run", OPTIONS, after=3)
    assert "first epoch" in one_line_error(capsys, ["compact", str(tmp_path / "run")])


def test_options_may_not_change_inside_the_first_epoch_either(tmp_path, capsys):
    begin_and_stop(tmp_path / "run", OPTIONS, after=3)
    resumed = ["train", "mlp", "--out", str(tmp_path / "run"), "--resume"]
    assert "with --lam 0.1" in one_line_error(capsys, [*resumed, "--lam", "0.2"])
    assert "with --seed 0" in one_line_error(capsys, [*resumed, "--seed", "1"])


def test_no_fewer_epochs_than_were_begun(tmp_path, capsys):
    folder = tmp_path / "run"
    assert main([*QUICK, "--out", str(folder)]) == 0
    begun = {**OPTIONS, "epochs": 3}
    request = resolve(begun, folder, resume=True)
    state = request.progress.state

    def stopping(batches):
        yield next(batches)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(train_in(RunFolder(folder), request, stopping, keep_every=0))
    assert RunFolder(folder).load().steps_done() == (2, 1)
    message = one_line_error(capsys, ["train", "mlp", "--epochs", "2", "--out", str(folder), "--resume"])
    assert "--epochs 2: the run has begun its epoch 3" in message
    assert state.part is None


def damaged(change):
    def write(path):
        tables, meta = load_tables(path)
        change(tables, meta)
        save_tables(path, tables, meta)

    return write


DAMAGES = {
    "no generator": damaged(lambda tables, meta: meta["part"].update(generator={"bit_generator": "PCG64"})),
    "another generator": damaged(lambda tables, meta: meta["part"]["generator"].update(bit_generator="X")),
    "a loss is not finite": damaged(lambda tables, meta: meta["part"]["losses"][1].update(data=float("nan"))),
    "a loss is missing": damaged(lambda tables, meta: meta["part"]["losses"].pop()),
    "no losses": damaged(lambda tables, meta: meta["part"].update(losses=[])),
    "no time": damaged(lambda tables, meta: meta["part"].update(seconds=None)),
    "no sums": damaged(lambda tables, meta: tables.pop("part")),
    "a rule is missing": damaged(lambda tables, meta: tables["part"].pop("average")),
    "a sum is missing": damaged(lambda tables, meta: tables["part"]["optimizer"].pop("g_sum")),
    "a sum of another shape": damaged(
        lambda tables, meta: tables["part"]["average"]["p_sum"]["fc1"].update(W=np.zeros(3, np.float32))
    ),
    "another count": damaged(lambda tables, meta: tables["part"]["average"].update(t=np.array(9))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_refused(tmp_path, capsys, damage):
    begin_and_stop(tmp_path / "run", OPTIONS, after=3)
    DAMAGES[damage](tmp_path / "run" / "checkpoint.npz")
    message = one_line_error(capsys, ["train", "mlp", "--out", str(tmp_path / "run"), "--resume"])
    assert "checkpoint.npz" in message
    assert "restore a copy" in message or "is of another network" in message


def test_a_run_that_was_saved_inside_a_later_epoch_can_be_loaded(tmp_path):
    begin_and_stop(tmp_path / "run", OPTIONS, after=9, in_epoch=2)
    run = load_run(tmp_path / "run")
    assert len(run.records) == 1
    assert RunFolder(tmp_path / "run").load().steps_done() == (1, 9)


def test_a_run_that_was_saved_inside_an_epoch_is_what_its_record_tells_of(tmp_path):
    begin_and_stop(tmp_path / "run", OPTIONS, after=9, in_epoch=2)
    assert main([*QUICK, "--epochs", "1", "--out", str(tmp_path / "one")]) == 0
    expected = load_run(tmp_path / "one").params
    np.testing.assert_equal(load_run(tmp_path / "run").params, expected)

    def stopping(batches):  # once more, in the epoch that it went on with
        yield next(batches)
        raise KeyboardInterrupt

    request = resolve({"network": "mlp", "epochs": 3}, tmp_path / "run", resume=True)
    with pytest.raises(KeyboardInterrupt):
        list(train_in(RunFolder(tmp_path / "run"), request, stopping, keep_every=0))
    assert RunFolder(tmp_path / "run").load().steps_done() == (1, 10)
    np.testing.assert_equal(load_run(tmp_path / "run").params, expected)


def test_a_kill_between_the_record_and_the_checkpoint_costs_nothing(tmp_path):
    begin_and_stop(tmp_path / "run", OPTIONS, after=7)
    line = json.dumps({"epoch": 1, "test_error": 0.0})  # of an epoch that the checkpoint lacks
    RunFolder(tmp_path / "run").metrics_file.write_text(line + "\n")
    assert main(["train", "mlp", "--out", str(tmp_path / "run"), "--resume"]) == 0
    whole = finished(tmp_path / "whole", OPTIONS)
    errors = [record["test_error"] for record in whole.records]
    assert [line["test_error"] for line in records(tmp_path / "run")] == errors


def test_another_number_of_epochs_inside_an_epoch_gives_the_run_of_that_number(tmp_path):
    begin_and_stop(tmp_path / "run", OPTIONS, after=4)
    assert main(["train", "mlp", "--epochs", "3", "--out", str(tmp_path / "run"), "--resume"]) == 0
    finished(tmp_path / "whole", {**OPTIONS, "epochs": 3})
    tables, whole = (load_tables(tmp_path / name / "checkpoint.npz")[0] for name in ("run", "whole"))
    np.testing.assert_equal(tables, whole)


@pytest.mark.parametrize(("after", "is_past"), [(4, False), (5, True)])
def test_a_drop_may_move_until_a_step_was_smaller(tmp_path, capsys, after, is_past):
    begin_and_stop(tmp_path / "run", {**OPTIONS, "step_drops": [0.2]}, after)  # it drops after 4 of 20 steps
    longer = ["train", "mlp", "--epochs", "3", "--out", str(tmp_path / "run"), "--resume"]
    if is_past:
        assert "would move a drop that is past" in one_line_error(capsys, longer)
    else:
        assert main(longer) == 0


def test_a_ramp_may_move_in_the_warm_up(tmp_path, capsys):
    options, longer = {**OPTIONS, **KINDS["warm-up"]}, ["train", "mlp", "--epochs", "3", "--resume", "--out"]
    begin_and_stop(tmp_path / "resting", options, after=4)
    assert main([*longer, str(tmp_path / "resting")]) == 0
    begin_and_stop(tmp_path / "pursued", options, after=1, in_epoch=2)
    assert "the target's ramp" in one_line_error(capsys, [*longer, str(tmp_path / "pursued")])


def test_a_film_waits_for_the_first_epoch(tmp_path, capsys):
    begin_and_stop(tmp_path / "run", {**OPTIONS, "record": True}, after=3)
    assert "still in its first epoch" in one_line_error(capsys, ["film", str(tmp_path / "run")])


def test_the_end_of_an_epoch_counts_as_a_writing(tmp_path, monkeypatch):
    restarts = []
    monkeypatch.setattr(Checkpointer, "restart", lambda checkpointer: restarts.append(checkpointer))
    finished(tmp_path / "run", OPTIONS)
    assert len(restarts) == 2
