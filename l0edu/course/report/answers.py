"""Do the three answers follow from the results? They are computed again from the student's results.json."""

from pathlib import Path
from typing import Any

import numpy as np

from l0edu.course.report.files import ReportError, number, read_json
from l0edu.course.report.results import DENSE, GATES, LAYERS, Point, Results, check_results
from l0edu.course.sources.a6.experiment import IMAGES

__all__ = ["check_answer"]

KEYS = {
    1: ("lambda", "times_fewer_flops"),
    2: ("layer", "percent_lost"),
    3: ("test_minus_validation", "expected_minus_left"),
}
MORE_MISTAKES = 10  # more than the best lambda has: one percentage point of 1,000 images


def check_answer(folder: Path, question: int) -> None:
    """One of the three answers, compared with what follows from the student's own results.

    Answers 2 and 3 are judged at the lambda that answer 1 names, right or wrong: one mistake costs one point.

    Parameters
    ----------
    folder : Path
        With answers.json and results.json in it.
    question : int
        1, 2 or 3.

    Raises
    ------
    NotImplementedError
        When there is no answers.json, or the answer in it is still null.
    ReportError
        When the answer is wrong. The sentence does not say what would be right.
    """
    answers = read_json(folder, "answers.json")
    keys = KEYS[question]
    if all(answers.get(key) is None for key in keys):
        raise NotImplementedError(f"answers.json: {keys[0]} is still null")
    try:
        results = check_results(folder)
    except (ReportError, NotImplementedError):
        raise ReportError("answers are judged by results.json: see task 6.5") from None
    lam = number(answers, "lambda", 0, 1000, "answers.json")
    point = next((one for one in results.points if abs(one.lam - lam) < 1e-9), None)
    if point is None:
        raise ReportError('answers.json: "lambda" is none of those in results.json')
    (_answer_1, _answer_2, _answer_3)[question - 1](answers, point, results)


def _answer_1(answers: dict[str, Any], point: Point, results: Results) -> None:
    best = min(one.validation_mistakes for one in results.points)
    right = max(one.lam for one in results.points if one.validation_mistakes <= best + MORE_MISTAKES)
    if point.lam != right:
        raise ReportError('answers.json: "lambda" is not the one that the rule of task 6.3 chooses')
    _compare(answers, "times_fewer_flops", 2 * DENSE / point.flops if point.flops else np.inf, 0.05)


def _answer_2(answers: dict[str, Any], point: Point, results: Results) -> None:  # noqa: ARG001
    lost = [100 * (n - left) / n for n, left in zip(GATES, point.units_left, strict=True)]
    most = {layer for layer, percent in zip(LAYERS, lost, strict=True) if percent == max(lost)}
    if answers.get("layer") not in LAYERS:
        raise ReportError(
            f'answers.json: "layer" should be one of {", ".join(LAYERS)}: the layer whose inputs are meant'
        )
    if answers["layer"] not in most:
        raise ReportError('answers.json: "layer" is not the one whose inputs lose the largest share')
    _compare(answers, "percent_lost", max(lost), 0.051)


def _answer_3(answers: dict[str, Any], point: Point, results: Results) -> None:  # noqa: ARG001
    points = 100 * (point.test_mistakes - point.validation_mistakes) / IMAGES
    _compare(answers, "test_minus_validation", points, 0.051)
    _compare(answers, "expected_minus_left", point.expected_l0 - point.weights_left, 1)


def _compare(answers: dict[str, Any], key: str, right: float, slack: float) -> None:
    """Three digits are enough."""
    yours = number(answers, key, -1e6, 1e6, "answers.json")
    if abs(yours - right) <= max(slack, 0.01 * abs(right)):
        return
    if key == "percent_lost" and abs(100 * yours - right) <= 0.01 * right:
        raise ReportError(f'answers.json: "{key}" is {yours:.3g}: a share? It is asked in percent')
    if key == "times_fewer_flops" and abs(yours * right - 1) <= 0.01:
        raise ReportError(f'answers.json: "{key}" is {yours:.3g}: is it the inverse?')
    raise ReportError(f'answers.json: "{key}" does not follow from your results.json')
