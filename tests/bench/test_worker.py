import io
import json
import subprocess
import sys

import pytest
from fake_cupy import CUDARuntimeError

from l0edu import InputError
from l0edu.bench.worker import serve, tasks_of


def talk(tasks, *requests):
    """The answers to requests of (case, task, arguments, count)."""
    lines = [json.dumps(dict(zip(("case", "task", "arguments", "count"), r, strict=True))) for r in requests]
    replies = io.StringIO()
    serve(lines, replies, tasks)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def counting():
    """A task that says how often it has been prepared."""
    prepared = []

    def task(x=0):
        prepared.append(x)
        return lambda count: {"value": count, "notes": {"prepared": len(prepared)}}

    return task


def test_every_request_has_its_answer_in_order():
    answers = talk({"count": counting()}, *[("case", "count", {}, n) for n in (3, 1, 2)])
    assert [answer["value"] for answer in answers] == [3, 1, 2]


def test_what_a_task_prepares_is_kept_until_the_next_case():
    order = [("a", {"x": 1}), ("a", {"x": 2}), ("a", {"x": 1}), ("b", {"x": 1}), ("a", {"x": 1})]
    answers = talk({"count": counting()}, *[(case, "count", arguments, 1) for case, arguments in order])
    assert [answer["notes"]["prepared"] for answer in answers] == [1, 2, 2, 3, 4]


def test_an_error_is_an_answer_and_the_next_request_is_served():
    def refuse():
        raise InputError("no such thing: name another")

    tasks = {"refuse": refuse, "divide": lambda: lambda count: {"value": 1 / count}}
    answers = talk(tasks, ("a", "refuse", {}, 1), ("a", "divide", {}, 2))
    assert answers == [{"error": "no such thing: name another"}, {"value": 0.5}]


class OutOfMemoryError(RuntimeError):
    """As torch's, which is no MemoryError."""


@pytest.mark.parametrize("kind", [OutOfMemoryError, CUDARuntimeError])
def test_a_gpu_that_fails_or_is_full_is_an_answer(kind):
    def fail(count):
        raise OutOfMemoryError("no room") if kind is OutOfMemoryError else kind(700, "illegal address")

    answer, other = talk(
        {"fail": lambda: fail, "count": counting()}, ("a", "fail", {}, 1), ("b", "count", {}, 2)
    )
    said = "memory is full (no room)" if kind is OutOfMemoryError else "CUDARuntimeError: illegal address"
    assert said in answer["error"]
    assert other["value"] == 2


def test_a_bug_ends_the_worker():
    with pytest.raises(ZeroDivisionError):
        talk({"divide": lambda: lambda count: {"value": 1 / count}}, ("a", "divide", {}, 0))


def test_another_library_is_refused():
    with pytest.raises(InputError, match="choose one of ours, torch"):
        tasks_of("jax")


def test_the_process_answers_on_its_output_and_ends_with_its_input():
    request = {"case": "c", "task": "copy", "arguments": {"numbers": 10}, "count": 5}
    command = [sys.executable, "-m", "l0edu.bench.worker", "ours"]
    done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout)["value"] > 0


def test_the_worker_of_this_library_does_not_import_torch_or_matplotlib():
    code = "import sys, l0edu.bench.worker; print(*{'torch', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
