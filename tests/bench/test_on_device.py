import numpy as np
import pytest

from l0edu import InputError
from l0edu.bench import on_device
from l0edu.bench.cases import select_cases
from l0edu.bench.device_cases import device_cases
from l0edu.bench.devices import Stopwatch, device_facts, noting, pool_mib, synchronize
from l0edu.bench.environment import peak_mib
from l0edu.bench.on_device import DEVICE_TASKS
from l0edu.bench.problems import digits, images, make_problem
from l0edu.bench.worker import tasks_of

CASES = device_cases("stand-in")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_task_of_ours_runs_on_the_stand_in(case):
    job = case.jobs["ours"]
    answer = DEVICE_TASKS[job.task](**job.arguments)(2)
    assert answer["value"] >= 0
    assert np.isfinite(answer["value"])


@pytest.mark.torch
@pytest.mark.parametrize("case", [case for case in CASES if "torch" in case.jobs], ids=lambda case: case.name)
def test_every_task_of_torch_runs_on_the_cpu(monkeypatch, case):
    pytest.importorskip("torch")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    for label, job in case.jobs.items():
        if label != "ours":
            assert tasks_of("torch")[job.task](**job.arguments)(2)["value"] >= 0


@pytest.mark.torch
def test_both_sides_introduce_themselves(monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    ours, theirs = (
        tasks_of(side)["device_environment"]("stand-in", tf32=True)(1)["notes"] for side in ("ours", "torch")
    )
    assert ours["device"] == device_facts("stand-in")
    assert theirs["torch"] == torch.__version__
    assert ours["TF32"] is theirs["TF32"] is torch.backends.cudnn.allow_tf32 is True
    tasks_of("torch")["device_environment"]("stand-in")
    assert torch.backends.cuda.matmul.allow_tf32 is torch.backends.cudnn.allow_tf32 is False


@pytest.mark.torch
def test_torchs_averages_in_few_launches_are_those_of_the_loop():
    torch = pytest.importorskip("torch")
    from l0edu.bench.torch_on_device import DeviceTrainer
    from l0edu.bench.torch_reference import Trainer, model_of

    averages = []
    for kind in (Trainer, DeviceTrainer):
        trainer = kind(model_of("mlp", make_problem("mlp"), on_activations=False), averaging=0.9)
        for _ in range(3):
            trainer.update_average()
        averages.append(trainer.average)
    for loop, at_once in zip(*averages, strict=True):
        torch.testing.assert_close(loop, at_once)


@pytest.mark.torch
def test_a_torch_that_sees_no_gpu_says_so():
    torch = pytest.importorskip("torch")
    from l0edu.bench import torch_on_device

    if torch.cuda.is_available():
        pytest.skip("this torch sees one")
    with pytest.raises(InputError, match="sees no GPU"):
        torch_on_device.step("mlp", 10, "gpu")


def test_tf32_has_to_be_what_the_process_was_started_with(monkeypatch):
    monkeypatch.setenv(on_device.TF32, "0")
    with pytest.raises(InputError, match="start this process with CUPY_TF32=1"):
        on_device.step("mlp", 10, "gpu", tf32=True)
    monkeypatch.setenv(on_device.TF32, "1")
    with pytest.raises(InputError, match="start this process with CUPY_TF32=0"):
        on_device.precision("mlp", 10, "gpu")


def test_a_stopwatch_waits_for_the_device_before_and_after_and_leaves_the_first_batch_out():
    said = []
    watch = Stopwatch(lambda: said.append("waited"))
    for batch in watch("abc"):
        said.append(batch)
    assert said == ["a", "waited", "b", "c", "waited"]
    assert 0 < watch.seconds < 1


def test_memory_is_noted_before_the_first_step_and_on_the_way():
    notes, held = {}, iter([3.0, 5.0, 7.0])
    assert list(noting(notes, lambda: next(held), when=2)(range(4))) == [0, 1, 2, 3]
    assert notes == {"after 0 steps": 3.0, "after 2 steps": 5.0}


def test_the_stand_in_has_the_memory_of_its_process_and_nothing_to_wait_for():
    assert pool_mib("stand-in") == pytest.approx(peak_mib(), rel=0.1)
    assert synchronize("stand-in") is None


def test_digits_are_repeated_where_they_are_too_few():
    net = make_problem("mlp").net
    data = images(net, batch=1024, steps=6)
    assert len(data) == 6144
    np.testing.assert_array_equal(data.x[5000:], digits(net)[0].x[:1144])


def test_a_gradient_in_float32_is_as_exact_as_float32():
    error = on_device.precision("lenet5", 10, "stand-in")(1)["value"]
    assert 0.01 < error < 10  # parts per million


def test_two_runs_with_noise_from_the_host_are_equal_to_the_bit_on_the_stand_in():
    answer = on_device.repeat("mlp", 10, "stand-in", repeatable=True)(5)
    assert answer == {"value": 0.0, "notes": {"largest difference": 0.0}}


def test_a_single_case_can_be_chosen():
    (case,) = select_cases(CASES, ["memory"], torch=True)
    assert case.fresh
    assert case.rounds == 1
