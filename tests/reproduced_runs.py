"""Folders of runs as `l0edu reproduce` leaves them, written by hand: nothing is trained for them."""

import json
from dataclasses import replace

import numpy as np

from l0edu.models import build
from l0edu.reproduce.rows import ROWS, rows_of
from l0edu.running import finish, train_in
from l0edu.runs import RunFolder

VERSIONS = {"l0edu": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "autograd": "1.9.1"}
IMAGES = {"mnist": 60_000, "mini": 5_000}
CRC = {"mnist": 7, "mini": 158_603_870}  # the second is that of the embedded digits
SHORT = tuple(replace(row, fast=replace(row.fast, epochs=2)) for row in ROWS)


def row(key):
    return rows_of([key])[0]


def write_run(out, key, seed, fast=False, done=None, units=None, error=1.4, changes=None):
    """A run with so many epochs done (default: all), whose units and costs fall from epoch to epoch."""
    options = {**row(key).options(seed, fast), **(changes or {})}
    config = {
        "data_dir": None,
        "images": IMAGES[options["data"]],
        "data_crc": CRC[options["data"]],
        **options,
    }
    charges = build(options["network"]).charges
    units = [charge.gates for charge in charges] if units is None else units
    done = options["epochs"] if done is None else done
    records = [record(epoch, units, error) for epoch in range(1, done + 1)]
    folder = out / f"{key}-seed{seed}"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    if done == options["epochs"]:
        summary = {**records[-1], "config": config, "seed": seed, "versions": VERSIONS}
        (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def record(epoch, units, error):
    """Costs that fall with the epoch; the error is lowest in the first."""
    return {
        "epoch": epoch,
        "train_loss": 0.2,
        "data_loss": 0.1,
        "test_error": error if epoch > 1 else error - 0.2,
        "validation_error": None,
        "architecture": list(units),
        "expected_l0": 90_000.0 - epoch + 10 * error,
        "expected_flops": 130_000.0 - epoch,
        "expected_flops_own_gates": 172_000.0 - epoch,
        "flops": 137_014,
        "step_ms": 2.0,
        "seconds": 1.5 * epoch,
    }


def write_three_runs(out, key="mlp-lam0.1", fast=True, seeds=(0, 1, 2)):
    """Runs that differ as runs do, repeatably."""
    rng = np.random.default_rng(5)
    whole = np.array([charge.gates for charge in build(row(key).network).charges])
    for seed in seeds:
        units = (whole // 3 + rng.integers(-4, 5, len(whole))).tolist()
        write_run(out, key, seed, fast, units=units, error=4.5 + 0.1 * int(rng.integers(-3, 4)))


def train_for_real(folder, request):
    """What `l0edu train` does, without its words."""
    run = RunFolder(folder)
    with run.claimed():
        run.begin(request.progress)
        *_, progress = train_in(run, request)
        return finish(run, request.net, progress)
