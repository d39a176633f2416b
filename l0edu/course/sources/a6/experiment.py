"""How much network do the digits need? A sweep over lambda, on a split of the digits that is yours.

    python experiment.py --variant YOUR-NUMBER

trains a 784-100-50 network for each lambda (about a minute in all) and writes results.json as it goes:
stopped, it goes on where it was. Then it calls your functions of compaction.py. Nothing here is to be
changed: what you hand in is judged by these settings.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # One thread multiplies matrices this small fastest; NumPy reads this when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from tqdm import tqdm

from l0edu import load_network, mlp, save_network, test_gates
from l0edu.checkpoint import write_atomically
from l0edu.data import load, split
from l0edu.errors import InputError
from l0edu.network import Network
from l0edu.one_step import seed_of
from l0edu.optim import Adam
from l0edu.records import Record
from l0edu.settings import Settings
from l0edu.train import fit

SIZES = (784, 100, 50, 10)
LAMBDAS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)  # in units of 1/N
EPOCHS = 120
HELD_OUT = 0.2  # of 5,000 training images: 1,000 to validate on
IMAGES = 1000  # in the validation set and in the test set

BLANK_ANSWERS = """\
{
 "lambda": null,
 "times_fewer_flops": null,
 "layer": null,
 "percent_lost": null,
 "test_minus_validation": null,
 "expected_minus_left": null
}
"""
BLANK_REPORT = """\
# Report on a6

## 1. Choice

<!-- 60 to 200 words, with numbers of yours.
Which lambda did the rule choose, and how sure can you be that it is better than its neighbours? Would a
choice by test error have been another one, and why may you not report it? -->

## 2. Where the saving comes from

<!-- 60 to 200 words, with numbers of yours.
Which layer gives most, and what do the pixels that are gone have in common? What happens to the other
layers as lambda grows? How do the time of 1,000 images and the FLOPs shrink, and why not alike? -->

## 3. What two numbers promise

<!-- 60 to 200 words, with numbers of yours.
Why do validation and test error differ? Why is expected L0 not the number of weights left? Give one reason
that makes it larger and one that makes it smaller, and say how they change from lambda 0 to lambda 1. -->
"""


def network() -> Network:
    """784-100-50-10, with a gate on every input of every layer."""
    return mlp(SIZES, drop_rates=(0.2, 0.5, 0.5))


def seed_for(variant: str) -> int:
    """The seed of a student: of the split, the first weights, the batches and the noise."""
    return seed_of(variant) % 2**32


def digits(seed):
    """Training, validation and test images. Nothing is chosen on the test images."""
    train, test = (data.reshaped((784,)) for data in load("mini"))
    rest, validation = split(np.random.default_rng((seed, 0, 1)), train, HELD_OUT)
    return rest, validation, test


def epochs_of(lam: float, seed: int, epochs: int = EPOCHS) -> Iterator[Record]:
    """Train with one lambda; yields the library's record of each epoch."""
    train, validation, test = digits(seed)
    settings = Settings(epochs=epochs, lam=lam, optimizer=Adam(3e-3), seed=seed)
    yield from fit(network(), train, settings, test, validation)


def mistakes(percent):
    """How many of the images are wrong, as a whole number."""
    return round(percent * IMAGES / 100)


def record_of(last: Record, lam: float, seed: int) -> dict[str, Any]:
    """What results.json keeps of a trained network."""
    units = [*last.architecture, SIZES[-1]]
    return {
        "lambda": lam,
        "seed": seed,
        "epochs": last.epoch,
        "validation_mistakes": mistakes(last.validation_error),
        "test_mistakes": mistakes(last.test_error),
        "units_left": last.architecture,
        "weights_left": sum(inputs * outputs for inputs, outputs in pairwise(units)),
        "flops": last.flops,
        "expected_flops": last.expected_flops,
        "expected_l0": last.expected_l0,
        "seconds": round(last.state.seconds, 1),
    }


def begun(folder, variant):
    """What results.json holds, or a new beginning."""
    file = folder / "results.json"
    if not file.exists():
        if variant is None:
            raise InputError("say who you are: python experiment.py --variant YOUR-NUMBER")
        return {"assignment": "a6", "variant": variant, "seed": seed_for(variant), "records": []}
    try:
        results = json.loads(file.read_text(encoding="utf-8"))
        [record["lambda"] for record in results["records"]]
    except (ValueError, KeyError, TypeError):
        raise InputError("results.json is damaged: move it away to begin anew") from None
    if variant not in (None, results["variant"]):
        raise InputError(f"results.json is of variant {results['variant']}: move it away to begin anew")
    return results


def write(folder, results):
    """Put results.json there: stopped in the middle, the old one stays."""
    write_atomically(folder / "results.json", f"{json.dumps(results, indent=1)}\n".encode())


def sweep(folder, results, epochs=EPOCHS, lambdas=LAMBDAS):
    """Train with each lambda that results.json does not hold yet; it is written after each."""
    done = {record["lambda"] for record in results["records"]}
    (folder / "networks").mkdir(exist_ok=True)
    write(folder, results)
    with tqdm(total=epochs * len(lambdas), initial=epochs * len(done), unit="epoch", disable=None) as bar:
        for lam in (lam for lam in lambdas if lam not in done):
            for last in epochs_of(lam, results["seed"], epochs):
                bar.set_description(f"lambda {lam:g}: {'-'.join(map(str, last.architecture))}")
                bar.update()
            save_network(folder / "networks" / f"lambda-{lam:g}.npz", network(), last.params)
            results["records"].append(record_of(last, lam, results["seed"]))
            results["records"].sort(key=lambda record: record["lambda"])
            write(folder, results)


