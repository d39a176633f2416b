"""What does a complete report look like? A made-up one, with which grading can be tried without training."""

import io
import json
import math
from itertools import pairwise

from matplotlib.figure import Figure

from l0edu.course.sources.a6.compaction import choose, draw
from l0edu.course.sources.a6.experiment import EPOCHS, LAMBDAS, SIZES, seed_for

__all__ = ["made_up_answers", "made_up_files", "made_up_results"]

DENSE = sum(inputs * outputs for inputs, outputs in pairwise(SIZES))
EXPECTED = 0.97  # about how probable it is that an open gate is open, on average


def made_up_results(variant):
    """A results.json with numbers as they might have come out, other ones for each variant.

    >>> made_up_results("s1")["records"][0]["units_left"]
    [784, 100, 50]
    """
    seed = seed_for(variant)
    return {
        "assignment": "a6",
        "variant": variant,
        "seed": seed,
        "records": [_record(lam, seed) for lam in LAMBDAS],
    }


def _units(lam, seed):
    """Fewer for a larger lambda, and other ones for each seed."""
    rates, fewer = (8, 1, 0.1), (seed % 31, seed // 31 % 13, seed // 403 % 7)
    return [
        max(10, round(n * math.exp(-rate * lam)) - (less if lam else 0))
        for n, rate, less in zip(SIZES, rates, fewer, strict=False)
    ]


def _record(lam, seed):
    units = _units(lam, seed)
    sizes = [*units, SIZES[-1]]
    weights = sum(inputs * outputs for inputs, outputs in pairwise(sizes))
    mistakes = 45 + seed % 7 + round(120 * lam**2)
    expected = EXPECTED + seed / 2**32 / 100
    return {
        "lambda": lam,
        "seed": seed,
        "epochs": EPOCHS,
        "validation_mistakes": mistakes,
        "test_mistakes": mistakes - 5,
        "units_left": units,
        "weights_left": weights,
        "flops": 2 * weights,
        "expected_flops": 2 * expected**2 * weights,
        "expected_l0": expected * sum(n * outputs for n, outputs in zip(units, SIZES[1:], strict=True)),
        "seconds": 6.0,
    }


def made_up_answers(results):
    """The answers that follow from results, in full precision.

    >>> made_up_answers(made_up_results("s1"))["layer"]
    'fc1'
    """
    lam = choose(results["records"])
    record = next(one for one in results["records"] if one["lambda"] == lam)
    lost = {
        f"fc{i}": 100 * (n - left) / n
        for i, (n, left) in enumerate(zip(SIZES, record["units_left"], strict=False), 1)
    }
    layer = max(lost, key=lambda name: lost[name])
    return {
        "lambda": lam,
        "times_fewer_flops": 2 * DENSE / record["flops"],
        "layer": layer,
        "percent_lost": lost[layer],
        "test_minus_validation": (record["test_mistakes"] - record["validation_mistakes"]) / 10,
        "expected_minus_left": record["expected_l0"] - record["weights_left"],
    }


def made_up_files(variant: str) -> dict[str, bytes]:
    """results.json, answers.json, plot.png and report.md, as bytes by name; they pass all automatic checks.

    >>> sorted(made_up_files("s1"))
    ['answers.json', 'plot.png', 'report.md', 'results.json']
    """
    results = made_up_results(variant)
    sections = "\n".join(f"## {i}. Made up\n\n{'These words stand for a text. ' * 12}\n" for i in (1, 2, 3))
    return {
        "results.json": json.dumps(results, indent=1).encode(),
        "answers.json": json.dumps(made_up_answers(results), indent=1).encode(),
        "plot.png": _plot(results["records"]),
        "report.md": f"# Report on a6\n\n{sections}".encode(),
    }


def _plot(records):
    figure, image = Figure(figsize=(7.0, 4.5), layout="constrained"), io.BytesIO()
    draw(records, choose(records), figure.add_subplot())
    figure.savefig(image, format="png", dpi=100)
    return image.getvalue()
