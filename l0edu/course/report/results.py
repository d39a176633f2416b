"""Can a results.json be true? Its numbers must be possible, and agree with each other.

Weights and FLOPs follow from the units left. The units left also limit the expectations. A gate that is open
at test time is open in training with a probability above .3105. A gate that is closed at test time has a
probability below .3105 (Eqs. 12 and 13 at log_alpha = -2.398).
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.course.report.files import ReportError, number, read_json, whole
from l0edu.course.sources.a6.experiment import EPOCHS, IMAGES, LAMBDAS, SIZES, network, seed_for
from l0edu.flops import flops

__all__ = ["DENSE", "GATES", "LAYERS", "Point", "Results", "check_results"]

GATES = SIZES[:-1]  # on the inputs of each layer
LAYERS = ("fc1", "fc2", "fc3")
DENSE = sum(inputs * outputs for inputs, outputs in pairwise(SIZES))
AT_THRESHOLD = 0.3105  # P(z != 0) of a gate at which z-hat becomes 0
SLACK = 1e-3  # of an expectation: it was computed in float32


@dataclass(frozen=True)
class Point:
    """What results.json says of one lambda."""

    lam: float
    validation_mistakes: int
    test_mistakes: int
    units_left: tuple[int, ...]
    weights_left: int
    flops: int
    expected_flops: float
    expected_l0: float


@dataclass(frozen=True)
class Results:
    """What results.json says: whose it is, and a point for each lambda, in order."""

    variant: str
    points: tuple[Point, ...]

    @property
    def seed(self) -> int:
        """The seed that the variant decides."""
        return seed_for(self.variant)


def check_results(folder: Path, student: str | None = None) -> Results:
    """The results of a student, once they are found possible and consistent.

    Parameters
    ----------
    folder : Path
        With results.json in it.
    student : str, optional
        Whose they should be: the variant that was trained.

    Returns
    -------
    Results

    Raises
    ------
    NotImplementedError
        When there is no results.json.
    ReportError
        When something in it is wrong; the sentence says what.
    """
    content = read_json(folder, "results.json")
    variant = content.get("variant")
    if not isinstance(variant, str) or not 0 < len(variant.strip()) <= 200:
        raise ReportError('results.json: "variant" should be a text, your student number')
    if student is not None and seed_for(variant) != seed_for(student):
        raise ReportError(f"results.json is of variant {variant[:40]!r}, and not of {student!r}")
    _demand_seed(content, variant, "results.json")
    records = content.get("records")
    if not isinstance(records, list) or len(records) > len(LAMBDAS):
        raise ReportError(f'results.json: "records" should be a list of {len(LAMBDAS)} records, one a lambda')
    points = [_point(record, variant, f"record {i}") for i, record in enumerate(records, 1)]
    _demand_all({point.lam for point in points}, len(points))
    return Results(variant, tuple(sorted(points, key=lambda point: point.lam)))


def _demand_all(lambdas: set[float], records: int) -> None:
    """The lambdas are those of experiment.py, each once."""
    if len(lambdas) < records:
        raise ReportError("results.json: a lambda occurs twice")
    if foreign := sorted(lambdas - set(LAMBDAS)):
        what = f"lambda {foreign[0]:g} is none of those in experiment.py"
        raise ReportError(f"results.json: {what}: move it away and run python experiment.py again")
    if len(lambdas) < len(LAMBDAS):
        found = f"{len(lambdas)} of {len(LAMBDAS)} lambdas"
        raise ReportError(f"results.json holds {found}: run python experiment.py again")


def _demand_seed(content: dict[str, Any], variant: str, where: str) -> None:
    """The message does not say which number it should be."""
    seed = content.get("seed")
    if not isinstance(seed, int) or seed != seed_for(variant):
        raise ReportError(
            f"{where}: its seed is not that of variant {variant[:40]!r}. Move results.json away and run "
            "experiment.py again with your number"
        )


def _point(record: Any, variant: str, where: str) -> Point:
    """One record, once its numbers are possible and agree with each other."""
    if not isinstance(record, dict):
        raise ReportError(f"results.json: {where} should be an object, {{...}}")
    where = f"results.json, {where}"
    _demand_seed(record, variant, where)
    if record.get("epochs") != EPOCHS:
        raise ReportError(f'{where}: "epochs" should be {EPOCHS}')
    units = _units(record.get("units_left"), where)
    point = Point(
        number(record, "lambda", 0, 1000, where),
        whole(record, "validation_mistakes", 0, IMAGES, where),
        whole(record, "test_mistakes", 0, IMAGES, where),
        units,
        whole(record, "weights_left", 0, DENSE, where),
        whole(record, "flops", 0, 2 * DENSE, where),
        number(record, "expected_flops", 0, 2 * DENSE, where),
        number(record, "expected_l0", 0, DENSE, where),
    )
    _compare_counts(point, where)
    _compare_expectations(point, where)
    return point


def _units(units: Any, where: str) -> tuple[int, ...]:
    if not isinstance(units, list) or len(units) != len(GATES):
        raise ReportError(f'{where}: "units_left" should be a list of {len(GATES)} numbers')
    named = dict(zip(LAYERS, units, strict=True))
    return tuple(
        whole(named, layer, 0, n, f"{where}, units_left") for layer, n in zip(LAYERS, GATES, strict=True)
    )


def _compare_counts(point: Point, where: str) -> None:
    """Weights and FLOPs follow from the units left."""
    sizes = [*point.units_left, SIZES[-1]]
    weights = sum(inputs * outputs for inputs, outputs in pairwise(sizes))
    if point.weights_left != weights:
        raise ReportError(f'{where}: "weights_left" does not follow from "units_left"')
    opened = {
        f"gate{i}": np.arange(n) < left
        for i, (n, left) in enumerate(zip(GATES, point.units_left, strict=True), 1)
    }
    if point.flops != flops(network(), opened).total:
        raise ReportError(f'{where}: "flops" does not follow from "units_left"')


def _compare_expectations(point: Point, where: str) -> None:
    """A gate open at test time is open with a probability above .3105, a closed one with one below."""
    fewest = [AT_THRESHOLD * left for left in point.units_left]
    most = [left + AT_THRESHOLD * (n - left) for left, n in zip(point.units_left, GATES, strict=True)]
    lowest, highest = (
        sum(n * outputs for n, outputs in zip(side, SIZES[1:], strict=True)) for side in (fewest, most)
    )
    _demand_between(point.expected_l0, lowest, highest, f'{where}: "expected_l0" does not fit "units_left"')
    lowest, highest = (
        2 * sum(a * b for a, b in zip(side, [*side[1:], SIZES[-1]], strict=True)) for side in (fewest, most)
    )
    # With few units, all of a layer may be closed; then the units before it cost nothing.
    lowest = 0.9 * lowest if min(point.units_left) >= 10 else 0
    _demand_between(
        point.expected_flops, lowest, highest, f'{where}: "expected_flops" does not fit "units_left"'
    )


def _demand_between(value: float, lowest: float, highest: float, message: str) -> None:
    if not lowest * (1 - SLACK) <= value <= highest * (1 + SLACK):
        raise ReportError(message)
