import json
import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
from command_line import one_line_error
from needs import need_package
from sweeping import as_arguments, lines, quick, results, times, wait_until, write_digits

from l0edu.cli import main
from l0edu.errors import InputError
from l0edu.locking import lock_folder
from l0edu.sweep.seeds import spawn_seeds


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    return write_digits(tmp_path_factory.mktemp("digits"))


@pytest.fixture
def no_curves(monkeypatch):
    monkeypatch.setattr("l0edu.figures.save_curves", lambda *_: None)


def sweep(digits, folder, *arguments, **options):
    """The words of a sweep over lambda."""
    asked = as_arguments(quick(digits, **options))
    return ["sweep", "train", *asked, "--lam", "0.1:10:log:2", *arguments, "--out", str(folder)]


@pytest.mark.usefixtures("no_curves")
def test_a_sweep_trains_every_point_with_every_seed_and_says_what_is_next(digits, tmp_path, capsys):
    folder = tmp_path / "sweep"
    assert main(sweep(digits, folder, "--seeds", "2", "--seed", "5")) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"2 points x 2 seeds = 4 runs, in {folder}\n")
    assert printed.endswith(f"4 done\ncompare the runs: l0edu runs {folder}\n")
    configs = {
        run.name: json.loads((run / "config.json").read_text()) for run in folder.iterdir() if run.is_dir()
    }
    assert {name: config["lam"] for name, config in configs.items()} == {
        f"lam{lam:g}-seed{seed}": [lam] for lam in (0.1, 10) for seed in range(2)
    }
    assert [configs[f"lam10-seed{number}"]["seed"] for number in range(2)] == spawn_seeds(5, 2)


@pytest.mark.usefixtures("no_curves")
def test_a_run_can_be_repeated_by_hand(digits, tmp_path):
    main(sweep(digits, tmp_path / "sweep"))
    seed = ["--seed", str(spawn_seeds(0, 1)[0])]
    by_hand = ["train", *as_arguments(quick(digits, lam=10)), *seed, "--out", str(tmp_path / "hand" / "run")]
    assert main(by_hand) == 0
    assert results(tmp_path / "hand")["run"] == results(tmp_path / "sweep")["lam10-seed0"]


@pytest.mark.usefixtures("no_curves")
def test_going_on_needs_nothing_but_the_folder_and_trains_nothing_twice(digits, tmp_path, capsys):
    folder = tmp_path / "sweep"
    main(sweep(digits, folder))
    before = results(folder), times(folder)
    capsys.readouterr()
    assert main(["sweep", "--out", str(folder), "--resume"]) == 0
    assert main([*sweep(digits, folder), "--resume"]) == 0
    assert capsys.readouterr().out.count("2 done before") == 2
    assert (results(folder), times(folder)) == before


@pytest.mark.usefixtures("no_curves")
def test_a_failed_run_is_reported_and_the_rest_is_done(digits, tmp_path, capsys):
    folder = tmp_path / "sweep"
    (folder / "lam0.1-seed0").mkdir(parents=True)
    with lock_folder(folder / "lam0.1-seed0"):
        assert main(sweep(digits, folder)) == 1
    printed = capsys.readouterr().out
    assert "1 done, 1 failed\nlam0.1-seed0  another process is training in" in printed
    advice = re.search(r"go on with: l0edu (.*)", printed).group(1)
    assert main(shlex.split(advice)) == 0
    assert capsys.readouterr().out.count("1 done, 1 done before") == 1


@pytest.mark.usefixtures("no_curves")
def test_what_the_library_warns_of_is_said_with_the_runs_name(digits, tmp_path, capsys):
    main(sweep(digits, tmp_path / "sweep", epochs=7, step_size="1e-9"))
    said = capsys.readouterr().err
    assert "warning: lam0.1-seed0: epoch 6: no gate has moved for 5 epochs" in said
    assert (tmp_path / "sweep" / "lam10-seed0" / "warnings.txt").read_text().startswith("epoch 6: no gate")


