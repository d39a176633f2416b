import json
import time

import pytest
from bench_fakes import FakeWorker
from command_line import one_line_error

from l0edu import InputError
from l0edu.bench import processes
from l0edu.bench.comparison import why_incomparable
from l0edu.bench.device_cases import device_cases
from l0edu.bench.device_run import NO_TIME, measure_on
from l0edu.bench.record import Conditions
from l0edu.bench.report import format_record
from l0edu.bench.rounds import Effort
from l0edu.cli import bench, main

CASES = device_cases("gpu")


STARTED = []


class DeviceWorker(FakeWorker):
    """A fake worker that was started for a device."""

    def __init__(self, side, threads, variables):
        super().__init__(side, threads)
        self.variables = variables
        STARTED.append(self)

    def ask(self, request):
        answer = super().ask(request)
        if request["task"] == "device_environment" and self.side == "ours":
            answer["notes"] = {"l0edu": "0.1.0", "device": {"kind": "gpu", "name": "Imagined GPU"}}
        return answer


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "PAUSE", 0)
    STARTED.clear()


def measured(cases=CASES, minutes=1.0, start=DeviceWorker):
    conditions = Conditions(False, 1, Effort(rounds=2))
    return measure_on("gpu", cases, conditions, minutes, start=start)


def test_everything_is_measured_and_the_device_is_named():
    record = measured()
    assert list(record["cases"]) == [case.name for case in CASES]
    assert record["missing"] == {}
    assert record["device"] == {"kind": "gpu", "name": "Imagined GPU"}
    assert list(record["libraries"]) == ["ours", "torch", "ours with TF32", "torch with TF32"]


def test_workers_of_the_two_halves_are_others_and_know_which_they_are_in():
    measured()
    said = {
        (worker.variables["CUPY_TF32"], request["arguments"].get("tf32", False))
        for worker in STARTED
        for request in worker.requests
    }
    assert said == {("0", False), ("1", True)}
    assert all(worker.closed for worker in STARTED)


def test_a_case_that_fails_is_named_and_does_not_cost_the_others():
    class Full(DeviceWorker):
        def ask(self, request):
            if "wrn-28-10" in request["case"]:
                raise InputError("the GPU's memory is full")
            return super().ask(request)

    record = measured(start=Full)
    assert list(record["missing"]) == ["step/wrn-28-10/128", "step/wrn-28-10/128/TF32"]
    assert record["missing"]["step/wrn-28-10/128"] == "the GPU's memory is full"
    assert len(record["cases"]) == len(CASES) - 2


def test_a_worker_that_failed_is_asked_nothing_more():
    class Spoiled(DeviceWorker):
        spoiled = False

        def ask(self, request):
            assert not self.spoiled
            self.spoiled = "lenet5/1024" in request["case"]
            if self.spoiled:
                raise InputError("CUDARuntimeError: an illegal access")
            return super().ask(request)

    assert list(measured(start=Spoiled)["missing"]) == ["step/lenet5/1024", "step/lenet5/1024/TF32"]


def test_without_time_nothing_is_begun():
    record = measured(minutes=0)
    assert record["missing"] == dict.fromkeys((case.name for case in CASES), NO_TIME)
    assert STARTED == []


def test_what_there_is_no_time_for_is_named(monkeypatch):
    clock = iter(range(10_000))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    record = measured(minutes=0.1)  # six looks at this clock
    assert list(record["cases"]) == [case.name for case in CASES[:4]]
    assert set(record["missing"].values()) == {NO_TIME}


def test_an_interruption_keeps_what_was_measured():
    class Interrupted(DeviceWorker):
        def ask(self, request):
            if "memory" in request["case"]:
                raise KeyboardInterrupt
            return super().ask(request)

    record = measured(start=Interrupted)
    assert list(record["cases"]) == [case.name for case in CASES[:5]]
    assert len(record["missing"]) == len(CASES) - 5


def test_a_torch_without_a_gpu_leaves_this_library_alone():
    class Blind(DeviceWorker):
        def ask(self, request):
            if self.side == "torch":
                raise InputError("torch 2.13.0 sees no GPU")
            return super().ask(request)

    record = measured(start=Blind)
    assert record["missing"] == {"torch": "torch 2.13.0 sees no GPU"}
    assert {label for case in record["cases"].values() for label in case["values"]} == {"ours"}


