"""How are the runs of a sweep trained: one after the other, in several processes, or on a cluster?"""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from l0edu.errors import InputError
from l0edu.sweep.backends import here, in_processes, on_dask, on_ray
from l0edu.sweep.jobs import Job, Outcome, one_line

__all__ = ["BACKENDS", "check_where", "run_all"]

BACKENDS = ("loky", "dask", "ray")
ADDRESSES = {"dask": "tcp://HOST:8786, which `dask scheduler` prints", "ray": "ray://HOST:10001"}
CLUSTER_PACKAGES = {"dask": ("distributed", '"l0edu[dask]"'), "ray": ("ray", "ray")}


def run_all(
    jobs: Sequence[Job],
    out: str | Path,
    workers: int = 1,
    backend: str = "loky",
    address: str | None = None,
    threads: int = 1,
    report: Callable[[Outcome], Any] | None = None,
) -> list[Outcome]:
    """Train every run that is not done, and say what became of each; a failed run does not stop the rest.

    Parameters
    ----------
    jobs : sequence of Job
    out : str or Path
        The sweep's folder, in which each run gets its own; on a cluster, the same on every machine.
    workers : int
        Processes on this machine. One trains in this process, without joblib.
    backend : {"loky", "dask", "ray"}
        Processes on this machine, or the workers at `address`, however many there are.
    address : str, optional
        Of a Dask or Ray cluster.
    threads : int
        Of the BLAS, in each run. Records depend on it in their last digits, and on nothing else here.
    report : callable, optional
        Called with each outcome as it comes.

    Returns
    -------
    list of Outcome
        In the order of the jobs. When a worker dies, all runs that are not done have failed; the same call
        goes on with them.

    Raises
    ------
    InputError
        For what cannot be begun; errors of runs are outcomes.

    Examples
    --------
    >>> import tempfile
    >>> jobs = [Job("lam-1", {"network": "mlp", "lam": [-1.0]})]
    >>> [outcome] = run_all(jobs, tempfile.mkdtemp())
    >>> outcome.status, outcome.message
    ('failed', 'lambda = -1.0: it must be 0 or positive, for example 0.1')
    """
    jobs, out = list(jobs), Path(out).absolute()
    if len({job.name for job in jobs}) < len(jobs):
        raise InputError("two jobs have one name: each needs a folder of its own")
    check_where(workers, backend, address, threads)
    out.mkdir(parents=True, exist_ok=True)
    outcomes: dict[str, Outcome] = {}
    with closing(_guarded(_stream(jobs, out, workers, backend, address, threads), jobs)) as stream:
        for outcome in stream:
            outcomes[outcome.name] = outcome
            if report is not None:
                report(outcome)
    return [outcomes[job.name] for job in jobs]


def _stream(
    jobs: list[Job], out: Path, workers: int, backend: str, address: str | None, threads: int
) -> Iterator[Outcome]:
    """The outcomes, as they come."""
    if address is not None:
        on_cluster = {"dask": on_dask, "ray": on_ray}[backend]
        return on_cluster(jobs, out, threads, address)
    if workers == 1:
        return here(jobs, out, threads)
    return in_processes(jobs, out, threads, workers)


def _guarded(stream: Iterator[Outcome], jobs: list[Job]) -> Generator[Outcome, None, None]:
    """Outcomes for all jobs, even when workers die: what is raised in the stream is no error of a run."""
    left = {job.name for job in jobs}
    try:
        for outcome in stream:
            left.remove(outcome.name)
            yield outcome
    except InputError:  # it did not even begin
        raise
    except Exception as error:
        for job in jobs:
            if job.name in left:
                yield Outcome(job.name, "failed", 0.0, f"not finished: {one_line(error)}")


def check_where(
    workers: int = 1, backend: str = "loky", address: str | None = None, threads: int = 1
) -> None:
    """Refuse what `run_all` could not begin with, before anything is made.

    Parameters
    ----------
    workers, backend, address, threads
        As of `run_all`.

    Raises
    ------
    InputError
        Also when a package is missing that these need.
    """
    if workers < 1:
        raise InputError(f"--jobs {workers}: it must be at least 1")
    if threads < 1:
        raise InputError(f"--threads {threads}: it must be at least 1")
    if backend not in BACKENDS:
        raise InputError(f"--backend {backend}: choose one of {', '.join(BACKENDS)}")
    if backend == "loky" and address is not None:
        raise InputError("--address is that of a cluster: add --backend dask, or leave it out")
    if backend != "loky":
        _check_cluster(backend, address, workers)
    _need("threadpoolctl", '"l0edu[sweep]"')
    if workers > 1:
        _need("joblib", '"l0edu[sweep]"')


def _check_cluster(backend: str, address: str | None, workers: int) -> None:
    if not address:
        raise InputError(f"--backend {backend} needs --address {ADDRESSES[backend]}")
    if workers > 1:
        raise InputError(
            f"--jobs {workers}: a cluster has as many workers as were started there: leave it out"
        )
    _need(*CLUSTER_PACKAGES[backend])
    if backend == "ray":
        _need("joblib", '"l0edu[sweep]"')


def _need(package: str, install: str) -> None:
    if find_spec(package) is None:
        raise InputError(f"{package} is not installed: pip install {install}")
