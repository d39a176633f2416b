"""How is one run of a sweep trained? As `l0edu train` does it, in whichever process, into its own folder.

A job and its outcome are plain values, so that they can be sent to another process or machine.
"""

import os
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from l0edu.collected import read_run
from l0edu.errors import InputError
from l0edu.reached import missed, reached
from l0edu.request import resolve
from l0edu.running import finish, train_in
from l0edu.runs import RunFolder

__all__ = ["WARNINGS_FILE", "Job", "Outcome", "one_line", "run_job"]

WARNINGS_FILE = "warnings.txt"  # in a run's folder, when there were any


@dataclass(frozen=True)
class Job:
    """A run that is to be trained.

    Attributes
    ----------
    name : str
        Of its folder, below the sweep's.
    options : dict
        As `l0edu.request.resolve` takes them.
    """

    name: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    name : str
    status : str
        "done", "was done" (before, and nothing was trained) or "failed".
    seconds : float
        Wall time of this call; a run's own seconds are in its summary.
    message : str
        Why it failed, or what the library warned of and by how much a target was missed; one line, empty when
        there is nothing to say.
    """

    name: str
    status: str
    seconds: float
    message: str = ""


def run_job(job: Job, out: str | Path, threads: int = 1, parent: int | None = None) -> Outcome:
    """Train a run, or what is left of it, and say what became of it; errors become an outcome too.

    Parameters
    ----------
    job : Job
    out : str or Path
        The sweep's folder.
    threads : int
        Of the BLAS, while the job runs.
    parent : int, optional
        The process that wants the run, if it is this one's parent: training ends when it is gone.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> import tempfile
    >>> run_job(Job("lam-1", {"network": "mlp", "lam": [-1.0]}), tempfile.mkdtemp()).status
    'failed'
    """
    started = time.perf_counter()
    folder = RunFolder(Path(out) / job.name)
    try:
        if _is_done(folder, job.options):
            status = "was done"
        else:
            with _blas_threads(threads):
                _train(folder, job.options, _until_gone(parent))
            status = "done"
        message = "; ".join([*_warned(folder.path), *_missed(folder.path)])
    except Exception as error:  # whatever it is, the other runs go on
        status, message = "failed", one_line(error)
    return Outcome(job.name, status, time.perf_counter() - started, message)


def one_line(error: BaseException) -> str:
    """An error in one line: its message, with its type if the library did not foresee it.

    Examples
    --------
    >>> one_line(InputError("--seeds 0: at least 1")), one_line(ZeroDivisionError("by zero"))
    ('--seeds 0: at least 1', 'ZeroDivisionError: by zero')
    """
    kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
    return " ".join(f"{kind}{error}".split())


def _is_done(folder: RunFolder, options: Mapping[str, Any]) -> bool:
    """Whether the run came to its end and is that of this job; the checkpoint may have been deleted."""
    try:
        run = read_run(folder.path, folder.path.name)
    except InputError:
        return False  # `resolve` finds out what is there
    asked = {name: value for name, value in options.items() if name != "data_dir"}
    return run.finished and asked.items() <= run.config.to_json().items()


def _train(
    folder: RunFolder, options: Mapping[str, Any], track: Callable[[Iterable[Any]], Iterable[Any]]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of the data: told once, when the points were checked
        request = resolve(options, folder.path, resume=True)
    with folder.claimed(), _warnings_kept(folder.path):
        folder.begin(request.progress)
        last = deque([request.progress], maxlen=1)  # a progress holds the run's state: 5 MB for the MLP
        last.extend(train_in(folder, request, track))
        finish(folder, request.net, last.pop())


def _until_gone(parent: int | None) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Pass an epoch's batches on while the parent lives: after a kill nobody waits for the rest."""

    def track(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            if parent is not None and os.getppid() != parent:
                os._exit(1)  # as joblib's worker would wait for its next job for ever
            yield batch

    return track


@contextmanager
def _blas_threads(threads: int) -> Iterator[None]:
    """As many threads everywhere: rounding depends on their number."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=threads):
        yield


@contextmanager
def _warnings_kept(path: Path) -> Iterator[None]:
    """What the library warns of goes into the run's folder: in another process nobody would read it."""

    def keep(message: Warning | str, *_: Any) -> None:
        if str(message) not in _warned(path):
            with (path / WARNINGS_FILE).open("a", encoding="utf-8") as file:
                file.write(f"{message}\n")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = keep  # type: ignore[assignment]
        yield


def _warned(path: Path) -> list[str]:
    file = path / WARNINGS_FILE
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _missed(path: Path) -> list[str]:
    """That a target was missed, and what to do about it."""
    run = read_run(path, path.name)
    return [reached(run.last)] if run.finished and missed(run.last) else []
