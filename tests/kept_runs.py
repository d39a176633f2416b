"""Records of runs as training leaves them, written without training."""

import json

from l0edu.config import Config
from l0edu.models import build

LEFT = {"mlp": [219, 214, 100], "lenet5": [20, 25, 45, 462]}  # Table 1, lambda .1/N


def config(network="mlp", epochs=2, lam=(0.1,), seed=0, **changes):
    numbers = {
        "weight_decay": 0.0,
        "batch_size": 100,
        "step_size": 1e-3,
        "averaging": 0.99,
        "validation": 0.0,
    }
    place = {"data": "mini", "data_dir": None, "images": 5000, "data_crc": 1}
    how = {"dtype": "float32", "conditional": True, "epochs": epochs, "lam": list(lam), "seed": seed}
    return Config(network=network, **{**numbers, **place, **how, **changes})


def record(epoch, left=(219, 214, 100), **changes):
    """An epoch's record; every number is another one."""
    costs = {"expected_l0": 9e4, "expected_flops": 1e5, "expected_flops_own_gates": 1.5e5, "flops": 120_000}
    losses = {"train_loss": 0.5, "data_loss": 0.3, "l0_penalty": 0.2, "l2_penalty": 0.0}
    errors = {"test_error": 1 + 3 / epoch, "validation_error": None}
    times = {"step_ms": 2.0, "seconds": 1.5 * epoch}
    return {"epoch": epoch, **losses, **errors, "architecture": list(left), **costs, **times, **changes}


def write_run(folder, network="mlp", records=None, finished=True, **settings):
    """A run's folder; its records are two of Table 1's architecture unless they are given."""
    gates = len(build(network).charges)
    left = LEFT.get(network, [charge.gates for charge in build(network).charges])[:gates]
    records = [record(1, left), record(2, left)] if records is None else records
    asked = config(network, **{"epochs": max(1, len(records)), **settings})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(asked.to_json()))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    if finished:
        summary = {**records[-1], "config": asked.to_json(), "seed": asked.seed, "versions": {}}
        (folder / "summary.json").write_text(json.dumps(summary))
    return folder
