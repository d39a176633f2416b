"""Which runs are asked for, which of them are there, and how long will the rest take?

Every run has a folder of its own, named after its row and seed: "mlp-lam0.1-seed0". A run that `l0edu train`
left there counts as well, if it was asked for the same: where the images lay and whether gates were recorded
do not matter. The folder of a run with other options is refused and never overwritten.

Neighbouring seeds are as independent as any others: training draws from `SeedSequence((seed, epoch))`, which
mixes its numbers.
"""

import re
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from statistics import mean
from typing import Any

from l0edu.collected import CollectedRun, read_run
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.reproduce.rows import Row

__all__ = [
    "CONFIG_DEFAULTS",
    "OF_IMAGES",
    "Plan",
    "Planned",
    "duration",
    "find_runs",
    "make_plan",
    "refuse_other_data",
    "what_is_there",
]

LONG = 72  # hours, from which on days are said
OF_IMAGES = ("channel_mean", "channel_std", "test_images")  # follow from the images
WITHOUT_EFFECT = ("data_dir", "record", *OF_IMAGES)
CONFIG_DEFAULTS = {field.name: field.default for field in fields(Config) if field.default is not MISSING}


@dataclass(frozen=True)
class Planned:
    """One run that is asked for.

    Attributes
    ----------
    row : Row
    options : dict
        As `l0edu.request.resolve` takes them.
    run : CollectedRun or None
        What is there of it.
    seconds : float or None
        How long such a run takes from its first epoch to its last; None when nobody knows.
    """

    row: Row
    options: dict[str, Any]
    run: CollectedRun | None
    seconds: float | None

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.row.name(self.options["seed"])

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return self.run is not None and self.run.finished

    @property
    def epochs_done(self) -> int:
        """Of those that are asked for."""
        return len(self.run.records) if self.run else 0

    @property
    def seconds_left(self) -> float | None:
        """To be expected, at the run's own pace if it has begun; None when nobody knows."""
        if self.run and self.run.records:
            return self.run.seconds * (self.options["epochs"] / self.epochs_done - 1)
        return self.seconds

    def describe(self) -> str:
        """Where it stands, in a few words."""
        if self.finished:
            return "there"
        left = self.seconds_left
        done = f"{self.epochs_done} of {self.options['epochs']} epochs are there" if self.run else "to train"
        return f"{done}; {'no estimate' if left is None else f'about {duration(left)}'}"


@dataclass(frozen=True)
class Plan:
    """All runs that are asked for, in the order of the table.

    Attributes
    ----------
    out : Path
        The folder of their folders.
    planned : tuple of Planned
    """

    out: Path
    planned: tuple[Planned, ...]

    @property
    def missing(self) -> list[Planned]:
        """Those that are to be trained, or to be gone on with."""
        return [one for one in self.planned if not one.finished]

    def text(self, jobs: int) -> str:
        """How many there are, how many to train and for how long, and a line for each that is to train."""
        here, missing = len(self.planned) - len(self.missing), self.missing
        plural = "s" * (len(self.planned) != 1)
        head = f"{len(self.planned)} run{plural} in {self.out}: {here} there, {len(missing)} to train"
        if not missing:
            return head
        width = max(len(one.name) for one in missing)
        lines = (f"  {one.name:<{width}}  {one.describe()}" for one in missing)
        return "\n".join([f"{head}, {self._time(jobs)}", *lines])

    def _time(self, jobs: int) -> str:
        known = [one.seconds_left for one in self.missing if one.seconds_left is not None]
        if not known:
            return "which take a time that nobody has measured yet"
        seconds = max(sum(known) / jobs, *known)
        rest = " and those without an estimate" * (len(known) < len(self.missing))
        return f"about {duration(seconds)}{rest}, {jobs} at a time"


