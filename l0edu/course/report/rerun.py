"""Were the numbers measured? One lambda is trained again; machines may differ by a little.

The same seed gives the same run on the same machine with the same libraries. Another processor or another
NumPy adds numbers in another order. After 4,800 steps, rounding has then changed a few gates and predictions.

This was measured on one machine, with the code paths of OpenBLAS for four kinds of processor and with two
threads, at two seeds and eight lambdas. Two runs of a lambda differed by at most 11 mistakes of 1,000, 5
units of a layer, 0.6 % in expected L0 and 1.2 % in expected FLOPs. The bands, the differences allowed here,
are nearly twice as wide or wider. At some lambdas the records of two students agree within these bands, too.
So a difference tells more than agreement.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.course.report.results import Point, check_results
from l0edu.course.sources.a6.experiment import EPOCHS, epochs_of, record_of, seed_for

__all__ = ["Rerun", "differences", "rerun"]

MISTAKES = 20  # of 1,000, for validation and test
UNITS = 8  # of each layer
EXPECTED = 0.02  # relative, of expected L0 and FLOPs


@dataclass(frozen=True)
class Rerun:
    """What training again gave.

    Attributes
    ----------
    lam : float
        The lambda that was tried.
    differences : tuple of str
        A sentence for each number outside its band; none when the record was reproduced.
    """

    lam: float
    differences: tuple[str, ...]


def rerun(folder: Path, rng: np.random.Generator, epochs: int = EPOCHS) -> Rerun:
    """Train with one lambda of a results.json again, drawn at random, and compare.

    Parameters
    ----------
    folder : Path
        With a results.json that `check_results` accepts.
    rng : numpy Generator
        Draws the lambda.
    epochs : int
        Fewer are for tests.

    Returns
    -------
    Rerun
        After some 7 seconds. A difference is a reason to ask the student, no proof.

    Raises
    ------
    NotImplementedError, ReportError
        As `check_results`.
    """
    results = check_results(folder)
    point = results.points[int(rng.integers(len(results.points)))]
    seed = seed_for(results.variant)
    *_, last = epochs_of(point.lam, seed, epochs)
    return Rerun(point.lam, tuple(differences(point, record_of(last, point.lam, seed))))


def differences(point: Point, again: dict[str, Any]) -> list[str]:
    """A sentence for each number of a record that lies outside its band around what training again gave.

    Parameters
    ----------
    point : Point
        The record.
    again : dict
        What `record_of` makes of the new run.
    """
    said = asdict(point)
    bands = {
        **dict.fromkeys(("validation_mistakes", "test_mistakes"), float(MISTAKES)),
        **{key: EXPECTED * again[key] for key in ("expected_flops", "expected_l0")},
    }
    found = [
        f'"{key}" is {said[key]:,.0f}, and when trained again {again[key]:,.0f}'
        for key, band in bands.items()
        if abs(said[key] - again[key]) > band
    ]
    moved = max(abs(a - b) for a, b in zip(point.units_left, again["units_left"], strict=True))
    if moved > UNITS:
        found.append(
            f'"units_left" is {list(point.units_left)}, and when trained again {again["units_left"]}'
        )
    return found