def test_a_device_that_does_not_answer_in_the_second_half_keeps_the_first():
    class Gone(DeviceWorker):
        def ask(self, request):
            if self.variables["CUPY_TF32"] == "1":
                raise InputError("the device is lost")
            return super().ask(request)

    record = measured(start=Gone)
    with_tf32 = [case.name for case in CASES if case.name.endswith("/TF32")]
    assert record["missing"] == dict.fromkeys(with_tf32, "the device is lost")
    assert len(record["cases"]) == len(CASES) - len(with_tf32)


def test_a_device_that_never_answers_is_an_error():
    class Absent(DeviceWorker):
        def ask(self, request):
            raise InputError("the device is lost")

    with pytest.raises(InputError, match="the device is lost"):
        measured(start=Absent)


def test_the_table_says_what_is_missing_and_what_the_groups_mean():
    text = format_record(measured(minutes=0) | {"cases": measured(CASES[:1])["cases"]})
    assert "step: a training step, gates as initialised" in text
    assert f"step/wrn-28-10/128: {NO_TIME}" in text


def test_records_of_a_device_are_not_compared_with_those_of_another():
    record = measured(CASES[:1])
    other = {**record, "device": {"name": "Another"}}
    assert why_incomparable(record, record) is None
    assert why_incomparable(record, other) == "the record is of Another, this run of Imagined GPU"
    on_cpu = {name: value for name, value in record.items() if name != "device"}
    assert "the record is of the CPU" in why_incomparable(record, on_cpu)


# ---- the command


@pytest.fixture
def _a_gpu(monkeypatch):
    """As if there were one, and workers that measure nothing."""

    def measure(device, cases, conditions, minutes, track):
        return measure_on(device, cases, conditions, minutes, track, start=DeviceWorker)

    monkeypatch.setattr(bench, "module_of", lambda device: None)
    monkeypatch.setattr(bench, "measure_on", measure)
    monkeypatch.setattr(bench, "torch_is_installed", lambda: True)


@pytest.mark.usefixtures("_a_gpu")
def test_the_command_writes_a_record_and_no_picture(capsys, tmp_path):
    assert main(["bench", "--device", "gpu", "--rounds", "2", "--threads", "1"]) == 0
    assert json.loads((tmp_path / "bench.json").read_text())["device"]["name"] == "Imagined GPU"
    assert [path.name for path in tmp_path.iterdir()] == ["bench.json"]
    assert "no record to compare with" in capsys.readouterr().out


@pytest.mark.usefixtures("_a_gpu")
def test_a_missing_case_ends_the_command_with_1():
    assert main(["bench", "--device", "gpu", "--minutes", "1e-9"]) == 1


def test_without_a_gpu_one_line_says_what_is_missing(monkeypatch, capsys):
    def nothing(device):
        raise InputError("CuPy is not installed: install it")

    monkeypatch.setattr(bench, "module_of", nothing)
    assert (
        one_line_error(capsys, ["bench", "--device", "gpu"]) == "l0edu: CuPy is not installed: install it\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--minutes", "0"], "--minutes 0.0: it must be positive"),
        (
            ["--device", "stand-in", "--cases", "ops"],
            "no case is called 'ops': choose from step, memory, rep",
        ),
        (["--device", "tpu"], "invalid choice: 'tpu'"),
    ],
)
def test_what_cannot_be_done_is_refused(capsys, arguments, message):
    assert message in one_line_error(capsys, ["bench", *arguments])


def test_the_stand_in_shows_that_the_command_runs_and_writes_nothing(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "torch_is_installed", lambda: False)
    arguments = ["--quick", "--rounds", "1", "--threads", "1", "--cases", "step/mlp,precision/mlp"]
    assert main(["bench", "--device", "stand-in", *arguments]) == 0
    said = capsys.readouterr().out
    assert "these times mean nothing, and no record is written" in said
    assert "mlp/10/TF32" in said
    assert list(tmp_path.iterdir()) == []
