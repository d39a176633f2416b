"""In which folder is a sweep kept, and may it begin or go on there?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from l0edu.errors import InputError
from l0edu.locking import lock_folder, new_folder
from l0edu.recipes import DEFAULTS
from l0edu.runs import RunFolder
from l0edu.sweep.check import check_points
from l0edu.sweep.manifest import FILE, Sweep, read_manifest, refuse_another, write_manifest

__all__ = ["claimed"]


@contextmanager
def claimed(
    asked: Sweep | None, out: str | Path | None = None, resume: bool = False
) -> Iterator[tuple[Path, Sweep]]:
    """Hold a sweep's folder against other processes, with `sweep.json` in it.

    Parameters
    ----------
    asked : Sweep or None
        None: go on with the one in `out`.
    out : str or Path, optional
        Without it, a new folder below `runs`.
    resume : bool
        Go on with the sweep in `out`, if there is one.

    Yields
    ------
    path : Path
    sweep : Sweep
        As its `sweep.json` has it.

    Raises
    ------
    InputError
        When the folder holds something else, another process works in it, or a point cannot be trained.
    """
    _refuse_missing(asked, out, resume)
    before = None if out is None else _sweep_in(Path(out), asked, resume)
    if before is None and asked is not None:
        _refuse_foreign_runs(asked, out)
        check_points(asked.points)
    path = Path(out) if out is not None else _named_for(asked)
    path.mkdir(parents=True, exist_ok=True)
    with lock_folder(path):
        sweep = before or _begun(path, asked)
        yield path, sweep


def _refuse_missing(asked: Sweep | None, out: str | Path | None, resume: bool) -> None:
    if out == "":
        raise InputError("--out is empty: name a folder")
    if out is None and resume:
        raise InputError("--resume needs --out DIR, the folder of the sweep to go on with")
    if asked is None and not resume:
        raise InputError("nothing is asked for: name what to train, or go on with --out DIR --resume")


def _sweep_in(path: Path, asked: Sweep | None, resume: bool) -> Sweep | None:
    """What can be gone on with."""
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file: name a folder with --out")
    if not (path / FILE).exists():
        if asked is None:
            raise InputError(f"{path} holds no sweep: there is no {FILE} in it")
        return None
    if not resume:
        raise InputError(f"{path} holds a sweep: add --resume to go on with it, or name another --out")
    before = read_manifest(path)
    if asked is not None:
        refuse_another(asked, before, path)
    return before


def _refuse_foreign_runs(asked: Sweep, out: str | Path | None) -> None:
    for job in asked.jobs():
        if out is not None and RunFolder(Path(out) / job.name).holds_run():
            raise InputError(f"{Path(out) / job.name} holds a run that no sweep began: name another --out")


def _begun(path: Path, asked: Sweep | None) -> Sweep:
    if asked is None or (path / FILE).exists():
        raise InputError(f"another process has begun a sweep in {path} meanwhile: add --resume")
    write_manifest(asked, path)
    return asked


def _named_for(asked: Sweep | None) -> Path:
    assert asked is not None
    options = next(iter(asked.points.values()))
    return new_folder(Path("runs") / f"sweep-{options['network']}-{options.get('data', DEFAULTS['data'])}")