def make_plan(
    rows: Sequence[Row],
    seeds: Sequence[int],
    out: Path,
    fast: bool = False,
    data_dir: str | None = None,
    seconds: dict[str, float] | None = None,
) -> Plan:
    """Look for the runs of some rows and seeds.

    Parameters
    ----------
    rows : sequence of Row
    seeds : sequence of int
    out : Path
        Need not exist.
    fast : bool
    data_dir : str, optional
    seconds : dict, optional
        By a row's key, how long one of its runs took elsewhere. What was measured in `out` goes before it.

    Raises
    ------
    InputError
        When `out` is a file, or a folder in it holds a run with other options, or a damaged one.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: name a folder with --out")
    planned = []
    for row in rows:
        found = find_runs(out, row, fast)
        here = [run.seconds for run in found.values() if run.finished]
        took = mean(here) if here else (seconds or {}).get(row.key)
        for seed in seeds:
            planned.append(Planned(row, row.options(seed, fast, data_dir), found.get(seed), took))
    return Plan(out, tuple(planned))


def find_runs(out: Path, row: Row, fast: bool = False) -> dict[int, CollectedRun]:
    """The runs of a row below a folder, by their seeds: finished ones and others.

    Raises
    ------
    InputError
        When one of them was trained with other options, or is damaged.
    """
    found = {}
    for path in sorted(out.glob(f"{row.key}-seed*")):
        match = re.fullmatch(rf"{re.escape(row.key)}-seed(0|[1-9]\d*)", path.name)
        if match and (path / "config.json").exists():
            run = read_run(path, path.name)
            seed = int(match[1])
            _refuse_others(run, row.options(seed, fast))
            found[seed] = run
    return dict(sorted(found.items()))


def what_is_there(rows: Sequence[Row], out: Path, fast: bool = False) -> str:
    """How many runs of some rows are finished, and which are not: a table or a figure has none of these."""
    runs = [run for row in rows for run in find_runs(out, row, fast).values()]
    halves = [run for run in runs if not run.finished]
    done = len(runs) - len(halves)
    lines = (f"  {run.name}  {len(run.records)} of {run.config.epochs} epochs: left out" for run in halves)
    return "\n".join([f"{out}: {done} finished run{'s' * (done != 1)} of these rows", *lines])


def refuse_other_data(runs: Sequence[CollectedRun], asked: Config | None = None) -> None:
    """Refuse runs that were trained on other images of the same data set: they belong into no common table.

    Parameters
    ----------
    runs : sequence of CollectedRun
    asked : Config, optional
        Whose images the runs on its data set should have; else, on each data set, those of its first run.

    Raises
    ------
    InputError
        With the folder of the first run that has others.
    """
    first = {} if asked is None else {_images(asked): (asked.data_crc, "those that this would train on")}
    for run in runs:
        crc, whose = first.setdefault(_images(run.config), (run.config.data_crc, str(run.path)))
        if run.config.data_crc != crc:
            raise InputError(
                f"{run.path} was trained on other images than {whose}: move it away, or name another --out "
                "or --data-dir"
            )


def duration(seconds: float) -> str:
    """As one says it: "40 s", "12 min", "1 h 40 min", "9 days".

    Examples
    --------
    >>> duration(40), duration(725), duration(6000), duration(777_600)
    ('40 s', '12 min', '1 h 40 min', '9 days')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours >= LONG:
        return f"{hours / 24:,.0f} days"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _images(config: Config) -> tuple[str, float, int | None]:
    """What decides on which images is trained: the seed too, if a part of them is held out."""
    return config.data, config.validation, config.seed if config.validation else None


def _refuse_others(run: CollectedRun, options: dict[str, Any]) -> None:
    had = run.config.to_json()
    for name, wanted in {**CONFIG_DEFAULTS, **options}.items():
        if name not in WITHOUT_EFFECT and had[name] != wanted:
            raise InputError(
                f"{run.path} was trained with {name} = {had[name]}, and this takes {wanted}: "
                "move it away, or name another --out"
            )
