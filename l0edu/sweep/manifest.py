"""What was a sweep asked for? `sweep.json` in its folder, from which it goes on."""

import json
import platform
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import l0edu
from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError
from l0edu.sweep.jobs import Job
from l0edu.sweep.plan import plan

__all__ = ["FILE", "Sweep", "read_manifest", "refuse_another", "write_manifest"]

FILE = "sweep.json"
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]*|")  # of a point: a part of a folder's name, and no path


@dataclass(frozen=True)
class Sweep:
    """What decides a sweep.

    Attributes
    ----------
    points : dict
        Options by the point's name.
    root : int
        The seed from which the seeds were spawned.
    seeds : list of int
    threads : int
        Of the BLAS in each run, on which the last digits depend.
    """

    points: Mapping[str, Mapping[str, Any]]
    root: int
    seeds: list[int]
    threads: int = 1

    def jobs(self) -> list[Job]:
        """The runs that it is made of.

        Examples
        --------
        >>> Sweep({"": {"network": "mlp"}}, root=0, seeds=[7]).jobs()
        [Job(name='seed0', options={'network': 'mlp', 'seed': 7})]
        """
        return plan(self.points, self.seeds)


def write_manifest(sweep: Sweep, folder: Path) -> None:
    """Put the sweep into its folder, with the versions and how the seeds were spawned."""
    content = {
        "points": [{"name": name, "options": dict(options)} for name, options in sweep.points.items()],
        "seeds": {
            "root": sweep.root,
            "spawn_keys": [[number] for number in range(len(sweep.seeds))],
            "seeds": sweep.seeds,
        },
        "threads": sweep.threads,
        "versions": _versions(),
    }
    write_atomically(folder / FILE, (json.dumps(content, indent=2) + "\n").encode())


def read_manifest(folder: Path) -> Sweep:
    """The sweep in a folder.

    Raises
    ------
    InputError
        When its file is damaged.

    Warns
    -----
    UserWarning
        When it was written by another version of l0edu, NumPy or Python.
    """
    file = folder / FILE
    try:
        content = json.loads(file.read_bytes())
        sweep = _sweep(content)
        begun = dict(content["versions"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{file} is damaged ({type(error).__name__}: {error}): restore it, or name another --out"
        ) from None
    _warn_of_other_versions(begun)
    return sweep


def refuse_another(asked: Sweep, begun: Sweep, folder: Path) -> None:
    """Refuse to go on with a sweep as if it were another.

    Raises
    ------
    InputError
        Names the first difference.

    Examples
    --------
    >>> refuse_another(Sweep({}, 0, [1, 2]), Sweep({}, 0, [1]), Path("runs/s"))
    Traceback (most recent call last):
    l0edu.errors.InputError: the sweep in runs/s has --seeds 1, not 2: ask for the same, or name another --out
    """
    numbers = (
        ("--seed", begun.root, asked.root),
        ("--seeds", len(begun.seeds), len(asked.seeds)),
        ("--threads", begun.threads, asked.threads),
    )
    differences = [f"has {option} {its}, not {new}" for option, its, new in numbers if its != new]
    for name in [*asked.points, *begun.points]:
        its, new = (dict(sweep.points.get(name, {})) for sweep in (begun, asked))
        if its != new:
            differences.append(_difference(name, its, new))
    if differences:
        raise InputError(f"the sweep in {folder} {differences[0]}: ask for the same, or name another --out")


def _difference(name: str, its: dict[str, Any], new: dict[str, Any]) -> str:
    if not its or not new:
        return f"{'has' if its else 'has no'} {name or 'single point'}"
    option = next(option for option in [*its, *new] if its.get(option) != new.get(option))
    its_text, new_text = (
        f"{option} {points[option]}" if option in points else f"no {option}" for points in (its, new)
    )
    return f"has {its_text} where {new_text} is asked for"


def _sweep(content: Any) -> Sweep:
    points = {str(point["name"]): dict(point["options"]) for point in content["points"]}
    seeds, root, threads = content["seeds"]["seeds"], content["seeds"]["root"], content["threads"]
    for name in points:
        if not SAFE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a point")
    if not points or not seeds or not all(type(number) is int for number in (root, threads, *seeds)):
        raise ValueError("it lacks points or seeds")
    return Sweep(points, root, list(seeds), threads)


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("numpy", "autograd")}
    return {"l0edu": l0edu.__version__, **packages, "python": platform.python_version()}


def _warn_of_other_versions(begun: Mapping[str, Any]) -> None:
    changes = [
        f"{name} {begun.get(name)}, now {now}" for name, now in _versions().items() if begun.get(name) != now
    ]
    if changes:
        warnings.warn(
            f"the sweep was begun with {'; '.join(changes)}: its runs may differ from a repetition",
            stacklevel=2,
        )
