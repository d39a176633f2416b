import sys
import threading
import types

import pytest
from needs import need_package
from sweeping import lines, quick, results, sixteen, wait_until

from l0edu.errors import InputError
from l0edu.sweep.execute import run_all
from l0edu.sweep.jobs import Job


def test_sixteen_runs_in_two_processes_are_those_of_one(digits, alone, tmp_path):
    need_package("joblib")
    reported = []
    outcomes = run_all(sixteen(digits), tmp_path, workers=2, report=reported.append)
    assert [(outcome.name, outcome.status) for outcome in outcomes] == [
        (job.name, "done") for job in sixteen(digits)
    ]
    assert sorted(outcome.name for outcome in reported) == sorted(alone)
    assert results(tmp_path) == alone


@pytest.mark.usefixtures("no_curves")
def test_runs_that_fail_do_not_stop_the_rest(digits, tmp_path):
    steps = {"diverges": 1e30, "refused": -1.0, "good": 1e-3}
    jobs = [Job(name, quick(digits, step_size=size)) for name, size in steps.items()]
    diverged, refused, good = run_all(jobs, tmp_path)
    assert [outcome.status for outcome in (diverged, refused, good)] == ["failed", "failed", "done"]
    assert "not finite" in diverged.message
    assert "step_size = -1" in refused.message
    assert len(lines(tmp_path / "good")) == 2


@pytest.mark.usefixtures("no_curves")
def test_how_many_threads_the_machine_offers_does_not_matter(digits, alone, tmp_path):
    from threadpoolctl import threadpool_limits

    with threadpool_limits(2):
        run_all(sixteen(digits)[:2], tmp_path)
    assert results(tmp_path) == {name: alone[name] for name in results(tmp_path)}


def kill_a_worker_when(true):
    """Kill one of the processes that train, as soon as something is true."""
    import psutil  # comes with Dask

    wait_until(true)
    children = {" ".join(child.cmdline()): child for child in psutil.Process().children()}
    next(child for command, child in children.items() if "popen_loky" in command).kill()


def test_a_killed_worker_leaves_a_sweep_that_goes_on(digits, tmp_path):
    need_package("joblib")
    need_package("psutil")
    long = [Job(f"long{seed}", quick(digits, epochs=2000, seed=seed)) for seed in range(3)]
    reported, begun = [], tmp_path / "long0" / "checkpoint.npz"
    killer = threading.Thread(target=kill_a_worker_when, args=[lambda: reported and begun.exists()])
    killer.start()
    outcomes = run_all([Job("short", quick(digits)), *long], tmp_path, workers=2, report=reported.append)
    killer.join()
    assert [outcome.status for outcome in outcomes] == ["done", "failed", "failed", "failed"]
    assert sorted(outcome.name for outcome in reported) == ["long0", "long1", "long2", "short"]
    assert "not finished: TerminatedWorkerError" in outcomes[1].message
    assert 1 <= len(lines(tmp_path / "long0")) < 2000


def fake_ray(calls):
    """As much of Ray as is used: its joblib backend is here joblib's own threads."""
    ray, util, joblib_module = (types.ModuleType(name) for name in ("ray", "ray.util", "ray.util.joblib"))
    ray.init = lambda address: calls.append(f"init {address}")
    ray.shutdown = lambda: calls.append("shutdown")

    def register_ray():
        from joblib import register_parallel_backend
        from joblib._parallel_backends import ThreadingBackend

        register_parallel_backend("ray", ThreadingBackend)
        calls.append("register")

    joblib_module.register_ray = register_ray
    for module in (ray, util, joblib_module):
        module.__spec__ = types.SimpleNamespace(name=module.__name__)
    return {module.__name__: module for module in (ray, util, joblib_module)}


@pytest.mark.usefixtures("no_curves")
def test_ray_is_asked_for_its_workers(digits, tmp_path, monkeypatch):
    need_package("joblib")
    calls = []
    for name, module in fake_ray(calls).items():
        monkeypatch.setitem(sys.modules, name, module)
    [outcome] = run_all([Job("job", quick(digits))], tmp_path, backend="ray", address="ray://here")
    assert (calls, outcome.status) == (["init ray://here", "register", "shutdown"], "done")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"workers": 0}, "--jobs 0: it must be at least 1"),
        ({"threads": 0}, "--threads 0: it must be at least 1"),
        ({"backend": "spark"}, "--backend spark: choose one of loky, dask, ray"),
        ({"address": "tcp://127.0.0.1:1"}, "add --backend dask"),
        ({"backend": "dask"}, "--backend dask needs --address tcp://HOST:8786"),
        ({"backend": "ray"}, "--backend ray needs --address ray://HOST:10001"),
        (
            {"backend": "dask", "address": "tcp://127.0.0.1:1", "workers": 2},
            "--jobs 2: a cluster has as many",
        ),
    ],
)
def test_what_cannot_begin_is_refused_before_anything_is_written(tmp_path, arguments, words):
    with pytest.raises(InputError) as refusal:
        run_all([Job("job", {"network": "mlp"})], tmp_path / "out", **arguments)
    assert words in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_jobs_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match="two jobs have one name"):
        run_all([Job("job", {}), Job("job", {})], tmp_path)


@pytest.mark.parametrize(
    ("package", "arguments", "install"),
    [
        ("threadpoolctl", {}, '"l0edu[sweep]"'),
        ("joblib", {"workers": 2}, '"l0edu[sweep]"'),
        ("distributed", {"backend": "dask", "address": "tcp://127.0.0.1:1"}, '"l0edu[dask]"'),
        ("ray", {"backend": "ray", "address": "ray://127.0.0.1:1"}, "ray"),
    ],
)
def test_a_missing_package_is_one_line_with_the_remedy(tmp_path, monkeypatch, package, arguments, install):
    monkeypatch.setattr("l0edu.sweep.execute.find_spec", lambda name: None if name == package else name)
    with pytest.raises(InputError) as refusal:
        run_all([Job("job", {"network": "mlp"})], tmp_path, **arguments)
    assert str(refusal.value) == f"{package} is not installed: pip install {install}"
