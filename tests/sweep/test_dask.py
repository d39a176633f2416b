import os
import warnings
from importlib.metadata import version

import pytest
from needs import need_package
from sweeping import hold_until_gone, leave_curves_out, lines, quick, results, sixteen, wait_until

from l0edu.errors import InputError
from l0edu.sweep.backends import _check_workers, _running
from l0edu.sweep.execute import run_all
from l0edu.sweep.jobs import Job


@pytest.fixture(scope="module")
def address():
    """Of a real scheduler with two real worker processes, on this machine."""
    need_package("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Dask's own imports and sockets
        from distributed import Client, LocalCluster

        where = {"host": "127.0.0.1", "dashboard_address": None, "processes": True}
        with LocalCluster(n_workers=2, threads_per_worker=1, silence_logs=50, **where) as cluster:
            with Client(cluster.scheduler_address, set_as_default=False) as client:
                client.run(leave_curves_out)
            yield cluster.scheduler_address


def on_dask(jobs, out, address):
    return run_all(jobs, out, backend="dask", address=address)


def test_sixteen_runs_on_a_cluster_of_two_workers_are_those_of_one_process(digits, alone, tmp_path, address):
    outcomes = on_dask(sixteen(digits), tmp_path, address)
    assert [outcome.status for outcome in outcomes] == ["done"] * 16
    assert results(tmp_path) == alone


def test_a_failed_run_does_not_stop_the_cluster(digits, tmp_path, address):
    jobs = [Job("bad", quick(digits, step_size=1e30)), Job("good", quick(digits))]
    bad, good = on_dask(jobs, tmp_path, address)
    assert (bad.status, good.status) == ("failed", "done")
    assert "not finite" in bad.message
    assert [outcome.status for outcome in on_dask(jobs, tmp_path, address)] == ["failed", "was done"]
    assert len(lines(tmp_path / "good")) == 2


def test_runs_that_workers_still_train_are_waited_for_by_the_user(digits, tmp_path, address):
    from distributed import Client

    held = tmp_path / "held"
    with Client(address, set_as_default=False) as client:
        future = client.submit(hold_until_gone, held, key=f"{tmp_path / 'job'}#1")
        wait_until(held.exists)
    with pytest.raises(
        InputError, match=r"still train runs in .*: wait for them"
    ):  # though their client left
        on_dask([Job("job", quick(digits))], tmp_path, address)
    assert future.status == "cancelled"
    assert on_dask([Job("job", quick(digits))], tmp_path / "other", address)[0].status == "done"
    held.unlink()


class FakeClient:
    """Answers what is asked of workers before they get work."""

    def __init__(self, threads=1, folder=True, **versions):
        self.threads = {"tcp://w1": 1, "tcp://w2": threads} if threads else {}
        self.answers = {os.path.isdir: folder, _running: []}
        self.versions = versions

    def nthreads(self):
        return self.threads

    def run(self, function, *arguments):
        if function is version:
            return dict.fromkeys(self.threads, self.versions.get(*arguments, version(*arguments)))
        return dict.fromkeys(self.threads, self.answers[function])


@pytest.mark.parametrize(
    ("worker", "words"),
    [
        ({"threads": 0}, "start some with `dask worker tcp://s --nthreads 1`"),
        ({"threads": 4}, "start it with --nthreads 1"),
        ({"l0edu": "0.0.1"}, "have l0edu 0.0.1: install "),
        ({"numpy": "1.26.4"}, f"have numpy 1.26.4: install {version('numpy')} there"),
        ({"folder": False}, "do not see /shared: name a folder that all machines share"),
    ],
)
def test_workers_that_would_train_otherwise_are_refused(worker, words):
    _check_workers(FakeClient(), "/shared", "tcp://s")
    with pytest.raises(InputError) as refusal:
        _check_workers(FakeClient(**worker), "/shared", "tcp://s")
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [("nonsense", "missing port"), ("http://127.0.0.1:1", "unknown address scheme")],
)
def test_an_address_that_is_none_is_refused(digits, tmp_path, address, words):
    need_package("distributed")
    with pytest.raises(InputError, match=words):
        on_dask([Job("job", quick(digits))], tmp_path, address)
