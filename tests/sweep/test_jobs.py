import json
import os
import sys
import warnings

import pytest
from sweeping import lines, quick, result

from l0edu.cli import main
from l0edu.errors import GateWarning
from l0edu.locking import lock_folder
from l0edu.sweep.jobs import WARNINGS_FILE, Job, run_job

pytestmark = pytest.mark.usefixtures("no_curves")


def test_a_job_leaves_what_the_train_command_leaves(digits, tmp_path, capsys):
    assert run_job(Job("job", quick(digits, lam=[0.3], seed=2**53 - 1)), tmp_path).status == "done"
    asked = ["--data", "idx", "--data-dir", str(digits), "--batch-size", "50", "--epochs", "2"]
    seed = ["--lam", "0.3", "--seed", str(2**53 - 1)]
    assert main(["train", "mlp", *asked, *seed, "--out", str(tmp_path / "hand")]) == 0
    assert result(tmp_path / "job") == result(tmp_path / "hand")
    assert {file.name for file in (tmp_path / "job").iterdir()} == {
        file.name for file in (tmp_path / "hand").iterdir()
    }


def test_a_run_that_is_done_is_not_trained_again(digits, tmp_path):
    job = Job("job", quick(digits))
    assert run_job(job, tmp_path).status == "done"
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "job").iterdir()}
    assert run_job(job, tmp_path).status == "was done"
    assert before == {file.name: file.stat().st_mtime_ns for file in (tmp_path / "job").iterdir()}


def test_a_finished_run_needs_no_checkpoint_and_no_data(digits, tmp_path):
    job = Job("job", quick(digits))
    run_job(job, tmp_path)
    (tmp_path / "job" / "checkpoint.npz").unlink()
    assert run_job(Job("job", {**job.options, "data_dir": "nowhere"}), tmp_path).status == "was done"


def test_a_run_killed_before_its_summary_is_finished_without_training(digits, tmp_path):
    job = Job("job", quick(digits))
    run_job(job, tmp_path)
    before = (tmp_path / "job" / "metrics.jsonl").read_text()
    (tmp_path / "job" / "summary.json").unlink()
    assert run_job(job, tmp_path).status == "done"
    assert (tmp_path / "job" / "metrics.jsonl").read_text() == before
    assert json.loads((tmp_path / "job" / "summary.json").read_text())["epoch"] == 2


def test_a_run_goes_on_from_its_checkpoint(digits, tmp_path):
    run_job(Job("job", quick(digits)), tmp_path)
    before = lines(tmp_path / "job")
    assert run_job(Job("job", quick(digits, epochs=3)), tmp_path).status == "done"
    assert lines(tmp_path / "job")[:2] == before
    run_job(Job("whole", quick(digits, epochs=3)), tmp_path)
    assert result(tmp_path / "job") == result(tmp_path / "whole")


def test_another_run_in_the_folder_is_refused_and_kept(digits, tmp_path):
    run_job(Job("job", quick(digits)), tmp_path)
    outcome = run_job(Job("job", quick(digits, lam=[3.0])), tmp_path)
    assert (outcome.status, "started with --lam 0.1" in outcome.message) == ("failed", True)
    assert json.loads((tmp_path / "job" / "summary.json").read_text())["config"]["lam"] == [0.1]


def test_a_damaged_summary_does_not_pass_for_a_finished_run(digits, tmp_path):
    run_job(Job("job", quick(digits)), tmp_path)
    for content in ("", "[]", '{"epoch": 2}', '{"epoch": 2, "config": 3}'):
        (tmp_path / "job" / "summary.json").write_text(content)
        assert run_job(Job("job", quick(digits)), tmp_path).status == "done"


def test_a_run_that_another_process_trains_has_failed(digits, tmp_path):
    (tmp_path / "job").mkdir()
    with lock_folder(tmp_path / "job"):
        outcome = run_job(Job("job", quick(digits)), tmp_path)
    assert (outcome.status, "another process is training" in outcome.message) == ("failed", True)


def test_any_exception_becomes_one_line(digits, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("first\nsecond")

    monkeypatch.setattr("l0edu.sweep.jobs.train_in", broken)
    outcome = run_job(Job("job", quick(digits)), tmp_path)
    assert (outcome.status, outcome.message) == ("failed", "ZeroDivisionError: first second")


def test_an_interruption_is_no_outcome(digits, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("l0edu.sweep.jobs.train_in", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_job(Job("job", quick(digits)), tmp_path)


def test_what_the_library_warns_of_stays_with_the_run(digits, tmp_path, monkeypatch):
    def warn_and_stop(*_):
        for _ in range(2):
            warnings.warn("epoch 1: all gates are closed", GateWarning, stacklevel=1)
        yield from ()

    monkeypatch.setattr("l0edu.sweep.jobs.finish", lambda *_: None)
    monkeypatch.setattr("l0edu.sweep.jobs.train_in", warn_and_stop)
    outcome = run_job(Job("job", quick(digits)), tmp_path)
    assert (outcome.status, outcome.message) == ("done", "epoch 1: all gates are closed")
    assert (tmp_path / "job" / WARNINGS_FILE).read_text() == "epoch 1: all gates are closed\n"


def test_training_ends_when_the_parent_is_gone(digits, tmp_path, monkeypatch):
    monkeypatch.setattr("l0edu.sweep.jobs.os._exit", sys.exit)
    with pytest.raises(SystemExit):
        run_job(Job("job", quick(digits)), tmp_path, parent=os.getpid())  # no process is its own parent
    assert not (tmp_path / "job" / "checkpoint.npz").exists()


def test_the_blas_has_its_old_threads_after_a_job(digits, tmp_path, monkeypatch):
    from threadpoolctl import threadpool_info, threadpool_limits

    seen = []
    monkeypatch.setattr(
        "l0edu.sweep.jobs._train", lambda *_: seen.append(threadpool_info()[0]["num_threads"])
    )
    with threadpool_limits(2):
        run_job(Job("job", quick(digits)), tmp_path)
        assert (seen, threadpool_info()[0]["num_threads"]) == ([1], 2)


def test_a_missed_target_is_said_and_said_again(digits, tmp_path):
    options = {name: value for name, value in quick(digits).items() if name != "lam"}
    job = Job("job", {**options, "target_l0": 0.1})
    first, again = (run_job(job, tmp_path) for _ in range(2))
    assert (first.status, again.status) == ("done", "was done")
    assert "target 0.1000" in first.message
    assert "missed; train for more epochs" in first.message
    assert again.message == first.message
