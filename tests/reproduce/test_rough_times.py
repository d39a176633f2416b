"""Does a rough time grow with the network, the images and the epochs?"""

import warnings

import pytest
from cifar_sets import cifar10, write

from l0edu.flops import flops
from l0edu.models import build
from l0edu.reproduce.rough_times import SPEED, rough_seconds
from l0edu.reproduce.wide_resnet_rows import Asked, wide_resnet_rows


def seconds(network="wrn-10-1", epochs=2, data_dir=None):
    """Of the dense network and of the one with gates."""
    rows = wide_resnet_rows(Asked(network, epochs, ("dense", "lam0.5")), ["cifar10"])
    found = rough_seconds(rows, data_dir)
    assert list(found) == ["cifar10-dense", "cifar10-lam0.5"]
    assert len({*found.values()}) == 1
    return found["cifar10-dense"]


def test_a_step_costs_three_times_what_the_output_costs(tmp_path):
    work = 3 * flops(build("wrn-10-1")).total * 50_000 * 2
    assert seconds(data_dir=str(tmp_path)) == pytest.approx(work / SPEED)


def test_images_are_counted_where_they_are_and_said_nothing_about(tmp_path):
    write(cifar10(), tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        few = seconds(data_dir=str(tmp_path))
    assert few == pytest.approx(seconds(data_dir=str(tmp_path / "absent")) * 3 / 50_000)


def test_the_papers_runs_take_months():
    assert seconds("wrn-28-10", 200) > 30 * 24 * 3600