@contextmanager
def started(command):
    """A sweep in a process group of its own, which hears interruptions."""
    process = subprocess.Popen(
        [sys.executable, "-m", "l0edu", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):  # whatever a test that failed has left
                os.killpg(process.pid, signal.SIGKILL)


def is_locked(folder):
    try:
        with lock_folder(folder):
            return False
    except InputError:
        return True


@pytest.mark.usefixtures("no_curves")
def test_a_killed_sweep_goes_on_and_nothing_runs_twice(digits, tmp_path):
    need_package("joblib")
    asked = ["--seeds", "8", "--jobs", "2"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    with started(sweep(digits, killed, *asked, epochs=4)) as process:
        wait_until(lambda: len(times(killed)) >= 3)
        os.killpg(process.pid, signal.SIGKILL)
    before = times(killed)
    begun = {run.name: lines(run)[:-1] for run in killed.glob("*/") if (run / "metrics.jsonl").exists()}
    assert 3 <= len(before) < 16
    assert main(["sweep", "--out", str(killed), "--resume"]) == 0
    after = times(killed)
    assert {name: after[name] for name in before} == before
    assert {name: lines(killed / name)[: len(done)] for name, done in begun.items()} == begun
    assert main(sweep(digits, whole, "--seeds", "8", epochs=4)) == 0
    assert results(killed) == results(whole)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_ends_all_processes_and_says_how_to_go_on(digits, tmp_path, sent, jobs):
    need_package("joblib")
    folder = tmp_path / "my sweep"
    with started(sweep(digits, folder, "--jobs", str(jobs), epochs=5000)) as process:
        wait_until(lambda: len(list(folder.glob("*/checkpoint.npz"))) == jobs)
        process.send_signal(sent)
        errors = process.communicate(timeout=120)[1]  # which ends when the workers have ended, too
    assert process.returncode == 130
    assert f"go on with: l0edu sweep '--out={folder}' --resume" in errors
    assert "Traceback" not in errors
    with lock_folder(folder / "lam0.1-seed0"):
        assert 1 <= len(lines(folder / "lam0.1-seed0")) < 5000


def test_runs_end_when_the_sweeping_process_alone_is_killed(digits, tmp_path):
    need_package("joblib")
    run = tmp_path / "sweep" / "lam0.1-seed0"
    with started(sweep(digits, run.parent, "--jobs", "2", epochs=5000)) as process:
        wait_until(lambda: len(list(tmp_path.glob("sweep/*/checkpoint.npz"))) == 2)
        process.kill()
        process.communicate(timeout=120)  # ends when the workers have ended, too
    assert not is_locked(run)
    assert len(lines(run)) < 5000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what to train, as in: l0edu sweep train mlp"),
        (
            ["--jobs", "2", "--resume", "--seeds", "3"],
            "--seeds is that of the sweep to go on with: leave it out",
        ),
        (["verify"], "verify cannot be swept"),
        (["--resume"], "--resume needs --out"),
        (["train"], "network"),
        (["train", "resnet", "--lam", "1,2"], "resnet"),
        (["train", "mlp", "--lam", "0:1:log:3"], "both ends of a log grid must be positive"),
        (["train", "mlp", "--lam", "0.1,-1"], "lam-1: lambda = -1"),
        (["train", "mlp", "--lam", "1,2", "3"], "lam1_3: 2 lambdas for 3 gated layers"),
        (["train", "mlp", "--epochs", "1,2.5"], "'2.5' is no whole number"),
        (["train", "mlp", "--epochs", "3,0"], "epochs0: epochs = 0"),
        (["train", "mlp", "--validation", "0.1,1.5"], "validation1.5: "),
        (["train", "mlp", "--data-dir", "nowhere", "--data", "mnist"], "nowhere"),
        (["train", "mlp", "--nonsense", "1,2"], "--nonsense"),
        (["train", "mlp", "--see", "3"], "ambiguous option: --see"),
        (["train", "mlp", "--out", "x", "--res"], "takes no --res: write its options in full"),
        (["train", "mlp", "--epo", "1,2"], "takes no --epo: write its options in full"),
        (["train", "mlp", "--lam", "1,2", "--lam=3"], "--lam is given twice: give it once"),
        (["train", "mlp", "--target-l0", "0.1,1.5"], "target-l0_1.5: a target of 1.5"),
        (["train", "mlp", "--target-l0", "0.1,0.2", "--lam", "0,0.1"], "--lam and a target: give one"),
        (
            ["train", "mlp", "--target-l0", "0.1,0.2", "--target-flops", "0.3"],
            "--target-flops: not allowed with",
        ),
        (["train", "mlp-dense", "--target-l0", "0.1,0.2"], "mlp-dense has no gates that learn"),
        (["train", "mlp", "--seed", "1,2"], "--seed"),
        (["train", "mlp", "--seeds", "0"], "--seeds 0: it must be at least 1"),
        (["train", "mlp", "--jobs", "0"], "--jobs 0: it must be at least 1"),
        (["train", "mlp", "--out", ""], "--out is empty"),
        (["train", "mlp", "--backend", "dask"], "--backend dask needs --address"),
        (
            ["train", "mlp", "--lam", "0:1:lin:200", "--seeds", "100"],
            "20,000 runs: a sweep takes up to 10,000",
        ),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_folder(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert words in one_line_error(capsys, ["sweep", *arguments])
    assert list(tmp_path.iterdir()) == []
