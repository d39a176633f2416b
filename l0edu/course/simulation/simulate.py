"""What happens to a class of made-up students? All are graded; each should get the expected result.

Only temporary folders are used. Attacks aim at files that were made for this and at a port of 127.0.0.1.
"""

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import numpy as np

from l0edu.course.assignments import Assignment
from l0edu.course.bundle import init
from l0edu.course.catalogue import mutants_of
from l0edu.course.grading.grade import Grading, grade
from l0edu.course.grading.trial import TimeLimits
from l0edu.course.simulation.dry_run import DryRun, Row
from l0edu.course.simulation.kinds import Kind, kind_of_mutant, kinds_of_code
from l0edu.course.simulation.kinds_of_hunts import kinds_of_hunts
from l0edu.course.simulation.kinds_of_reports import kinds_of_reports
from l0edu.course.simulation.material import CANARIES, Material
from l0edu.errors import InputError

__all__ = ["kinds", "simulate"]

TIME_FOR_CODE = TimeLimits(call_s=4, total_s=25)  # short: endless loops are waited for
TIME_FOR_HUNTS = TimeLimits(total_s=100)  # a hunt has limits of its own


def simulate(
    assignment: Assignment,
    students: int = 30,
    *,
    seed: int = 0,
    jobs: int = 2,
    all_mutants: bool = False,
    out: Path | None = None,
    only: Sequence[str] = (),
) -> DryRun:
    """Grade a made-up class: one of each kind of submission, and as many mutants as fit.

    Parameters
    ----------
    assignment : Assignment
    students : int
        How many. When the class is larger than kinds and mutants together, the rest are of the first kind.
    seed : int
        Decides which mutants.
    jobs : int
        How many are graded at a time.
    all_mutants : bool
        Every mutant, however many students that makes.
    out : Path, optional
        Where to leave scores and feedback to look at.
    only : sequence of str, optional
        The names of kinds and mutants, when the class is to hold these and nobody else.

    Returns
    -------
    DryRun
        What each made-up student deserved and got.

    Raises
    ------
    InputError
        When the kinds do not fit into the class, or one of `only` is none.
    """
    start = time.monotonic()
    with (
        TemporaryDirectory(prefix="l0edu-class-") as work,
        _planted() as canaries,
        _listener() as (port, calls),
    ):
        folder, material = Path(work).resolve(), Material(assignment, canaries, port)
        rng = np.random.default_rng(seed)
        chosen = _named(material, only) if only else _class(material, students, rng, all_mutants)
        names = _hand_in(chosen, folder / "class", material)
        grading = _graded(folder, out or folder / "results", assignment, jobs, canaries)
        harmed = _harmed(canaries)
    results = {one.student: one for one in grading.students}
    rows = tuple(Row(name, kind.name, kind.expected, results[name]) for name, kind in names.items())
    return DryRun(rows, grading.damage, tuple(harmed), len(calls), time.monotonic() - start)


def _graded(folder: Path, out: Path, assignment: Assignment, jobs: int, canaries: Path) -> Grading:
    """Graded as any class is, with a bundle that nobody else has."""
    bundle = folder / "bundle"
    init(bundle, assignments=[assignment])
    limits = TIME_FOR_CODE if assignment.functions() else TIME_FOR_HUNTS
    handed_in, watched = folder / "class", [canaries]
    return grade(handed_in, out, assignment, bundle, jobs=jobs, limits=limits, watched=watched, again=True)


def kinds(material: Material) -> list[Kind]:
    """One of each kind of submission of an assignment, mutants apart.

    Parameters
    ----------
    material : Material
    """
    one = material.assignment
    if not one.functions():
        return kinds_of_hunts(material)
    return kinds_of_code(material) if len(one.files) == 1 else kinds_of_reports(material)


def _class(material: Material, students: int, rng: np.random.Generator, all_mutants: bool) -> list[Kind]:
    mutants = _mutants(material)
    basic = kinds(material)
    room = students - len(basic)
    if room < bool(mutants) and not all_mutants:
        more = ", and one known mistake is tried at least" if mutants else ""
        has = f"{material.assignment.name} has {len(basic)} kinds{more}"
        least = f"--students {len(basic) + bool(mutants)} or more"
        raise InputError(f"{students} students are too few: {has}: {least}")
    if not all_mutants and room < len(mutants):
        mutants = [mutants[i] for i in np.sort(rng.choice(len(mutants), room, replace=False))]
    return [*basic, *mutants, *[basic[0]] * (students - len(basic) - len(mutants))]


def _mutants(material: Material) -> list[Kind]:
    one = material.assignment
    return [kind_of_mutant(mutant, material) for mutant in mutants_of(one.name)] if one.functions() else []


def _named(material: Material, names: Sequence[str]) -> list[Kind]:
    known = {kind.name: kind for kind in [*kinds(material), *_mutants(material)]}
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"there is no kind {unknown[0]!r}: write some of {', '.join(known)}")
    return [known[name] for name in names]


def _hand_in(chosen: Sequence[Kind], folder: Path, material: Material) -> dict[str, Kind]:
    """Write the submissions; kinds by the names of students."""
    names = {f"{number:02} {kind.name}": kind for number, kind in enumerate(chosen, 1)}
    for student, kind in names.items():
        for name, content in kind.make(student, material).items():
            _write(folder / name, content)
    return names


@contextmanager
def _planted() -> Iterator[Path]:
    """Files that are there to be attacked, away from where submissions are graded."""
    with TemporaryDirectory(prefix="l0edu-canaries-") as name:
        folder = Path(name).resolve()
        for file, text in CANARIES.items():
            _write(folder / file, text.encode())
        yield folder


def _harmed(folder: Path) -> list[str]:
    """The planted files that are no longer what they were."""
    return [name for name, text in CANARIES.items() if not _holds(folder / name, text.encode())]


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


@contextmanager
def _listener() -> Iterator[tuple[int, list[object]]]:
    """A port of 127.0.0.1, and who called there."""
    calls: list[object] = []
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_listen, args=(server, calls, over), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], calls
        finally:
            over.set()
            thread.join()


def _listen(server: socket.socket, calls: list[object], over: Event) -> None:
    server.settimeout(0.2)
    while not over.is_set():
        with suppress(TimeoutError):
            connection, address = server.accept()
            calls.append(address)
            connection.close()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
