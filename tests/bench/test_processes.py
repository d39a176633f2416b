import signal
import sys
import time
from contextlib import suppress

import pytest
from bench_fakes import pool_of

from l0edu import InputError
from l0edu.bench import processes
from l0edu.bench.cases import Job
from l0edu.bench.processes import Pool, Worker, environment_variables

REQUEST = {"case": "step/mlp", "task": "t", "arguments": {}, "count": 1}


def program(code):
    return lambda library="ours", threads=1: Worker(library, threads, [sys.executable, "-c", code])


ECHO = "import sys\nfor line in sys.stdin: print('{\"value\": 7}', flush=True)"


def test_a_worker_answers():
    worker = program(ECHO)()
    assert worker.ask(REQUEST) == worker.ask(REQUEST) == {"value": 7}
    worker.close()


def test_a_reported_error_names_case_and_worker():
    worker = program('input(); print(\'{"error": "no"}\')')()
    with pytest.raises(InputError, match=r"step/mlp, worker 'ours': no"):
        worker.ask(REQUEST)
    worker.close()


def test_a_worker_that_has_died_is_an_error_with_its_status():
    worker = program("input(); raise SystemExit(3)")()
    for _ in range(2):  # the first finds the end of the output, the second a broken pipe
        with pytest.raises(InputError, match="ended with status 3"):
            worker.ask(REQUEST)
    worker.close()


def test_leaving_the_block_ends_workers_that_are_still_busy():
    busy = program("print('{}', flush=True); import time; time.sleep(600)")
    with suppress(KeyboardInterrupt), Pool(1, busy) as pool:
        pool.ask("c", Job("ours", "t"), 1)
        process = pool._workers["ours"]._process
        raise KeyboardInterrupt
    assert process.returncode == -signal.SIGTERM


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_will_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{}', flush=True)"
    worker = program(deaf + "\nimport time; time.sleep(600)")()
    worker.ask(REQUEST)
    worker.close()
    assert worker._process.returncode == -signal.SIGKILL


def test_threads_are_equal_and_no_kernel_is_forced():
    own = {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512", "OMP_NUM_THREADS": "9", "LANG": "C"}
    assert environment_variables(own, 3) == {
        "LANG": "C",
        "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "3",
        "MKL_NUM_THREADS": "3",
    }


def test_there_is_a_pause_between_two_libraries_and_none_within_one(monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with pool_of([]) as pool:
        for library in ("ours", "ours", "torch", "ours"):
            pool.ask("c", Job(library, "step"), 1)
    assert slept == [processes.PAUSE] * 2


def test_a_fresh_job_has_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(processes, "PAUSE", 0)
    workers = []
    with pool_of(workers) as pool:
        for _ in range(2):
            pool.ask("memory", Job("ours", "memory"), 1, fresh=True)
    assert [worker.closed for worker in workers] == [True, True]
    assert [len(worker.requests) for worker in workers] == [1, 1]
