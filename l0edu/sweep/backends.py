"""Where do the runs of a sweep run? Here, in processes of this machine, or with a cluster's workers.

Each function yields outcomes as they come. What is sent to a worker is a job, made of names and numbers, and
the name of a function of this package. A cluster runs whatever it is sent: only one's own should be named.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from l0edu.errors import InputError
from l0edu.sweep.jobs import Job, Outcome, one_line, run_job

__all__ = ["here", "in_processes", "on_dask", "on_ray"]

ALIKE = ("l0edu", "numpy", "autograd")  # packages whose versions decide the records
CONNECT = "10s"  # how long a Dask scheduler may take to answer


def here(jobs: Sequence[Job], out: Path, threads: int) -> Iterator[Outcome]:
    """One after the other, in this process."""
    for job in jobs:
        yield run_job(job, out, threads)


def in_processes(jobs: Sequence[Job], out: Path, threads: int, workers: int) -> Iterator[Outcome]:
    """Several at once on this machine, with joblib's own backend."""
    return _with_joblib(jobs, (out, threads, os.getpid()), "loky", workers)


def on_ray(jobs: Sequence[Job], out: Path, threads: int, address: str) -> Iterator[Outcome]:
    """With all workers of a Ray cluster, through joblib."""
    import ray
    from ray.util.joblib import register_ray

    ray.init(address=address)
    try:
        register_ray()
        yield from _with_joblib(jobs, (out, threads), "ray", workers=-1)
    finally:
        ray.shutdown()


def _with_joblib(
    jobs: Sequence[Job], arguments: tuple[Any, ...], backend: str, workers: int
) -> Iterator[Outcome]:
    from joblib import Parallel, delayed, parallel_config

    with parallel_config(backend=backend):
        parallel = Parallel(workers, return_as="generator_unordered", batch_size=1)
    outcomes: Iterator[Outcome] = parallel(delayed(run_job)(job, *arguments) for job in jobs)
    return outcomes


def on_dask(jobs: Sequence[Job], out: Path, threads: int, address: str) -> Iterator[Outcome]:
    """With all workers of a Dask cluster, those that join later too.

    Dask's own futures and not joblib's backend for Dask: that one waits for ever when a worker dies.

    Raises
    ------
    InputError
        When there is no cluster, or its workers cannot do this.
    """
    from distributed import Client, as_completed

    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # the outcomes say what went wrong
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"--address {address}: {one_line(error)}: start `dask scheduler` there") from None
    with client:
        _check_workers(client, out, address)
        waiting = {client.submit(run_job, job, out, threads, key=_key(out, job.name)): job for job in jobs}
        for future in as_completed(list(waiting), loop=client.loop):
            yield _outcome(future, waiting.pop(future))


def _outcome(future: Any, job: Job) -> Outcome:
    if future.status == "finished":
        outcome: Outcome = future.result()
        return outcome
    why = one_line(future.exception()) if future.status == "error" else "the scheduler is gone"
    return Outcome(job.name, "failed", 0.0, f"not finished: {why}")


def _check_workers(client: Any, out: Path, address: str) -> None:
    """Refuse workers that would train otherwise, or write elsewhere."""
    threads = client.nthreads()
    if not threads:
        raise InputError(f"{address} has no workers: start some with `dask worker {address} --nthreads 1`")
    if max(threads.values()) > 1:
        raise InputError(
            f"a worker of {address} runs several runs in one process: start it with --nthreads 1"
        )
    for package in ALIKE:
        _check_version(client, package, address)
    if not all(client.run(os.path.isdir, str(out)).values()):
        raise InputError(f"the workers of {address} do not see {out}: name a folder that all machines share")
    keys = [key for running in client.run(_running).values() for key in running]
    if any(key.startswith(f"{out}{os.sep}") for key in keys):  # Dask cannot stop what has begun
        raise InputError(f"workers of {address} still train runs in {out}, from before: wait for them")


def _check_version(client: Any, package: str, address: str) -> None:
    try:
        versions = set(client.run(version, package).values())
    except ImportError:
        versions = {"none"}
    if versions != {version(package)}:
        found = ", ".join(sorted(versions))
        raise InputError(f"the workers of {address} have {package} {found}: install {version(package)} there")


def _key(out: Path, name: str) -> str:
    """A task's name for Dask: that of the run's folder, and new for each attempt."""
    return f"{out / name}#{uuid4().hex}"


def _running(dask_worker: Any) -> list[str]:
    """What the worker does; Dask gives it itself as the argument."""
    return [str(task.key) for task in dask_worker.state.executing]
