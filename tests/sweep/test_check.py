"""Is every point of a sweep checked as a run of its own would be, and the data loaded no more than needed?"""

import pytest

from l0edu.errors import InputError
from l0edu.request import resolve
from l0edu.sweep.check import check_points

GOOD = {"network": "mlp", "lam": [0.1]}
TARGET = {"network": "mlp", "target_l0": 0.5}


@pytest.mark.parametrize(
    ("good", "changes", "words"),
    [
        (GOOD, {"lam": [-1.0]}, "lambda = -1"),
        (GOOD, {"lam": [0.1, 0.2]}, "2 lambdas for 3 gated layers"),
        (GOOD, {"network": "mlp-dense"}, "mlp-dense has no gates that learn"),
        (GOOD, {"validation": 1.5}, "cannot be held out"),
        ({**GOOD, "step_size": 0.1}, {"step_size": 0.0}, "step_size = 0"),
        ({**TARGET, "lam": [0.0]}, {"lam": [0.1]}, "--lam and a target: give one of them"),
        (TARGET, {"target_l0": 1.5}, "a target of 1.5"),
        (TARGET, {"target_l0": 0.0}, "a target of 0.0"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_bad_point_is_refused_by_its_name_wherever_it_stands(good, changes, words, first):
    check_points({"good": good})
    points = {"bad": {**good, **changes}, "good": good}
    with pytest.raises(InputError, match=words) as refusal:
        check_points(points if first else dict(reversed(points.items())))
    assert str(refusal.value).startswith("bad: ")


def test_a_target_that_cannot_be_met_is_refused_for_each_point(monkeypatch):
    monkeypatch.setattr("l0edu.pursuit.least_share", lambda *_: 0.1)
    with pytest.raises(InputError, match=r"low: a target of 0\.05 cannot be met"):
        check_points({"high": TARGET, "low": {**TARGET, "target_l0": 0.05}})


def test_the_data_is_loaded_once_for_each_share_held_out(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "l0edu.sweep.check.resolve", lambda options: asked.append(options) or resolve(options)
    )
    check_points(
        {
            f"{share}-{lam}": {**GOOD, "validation": share, "lam": [lam]}
            for share in (0, 0.1)
            for lam in (1, 2)
        }
    )
    assert [options["validation"] for options in asked] == [0, 0.1]


def test_a_sweep_without_a_varying_option_is_refused_without_a_name():
    with pytest.raises(InputError, match=r"^lambda = -1"):
        check_points({"": {"network": "mlp", "lam": [-1.0]}})
