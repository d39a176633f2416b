"""Were the numbers of a results.json measured? One lambda is trained again, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from l0edu.course.isolation.processes import ended_in_time

__all__ = ["trained_again"]


def trained_again(
    results: bytes, draw: int, stop: Event, total_s: float, epochs: int | None = None
) -> tuple[str, tuple[str, ...]]:
    """Sentences for an instructor: whether one lambda of a results.json, trained again, gives the same.

    Parameters
    ----------
    results : bytes
        A results.json that the tests accepted.
    draw : int
        Decides which lambda.
    stop : Event
        Once it is set, the training is ended.
    total_s : float
        How long it may take; about 7 seconds are usual.
    epochs : int, optional
        Fewer are for tests.

    Returns
    -------
    (str, tuple of str)
        First a sentence that says that both agree, or "". Then a sentence for each difference, or one that
        says that the training did not end. A difference is a reason to ask the student, no proof.
    """
    with TemporaryDirectory(prefix="l0edu-again-") as name:
        Path(name, "results.json").write_bytes(results)
        how = [] if epochs is None else [str(epochs)]
        command = [sys.executable, "-m", "l0edu.course.report", name, str(draw), *how]
        said = _said(command, Path(name), stop, total_s)
    if said is None:
        return "", ("results.json could not be checked by training again: it did not come to its end",)
    found = json.loads(said)
    again = f"lambda {found['lam']:g} trained again"
    doubts = tuple(f"{again}: {one}" for one in found["differences"])
    return "" if doubts else f"{again}: agrees", doubts


def _said(command: list[str], folder: Path, stop: Event, total_s: float) -> str | None:
    """What a command printed; None when it failed or was ended."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    printed = folder / "printed.txt"
    with printed.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
        try:
            is_over = ended_in_time(process, total_s, stop)
        finally:
            process.kill()
            process.wait()
    return printed.read_text(encoding="utf-8") if is_over and process.returncode == 0 else None
