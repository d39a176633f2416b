"""What does training show on a GPU that it cannot show elsewhere? Equal runs, and what memory does."""

import json

import pytest
from command_line import one_line_error
from gpu_devices import need_device
from needs import need_package

from l0edu.bench import devices, on_device
from l0edu.cli import main
from l0edu.gpu import register
from l0edu.gpu.availability import in_one_line

MIB = 2**20
TRAIN = ["train", "lenet5", "--device", "gpu", "--epochs", "1"]


@pytest.fixture
def cupy():
    need_device("gpu")
    return register("gpu")


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("network", ["mlp", "lenet5", "wrn-10-1"])
def test_whether_two_runs_are_equal_to_the_bit_is_noted(device, network, repeatable, record_property):
    answer = on_device.repeat(network, 20, device, repeatable)(3)
    share, largest = answer["value"], answer["notes"]["largest difference"]
    said = (
        "equal to the bit"
        if share == 0
        else f"{share:.3g} % of the parameters differ, by {largest:.2g} at most"
    )
    noise = "host" if repeatable else "device"
    record_property(f"two runs of {network}, noise from the {noise}, {device}", said)
    assert largest < 3 * 2.1e-3  # Adam's steps are .001; two runs go apart by two of them a step at most
    assert share == 0 or device == "gpu"


@pytest.mark.gpu
def test_a_device_says_what_it_is(cupy, record_property):
    facts = devices.device_facts("gpu")
    for fact, value in facts.items():
        record_property(fact, value)
    assert facts["CuPy"] == cupy.__version__
    assert facts["memory GiB"] > 1


@pytest.mark.gpu
def test_the_pool_does_not_grow_with_the_steps(cupy, record_property):
    answer = on_device.memory("lenet5", 100, "gpu")(300)
    grown = answer["value"] - answer["notes"]["after 30 steps"]
    record_property("the pool grew from step 30 to step 300 of LeNet-5 by", f"{grown:.1f} MiB")
    assert grown < 16


@pytest.mark.gpu
def test_a_clock_stops_when_the_device_is_done(cupy):
    a = cupy.ones((4096, 4096), cupy.float32)
    watch = devices.Stopwatch(lambda: devices.synchronize("gpu"))
    for _ in watch(range(51)):
        a @ a
    assert watch.seconds > 50 * 2 * 4096**3 / 1e15  # no GPU does a petaflop a second in float32


@pytest.mark.gpu
def test_memory_that_runs_out_is_one_line(cupy):
    with pytest.raises(MemoryError) as caught:
        cupy.empty(2**47, cupy.float64)
    assert in_one_line(caught.value).startswith("the GPU's memory is full")


@pytest.mark.gpu
def test_training_that_needs_too_much_memory_ends_in_one_line(cupy, capsys, tmp_path):
    pool = cupy.get_default_memory_pool()
    pool.free_all_blocks()
    pool.set_limit(size=pool.total_bytes() + 64 * MIB)
    try:
        error = one_line_error(capsys, [*TRAIN, "--batch-size", "5000", "--out", str(tmp_path / "run")])
    finally:
        pool.set_limit(size=0)
    assert "memory is full" in error


@pytest.mark.gpu
def test_the_command_trains_on_the_gpu_and_goes_on_on_the_cpu(cupy, tmp_path):
    need_package("matplotlib")
    run = str(tmp_path / "run")
    assert main([*TRAIN, "--out", run]) == 0
    assert main(["train", "lenet5", "--epochs", "2", "--out", run, "--resume"]) == 0
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    losses = [json.loads(line)["train_loss"] for line in lines]
    assert len(losses) == 2
    assert losses[1] < losses[0]


@pytest.mark.gpu
def test_the_benchmark_runs_one_quick_case(cupy, tmp_path):
    out = tmp_path / "b.json"
    quick = ["--quick", "--rounds", "1", "--threads", "1", "--cases", "step/mlp/100"]
    assert main(["bench", "--device", "gpu", *quick, "--out", str(out)]) == 0
    record = json.loads(out.read_text())
    assert record["device"]["kind"] == "gpu"
    assert record["cases"]["step/mlp/100"]["values"]["ours"]["median"] > 0
