import json
from pathlib import Path

import pytest

from l0edu.bench.cases import select_cases
from l0edu.bench.device_cases import AIMS, DEVICE_GROUPS, ON_ACTIVATIONS, device_cases, uses_tf32
from l0edu.bench.on_device import DEVICE_TASKS

devices = pytest.mark.parametrize("device", ["gpu", "stand-in"])


@devices
def test_names_are_distinct_and_every_group_has_cases(device):
    names = [case.name for case in device_cases(device)]
    assert len(set(names)) == len(names)
    assert list(dict.fromkeys(case.group for case in device_cases(device))) == list(DEVICE_GROUPS)


@devices
def test_every_job_names_the_device_and_a_task(device):
    jobs = [job for case in device_cases(device) for job in case.jobs.values()]
    assert {job.arguments["device"] for job in jobs} == {device}
    assert {job.task for job in jobs} == set(DEVICE_TASKS) - {"device_environment"}


def test_networks_and_batches_are_those_of_the_aim_each_with_and_without_tf32():
    steps = [case.name for case in device_cases("gpu") if case.group == "step"]
    assert set(AIMS) < set(steps)
    assert [name for name in steps if name.endswith("/TF32")] == [f"{name}/TF32" for name in steps[:5]]
    assert {name.split("/")[1:3][1] for name in steps} == {"100", "1024", "128"}


@devices
def test_whether_a_case_uses_tf32_is_in_its_jobs_and_comes_last(device):
    cases = device_cases(device)
    assert [uses_tf32(case) for case in cases] == sorted(uses_tf32(case) for case in cases)
    for case in cases:
        assert {job.arguments.get("tf32", False) for job in case.jobs.values()} == {uses_tf32(case)}


def test_steps_stand_beside_both_ways_to_gate_in_torch():
    step = device_cases("gpu")[0]
    assert list(step.jobs) == ["ours", ON_ACTIVATIONS, "torch"]
    assert step.jobs[ON_ACTIVATIONS].arguments == {**step.jobs["torch"].arguments, "on_activations": True}
    assert list(select_cases([step], [], torch=False)[0].jobs) == ["ours"]


@devices
def test_cases_can_be_sent_to_a_worker(device):
    for case in device_cases(device):
        for job in case.jobs.values():
            assert json.loads(json.dumps(job.arguments)) == job.arguments


def test_the_index_names_the_aim():
    index = Path(__file__).parents[2] / "docs" / "gpu-runs" / "index.md"
    assert set(AIMS.values()) == {1.5}
    assert "within 1.5 times of torch's" in " ".join(index.read_text(encoding="utf-8").split())
