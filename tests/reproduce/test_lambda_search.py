"""Secants towards wanted numbers of units."""

import numpy as np
import pytest

from l0edu.reproduce.lambda_search import Tried, closest, distance, next_lambdas, search

WANTED = [266, 88, 33]


def response(lam, slopes=(-0.5, -0.9, -1.4), coupling=0.2):
    """Units that fall with their layer's lambda, and a little with the next one's."""
    lam = np.asarray(lam)
    units = 300 * (lam / 0.2) ** np.array(slopes) * (np.roll(lam, 1) / 0.2) ** -coupling
    return [max(0, round(float(left))) for left in units]


def test_coupled_layers_are_met_within_twelve_runs():
    tried = search(response, [0.1, 0.3, 0.4], WANTED)
    assert len(tried) <= 12
    assert distance(closest(tried, WANTED).units, WANTED) <= 0.03


def test_a_power_law_is_met_by_the_third_run():
    tried = search(lambda lam: [round(1e4 * lam[0] ** -1.1)], [10.0], [250], close=0.01)
    assert len(tried) <= 4
    assert tried[-1].units[0] == pytest.approx(250, rel=0.01)


def test_a_layer_with_too_many_units_gets_a_larger_lambda():
    lam = next_lambdas([Tried([0.1, 0.1], [500, 50])], [250, 100])
    assert lam[0] > 0.1 > lam[1]


def test_a_step_is_never_larger_than_a_factor_of_four():
    assert next_lambdas([Tried([0.1, 0.1], [0, 100_000])], [250, 1]) == [0.025, 0.4]


def test_the_search_stops_after_so_many_runs_and_the_closest_is_kept():
    asked = []

    def stubborn(lam):
        asked.append(lam)
        return [100 + len(asked)]

    tried = search(stubborn, [1.0], [50], most=5)
    assert len(asked) == len(tried) == 5
    assert closest(tried, [50]).units == [101]
