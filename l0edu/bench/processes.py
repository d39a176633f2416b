"""How does the parent speak with its workers? One process for each library, and one job at a time for all.

Workers are programs of their own and not forks: each has only its library's threads and memory. Between two
libraries there is a pause, because a BLAS keeps its idle threads spinning for a while, which would cost the
other library a core.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Any

from l0edu.bench.cases import Job
from l0edu.errors import InputError

__all__ = ["PAUSE", "Pool", "Worker", "environment_variables"]

PAUSE = 0.15  # seconds; OpenBLAS's threads spin for about 0.1
PATIENCE = 5.0  # seconds for a worker to end before it is killed

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FORCED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "NVIDIA_TF32_OVERRIDE")


class Worker:
    """A process that answers one request at a time.

    Parameters
    ----------
    side : str
        "ours" or "torch".
    threads : int
        For each library in it.
    command : sequence of str, optional
        Another program in its place.
    variables : mapping, optional
        More for its environment.
    """

    def __init__(
        self,
        side: str,
        threads: int,
        command: Sequence[str] = (),
        variables: Mapping[str, str] = MappingProxyType({}),
    ):
        self.side = side
        self._process = subprocess.Popen(
            command or [sys.executable, "-m", "l0edu.bench.worker", side],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**environment_variables(os.environ, threads), **variables},
            start_new_session=True,  # Ctrl-C reaches the parent alone, and that ends the workers
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request.

        Raises
        ------
        InputError
            When the worker reports an error, or has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = ""
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"ended with status {self._process.wait()}"}
        if "error" in answer:
            raise InputError(f"{request['case']}, worker {self.side!r}: {answer['error']}")
        return dict(answer)

    def close(self) -> None:
        """End the process, whatever it does, and take its exit status, so that no zombie is left."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # closing flushes what a dead process will not read
                pipe.close()  # type: ignore[union-attr]


class Pool:
    """The workers, started when first needed and ended when the `with` block is left.

    Parameters
    ----------
    threads : int
    start : callable
        `start(side, threads)` gives a worker.
    """

    def __init__(self, threads: int, start: Callable[[str, int], Any] = Worker):
        self.threads, self._start = threads, start
        self._workers: dict[str, Any] = {}
        self._last: str | None = None

    def ask(self, case: str, job: Job, count: int, fresh: bool = False) -> dict[str, Any]:
        """The answer to a job; with `fresh`, from a process that has done nothing else."""
        if self._last not in (None, job.side):
            time.sleep(PAUSE)
        self._last = job.side
        request = {"case": case, "task": job.task, "arguments": job.arguments, "count": count}
        if fresh:
            self._end(job.side)
        if job.side not in self._workers:
            self._workers[job.side] = self._start(job.side, self.threads)
        return dict(self._workers[job.side].ask(request))

    def end_all(self) -> None:
        """End the workers; those that are asked again are started anew."""
        for side in list(self._workers):
            self._end(side)

    def _end(self, side: str) -> None:
        if side in self._workers:
            self._workers.pop(side).close()

    def __enter__(self) -> "Pool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()


def environment_variables(own: Any, threads: int) -> dict[str, str]:
    """The workers' environment: equal threads, and each BLAS free to choose its kernel and precision.

    Examples
    --------
    >>> sorted(environment_variables({"OPENBLAS_CORETYPE": "Haswell", "HOME": "/"}, 2).items())[:2]
    [('HOME', '/'), ('MKL_NUM_THREADS', '2')]
    """
    kept = {name: value for name, value in own.items() if name not in FORCED}
    return {**kept, **dict.fromkeys(THREADS, str(threads))}