def table(records, chosen):
    """The sweep as text; a star marks the chosen lambda."""
    heads = ("lambda", "validation", "test", "units left", "weights left", "FLOPs", "expected L0")
    widths = (7, 12, 9, 14, 14, 9, 13)
    rows = [
        (
            f"{one['lambda']:g}",
            *(f"{one[key] / 10:.1f} %" for key in ("validation_mistakes", "test_mistakes")),
            "-".join(map(str, one["units_left"])),
            *(f"{one[key]:,.0f}" for key in ("weights_left", "flops", "expected_l0")),
        )
        for one in records
    ]
    lines = ["".join(map(str.rjust, row, widths)) for row in (heads, *rows)]
    stars = ["", *(" *" * (one["lambda"] == chosen) for one in records)]
    return "\n".join(map("".join, zip(lines, stars, strict=True)))


def yours():
    """Your compaction.py, as a module."""
    return import_module("compaction")


def logits(weights, biases, x):
    """What a network without gates computes."""
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        x = np.maximum(0, x @ W.T + b)
    return x @ weights[-1].T + biases[-1]


def milliseconds(weights, biases, x):
    """The median time of 20 rounds over x."""
    times = []
    for _ in range(20):
        started = time.perf_counter()
        logits(weights, biases, x)
        times.append(1000 * (time.perf_counter() - started))
    return np.median(times)


def try_compaction(folder, lam, seed):
    """Make the trained network of one lambda small with your function, and compare the two."""
    net, params, _ = load_network(folder / "networks" / f"lambda-{lam:g}.npz")
    gates, layers = test_gates(net, params), ("fc1", "fc2", "fc3")
    weights, biases = ([params[layer][name] for layer in layers] for name in "Wb")
    small, small_biases, kept = yours().compact_mlp(weights, biases, [gates[f"gate{i}"] for i in (1, 2, 3)])
    x = digits(seed)[2].x
    same = np.mean(
        logits(small, small_biases, x[:, kept[0]]).argmax(axis=1)
        == net.apply(params, x, gates).argmax(axis=1)
    )
    before, after = milliseconds(weights, biases, x), milliseconds(small, small_biases, x[:, kept[0]])
    print(f"\nthe network of lambda {lam:g}, made small by your compact_mlp:")
    print(f"the same answer on {same:.1%} of the test images")
    print(f"1,000 images in {after:.2f} ms, before in {before:.2f} ms")
    print(f"weights left by your weights_left: {yours().weights_left([W.shape for W in weights], kept):,}")


def pixels_as_text(opened):
    """The 28 x 28 pixels, a line for each row: ## where a pixel is read, a dot where its gate is closed."""
    return "\n".join("".join("##" if pixel else " ." for pixel in row) for row in opened.reshape(28, 28))


def show_pixels(folder, lam):
    """Print which pixels the trained network of one lambda still reads."""
    net, params, _ = load_network(folder / "networks" / f"lambda-{lam:g}.npz")
    opened = test_gates(net, params)["gate1"] > 0
    print(f"\nlambda {lam:g} leaves {opened.sum()} of {opened.size} pixels, marked ##; a dot is closed:\n")
    print(pixels_as_text(opened))


def make_plot(folder, records, chosen):
    """Draw plot.png with your function."""
    from matplotlib.figure import Figure

    from l0edu.figures import save_png

    figure = Figure(figsize=(7.0, 4.5), layout="constrained")
    yours().draw(records, chosen, figure.add_subplot())
    save_png(figure, folder / "plot.png", "Error against weights left, a point for each lambda")
    print("\nplot.png is drawn: look at it")


def attempt(function, *arguments):
    """Call one of your functions; where it is not written yet, say so and go on."""
    try:
        return function(*arguments)
    except NotImplementedError as error:
        print(f"\nnot started: {error}")
        return None


def write_blanks(folder):
    """answers.json and report.md to fill in, unless they are there."""
    for name, text in (("answers.json", BLANK_ANSWERS), ("report.md", BLANK_REPORT)):
        if not (folder / name).exists():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            print(f"{name} is there for you to fill in")


def main():
    """Sweep, print, draw, compact."""
    parser = argparse.ArgumentParser(
        description="A sweep over lambda, on a split of the digits that is yours."
    )
    parser.add_argument("--variant", help="your student number; needed the first time")
    folder = Path(__file__).parent
    results = begun(folder, parser.parse_args().variant)
    choose = yours().choose  # read now: a mistake in the file shows before a minute of training
    sweep(folder, results)
    records = results["records"]
    chosen = attempt(choose, records)
    print(table(records, chosen))
    write_blanks(folder)
    attempt(make_plot, folder, records, chosen)
    if chosen is not None:
        show_pixels(folder, chosen)
        attempt(try_compaction, folder, chosen, results["seed"])


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        raise SystemExit(f"{error}") from None
    except KeyboardInterrupt:
        raise SystemExit("\nstopped; python experiment.py goes on with the next lambda") from None
