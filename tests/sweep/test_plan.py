import numpy as np
import pytest

from l0edu.errors import InputError
from l0edu.recipes import DEFAULTS
from l0edu.sweep.plan import expand, plan
from l0edu.sweep.seeds import spawn_seeds


def points_of(text):
    return expand(text.split())


def names(text):
    return list(points_of(text))


def test_several_grids_give_their_product():
    points = points_of("mlp --lam 0.1,1 --record --epochs 2,3 --data idx")
    assert list(points) == ["lam0.1-epochs2", "lam0.1-epochs3", "lam1-epochs2", "lam1-epochs3"]
    assert " ".join(points["lam1-epochs2"]) == "mlp --lam 1 --record --epochs 2 --data idx"


def test_a_grid_inside_a_vector_varies_that_entry():
    points = points_of("lenet5 --lam 10 0.5 0.1 1:10:log:2 --weight-decay 0")
    assert list(points) == ["lam10_0.5_0.1_1", "lam10_0.5_0.1_10"]
    assert points["lam10_0.5_0.1_1"][2:6] == ["10", "0.5", "0.1", "1"]


def test_a_digit_at_an_options_end_is_kept_apart_from_the_number():
    assert names("mlp --target-l0 0.1,0.2") == ["target-l0_0.1", "target-l0_0.2"]
    assert names("mlp --target-flops 0.05:0.5:log:3") == [
        f"target-flops{share}" for share in ("0.05", "0.158114", "0.5")
    ]


@pytest.mark.parametrize("again", ["--lam 0.3", "--lam=0.3"])
def test_an_option_given_twice_is_refused_as_only_its_last_values_would_count(again):
    with pytest.raises(InputError, match="--lam is given twice: give it once"):
        points_of(f"mlp --lam 0.1,0.2 --epochs 3 {again}")


def test_an_equals_sign_does_not_hide_a_grid():
    assert expand(["mlp", "--weight-decay=0,1e-4", "--data-dir=/a,b"]) == {
        "weight-decay0": ["mlp", "--weight-decay", "0", "--data-dir=/a,b"],
        "weight-decay0.0001": ["mlp", "--weight-decay", "0.0001", "--data-dir=/a,b"],
    }


@pytest.mark.parametrize("option", ["--data-dir", "--data", "--dtype"])
def test_texts_are_no_grids(option):
    assert names(f"mlp {option} a:1,2") == [""]


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_every_option_with_numbers_takes_a_grid(name):
    text = isinstance(DEFAULTS[name], bool | str) or name in ("data_dir", "seed")
    assert len(names(f"mlp --{name.replace('_', '-')} 1,2")) == (1 if text else 2)


def test_too_many_points_are_refused_before_they_are_made():
    many = "0:1:lin:10000"
    with pytest.raises(InputError, match="1,000,000,000,000 runs"):
        points_of(f"mlp --lam {many} {many} {many}")


def test_every_point_gets_every_seed_and_a_name_of_its_own():
    points = {"lam1": {"network": "mlp", "lam": [1.0]}, "lam2": {"network": "mlp", "lam": [2.0]}}
    jobs = plan(points, [11, 22])
    assert [job.name for job in jobs] == ["lam1-seed0", "lam2-seed0", "lam1-seed1", "lam2-seed1"]
    assert jobs[3].options == {"network": "mlp", "lam": [2.0], "seed": 22}


def test_a_sweep_over_seeds_alone_is_named_after_them():
    assert [job.name for job in plan({"": {"network": "mlp"}}, [5, 6])] == ["seed0", "seed1"]


def test_a_name_too_long_for_a_folder_is_refused():
    with pytest.raises(InputError, match="too long: vary less at once"):
        plan({"lam" + 100 * "0.1_": {}}, [0])


def test_seeds_are_those_of_numpys_spawned_sequences():
    child = np.random.SeedSequence(entropy=7, spawn_key=(2,))
    assert spawn_seeds(7, 3)[2] == int(child.generate_state(1, np.uint64)[0]) >> 11


def test_seeds_differ_between_roots_and_are_exact_in_json():
    seeds = [seed for root in range(20) for seed in spawn_seeds(root, 50)]
    assert len(set(seeds)) == 1000
    assert all(0 <= seed < 2**53 for seed in seeds)


@pytest.mark.parametrize(("root", "count", "words"), [(-1, 1, "--seed -1"), (0, 0, "--seeds 0")])
def test_bad_roots_and_counts_are_refused(root, count, words):
    with pytest.raises(InputError, match=words):
        spawn_seeds(root, count)
