import json
from copy import deepcopy

import pytest
from bench_fakes import FakeWorker, fake_record
from command_line import one_line_error

from l0edu.bench import processes
from l0edu.bench.cases import Case, Job
from l0edu.bench.record import write_record
from l0edu.cli import bench, main


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "PAUSE", 0)


@pytest.fixture
def fake(monkeypatch):
    """Workers that measure nothing, and torch there."""
    monkeypatch.setattr(bench, "Pool", lambda threads: processes.Pool(threads, FakeWorker))
    monkeypatch.setattr(bench, "torch_is_installed", lambda: True)


def test_a_quick_run_of_one_case_from_end_to_end(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "torch_is_installed", lambda: False)
    arguments = [
        "--quick",
        "--cases",
        "step/mlp/initial,ops/affine/MLP fc2",
        "--rounds",
        "1",
        "--threads",
        "1",
    ]
    assert main(["bench", *arguments]) == 0
    printed = capsys.readouterr().out
    assert 'pip install "l0edu[torch]"' in printed
    assert "QUICK" in printed
    assert "mlp/initial" in printed
    assert "no record to compare with" in printed
    record = json.loads((tmp_path / "bench.json").read_text())
    assert record["quick"]
    assert record["cases"]["step/mlp/initial"]["ratios"] == {}
    assert record["libraries"]["ours"]["blas"]["threads"] in (1, "unknown")


@pytest.mark.torch
def test_a_quick_run_beside_torch(capsys, tmp_path):
    pytest.importorskip("torch")
    arguments = ["--quick", "--cases", "step/mlp/266-88-33", "--rounds", "1", "--threads", "1"]
    assert main(["bench", *arguments, "--out", "b.json"]) == 0
    record = json.loads((tmp_path / "b.json").read_text())
    assert record["libraries"]["torch"]["threads"] == 1
    assert len(record["cases"]["step/mlp/266-88-33"]["ratios"]["ours/torch"]["rounds"]) == 1
    assert (tmp_path / "b.png").stat().st_size > 5000
    assert "written: b.json, b.png" in capsys.readouterr().out


def halved(record):
    """A record in which everything was twice as fast beside torch."""
    record = deepcopy(record)
    for case in record["cases"].values():
        for numbers in case["ratios"].values():
            numbers["median"] /= 2
    return record


def test_a_regression_is_flagged_and_ends_with_1(fake, capsys, tmp_path):
    write_record(halved(fake_record()), tmp_path / "old.json")
    assert main(["bench", "--cases", "step", "--threads", "2", "--against", "old.json"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("REGRESSION: ours/torch was 0.25") == 14
    assert "14 REGRESSIONS beyond noise" in printed


def test_one_regression_is_one(fake, capsys, tmp_path):
    write_record(halved(fake_record()), tmp_path / "old.json")
    assert main(["bench", "--cases", "step/mlp/initial", "--threads", "2", "--against", "old.json"]) == 1
    assert "\n1 REGRESSION beyond noise" in capsys.readouterr().out


def test_a_record_that_cannot_be_written_after_all_has_been_printed(fake, monkeypatch, capsys, tmp_path):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert main(["bench", "--cases", "memory"]) == 2
    said = capsys.readouterr()
    assert "no record to compare with" in said.out
    assert "No space left on device" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_written_when_nobody_reads_the_table(fake, monkeypatch, tmp_path):
    def gone(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr(bench, "print", gone, raising=False)
    assert main(["bench", "--cases", "memory"]) == 0
    assert list(json.loads((tmp_path / "bench.json").read_text())["cases"]) == ["memory/lenet5"]


def test_a_folder_in_the_place_of_the_record_is_refused(fake, monkeypatch, capsys, tmp_path):
    (tmp_path / "bench.json").mkdir()
    monkeypatch.setattr(bench, "Pool", None)
    assert "--out bench.json is a folder" in one_line_error(capsys, ["bench"])
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]


def test_the_committed_record_is_compared_with_if_it_is_there(fake, capsys, tmp_path):
    (tmp_path / "benchmarks").mkdir()
    write_record(fake_record(), tmp_path / "benchmarks" / "record.json")
    assert main(["bench", "--cases", "step", "--threads", "2"]) == 0
    assert "no regression beyond noise, against the record of" in capsys.readouterr().out


def test_a_quick_run_is_compared_with_nothing(fake, capsys, tmp_path):
    write_record(halved(fake_record()), tmp_path / "old.json")
    assert main(["bench", "--cases", "step", "--quick", "--against", "old.json"]) == 0
    assert "not compared with the record of" in capsys.readouterr().out


def test_without_anything_to_draw_only_the_record_is_written(fake, capsys, tmp_path):
    assert main(["bench", "--cases", "memory"]) == 0
    assert "written: bench.json\n" in capsys.readouterr().out
    assert not (tmp_path / "bench.png").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cases", "steps"], "no case is called 'steps': choose from step, training"),
        (["--cases", ","], "--cases ',' names no case: choose from step, training"),
        (["--cases", ""], "--cases '' names no case"),
        (["--rounds", "0"], "--rounds 0: it must be at least 1"),
        (["--threads", "-1"], "--threads -1: it must be at least 1"),
        (["--out", "bench.txt"], "--out bench.txt: give a name that ends in .json"),
        (["--out", "nowhere/bench.json"], "there is no such folder"),
        (["--out", "b" * 250 + ".json"], "name a file that can be written"),
        (["--against", "nothing.json"], "nothing.json: No such file"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_measured(
    fake, monkeypatch, capsys, arguments, message
):
    monkeypatch.setattr(bench, "Pool", None)
    assert message in one_line_error(capsys, ["bench", *arguments])


def test_an_error_in_a_worker_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(bench, "torch_is_installed", lambda: False)
    monkeypatch.setattr(bench, "all_cases", lambda quick: [Case("step/a", {"ours": Job("ours", "dance")})])
    assert "step/a, worker 'ours': ended with status 1" in one_line_error(capsys, ["bench"])


def test_an_interruption_ends_the_workers(fake, monkeypatch, capsys):
    workers = []

    class Interrupted(FakeWorker):
        def ask(self, request):
            workers.append(self)
            if request["task"] == "step":
                raise KeyboardInterrupt
            return super().ask(request)

    monkeypatch.setattr(bench, "Pool", lambda threads: processes.Pool(threads, Interrupted))
    assert main(["bench", "--cases", "step"]) == 130
    assert {worker.side: worker.closed for worker in workers} == {"ours": True, "torch": True}
