"""Sweeps small enough for a test: runs of a few steps on 120 images."""

import json
import time

import numpy as np

from l0edu.data import write_idx
from l0edu.data.registry import FILE_NAMES
from l0edu.sweep.jobs import Job

TIMES = ("step_ms", "seconds")


def write_digits(folder, train=100, test=20):
    """Noise with a bright row for each class, as four IDX files."""
    folder.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    for part, n in enumerate((train, test)):
        labels = (np.arange(n) % 10).astype(np.uint8)
        images = rng.integers(0, 100, (n, 28, 28), dtype=np.uint8)
        images[np.arange(n), 2 * labels + 4] = 255
        write_idx(folder / FILE_NAMES[2 * part].removesuffix(".gz"), images)
        write_idx(folder / FILE_NAMES[2 * part + 1].removesuffix(".gz"), labels)
    return folder


def quick(data, **options):
    """Options of a run of two epochs, two steps each."""
    own = {"network": "mlp", "data": "idx", "data_dir": str(data), "batch_size": 50, "epochs": 2}
    return {**own, **options}


def sixteen(data):
    """Four lambdas and four seeds."""
    return [
        Job(f"lam{lam}-seed{seed}", quick(data, lam=[lam], seed=seed, record=True))
        for lam in (0.1, 1.0, 5.0, 20.0)
        for seed in range(4)
    ]


def as_arguments(options):
    """The same as one writes it behind `l0edu sweep train`."""
    rest = {name: value for name, value in options.items() if name != "network"}
    pairs = [(f"--{name.replace('_', '-')}", str(value)) for name, value in rest.items()]
    return [options["network"], *(word for pair in pairs for word in pair)]


def leave_curves_out():
    """In a worker that outlives the test: the pictures take most of a short run's time."""
    from l0edu import figures

    figures.save_curves = lambda *_: None


def hold_until_gone(file):
    """In a worker: make a file, and end when it is deleted; after a minute at the latest."""
    file.touch()
    until = time.monotonic() + 60
    while file.exists() and time.monotonic() < until:
        time.sleep(0.05)


def wait_until(true, seconds=120):
    """Fail a test rather than wait for ever."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not so after {seconds} s"
        time.sleep(0.01)


def lines(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def untimed(record):
    return {name: value for name, value in record.items() if name not in TIMES}


def result(run):
    """All numbers of a run but its times."""
    summary = json.loads((run / "summary.json").read_text())
    return [json.dumps(untimed(line)) for line in lines(run)], untimed(summary)


def results(folder):
    """The same for each run of a sweep, and the bytes of its film, if it has one."""
    found = {}
    for run in sorted(path for path in folder.iterdir() if path.is_dir()):
        film = run / "film.npz"
        found[run.name] = (*result(run), film.read_bytes() if film.exists() else b"")
    return found


def times(folder):
    """What a repetition would change, of each run that is done."""
    return {
        file.parent.name: [[line[name] for name in TIMES] for line in lines(file.parent)]
        for file in sorted(folder.glob("*/summary.json"))
    }
