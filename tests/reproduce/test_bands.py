"""Does one more run fall into the band as often as was promised?"""

import numpy as np
import pytest
from statistics_bounds import deviation, is_plausible_count

from l0edu.errors import InputError
from l0edu.reproduce.bands import Band, band, share_of_each
from l0edu.reproduce.student import t_quantile

TRIALS = 3000


def count_inside(runs, share, step=0.0):
    """In how many rows of `runs` (trials, n + 1) does the last number lie in the band of the others?"""
    return sum(one[-1] in band(one[:-1], share, step) for one in runs.tolist())


def test_the_band_of_three_runs_by_hand():
    found = band([1.0, 2.0, 3.0], 0.95)
    half = t_quantile(0.95, 2) * 1.0 * (4 / 3) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.0, 2 + half))  # 2 - half is below 0


def test_a_band_holds_its_ends():
    assert 1.0 in Band(1.0, 2.0)
    assert 2.0 in Band(1.0, 2.0)
    assert 2.0001 not in Band(1.0, 2.0)


@pytest.mark.parametrize("n", [2, 3, 8])
@pytest.mark.parametrize("share", [0.8, 0.95])
def test_one_more_normal_run_falls_inside_as_often_as_was_asked_for(n, share):
    runs = 100 + 5 * np.random.default_rng(n).standard_normal((TRIALS, n + 1))
    assert is_plausible_count(count_inside(runs, share), TRIALS, share)


def test_a_band_for_the_mean_would_be_too_narrow():
    runs = 100 + 5 * np.random.default_rng(0).standard_normal((TRIALS, 9))
    half = t_quantile(0.95, 7) * runs[:, :8].std(axis=1, ddof=1) / 8**0.5
    inside = int((np.abs(runs[:, 8] - runs[:, :8].mean(axis=1)) <= half).sum())
    assert not is_plausible_count(inside, TRIALS, 0.95)
    assert inside < 0.7 * TRIALS


@pytest.mark.parametrize("spread", [0.02, 0.3, 1.0])
def test_counts_fall_inside_at_least_as_often(spread):
    rng = np.random.default_rng(1)
    latent = rng.uniform(50, 51, (TRIALS, 1)) + spread * rng.standard_normal((TRIALS, 9))
    assert count_inside(np.rint(latent), 0.95, step=1) / TRIALS >= 0.95 - deviation(TRIALS)


def test_many_dependent_quantities_hold_together():
    rng, quantities = np.random.default_rng(2), 6
    runs = rng.standard_normal((500, 9, quantities)) + rng.standard_normal((500, 9, 1))
    each = share_of_each(0.9, quantities)
    together = sum(all(one[-1] in band(one[:-1], each) for one in (trial + 50).T.tolist()) for trial in runs)
    assert together / 500 >= 0.9 - deviation(500)


def test_equal_counts_have_a_band_of_more_than_one_value():
    found = band([97, 97, 97], 0.95, step=1)
    assert found.low < 96
    assert found.high > 98
    assert 97 in found


def test_equal_numbers_without_a_step_have_a_band_of_one_value():
    assert band([532_400.0] * 3, 0.999) == Band(532_400.0, 532_400.0)


def test_a_band_is_cut_to_what_is_possible():
    found = band([0.1, 0.3, 99.0], 0.99, step=0.1, most=100.0)
    assert (found.low, found.high) == (0.0, 100.0)


def test_more_quantities_have_wider_bands():
    narrow, wide = (band([1.0, 2.0, 4.0, 3.0], share_of_each(0.99, n)) for n in (1, 40))
    assert wide.high > 1.5 * narrow.high


def test_one_run_makes_no_band():
    with pytest.raises(InputError, match=r"at least two runs, and there is 1.*--seeds"):
        band([1.4], 0.95)


@pytest.mark.parametrize(("share", "quantities"), [(0.0, 3), (1.0, 3), (0.9, 0)])
def test_what_is_no_share_is_refused(share, quantities):
    with pytest.raises(InputError):
        share_of_each(share, quantities)
