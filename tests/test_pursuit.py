"""Multipliers that climb, and runs that reach a target."""

from dataclasses import replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import SGD, Dropout, InputError, mlp
from l0edu.pursuit import Multipliers, Pursuit, ascend, begin_multipliers
from l0edu.settings import Settings
from l0edu.target import Pull, Target, expected_share
from l0edu.train import begin, fit

TARGET = Target(0.3)


def begun(target=TARGET):
    net = tiny_mlp()
    return net, net.init(np.random.default_rng(0)), target


def settings(**changes):
    return replace(
        Settings(epochs=60, batch_size=20, target=TARGET, gate_step_factor=10.0, averaging=0.9), **changes
    )


def test_above_the_target_both_rise_and_below_the_linear_one_falls():
    multipliers = begin_multipliers(*begun())
    pull = Pull(TARGET, aim=0.3, linear=0.0, quadratic=0.0)
    above = ascend(multipliers, pull, share=0.6).values()
    below = ascend(multipliers, pull, share=0.15).values()
    np.testing.assert_allclose([above, below], [(0.01, 0.01), (-0.01, 0.01)], rtol=1e-6)


def test_the_ascent_is_adam_on_the_gradient_of_the_lagrangian():
    multipliers, m, v = begin_multipliers(*begun()), np.zeros(2), np.zeros(2)
    expected = np.zeros(2)
    for t, share in enumerate([0.9, 0.5, 0.2], start=1):
        multipliers = ascend(multipliers, Pull(TARGET, 0.4, 0.0, 0.0), share)
        g = np.array([share / 0.4 - 1, (share / 0.4 - 1) ** 2])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        expected += 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    np.testing.assert_allclose(multipliers.values(), expected, rtol=1e-12)


@pytest.mark.parametrize(("of", "epochs", "seed"), [("l0", 200, 0), ("l0", 200, 1), ("flops", 100, 0)])
def test_a_small_run_reaches_its_target(of, epochs, seed):
    net = mlp((20, 100, 50, 3), (0.2, 0.5, 0.5))
    asked = settings(epochs=epochs, target=Target(0.3, of), seed=seed)
    *_, last = fit(net, blobs(200, features=20), asked, blobs(seed=1, features=20))
    assert last.pursuit["share"] == pytest.approx(0.3, rel=0.02)
    assert last.pursuit["share"] == pytest.approx(float(expected_share(net, last.params, of)))
    assert last.pursuit["aim"] == pytest.approx(0.3)
    assert last.test_error < 5


def test_plain_gradient_steps_reach_a_target_too():
    net = mlp((20, 100, 50, 3), (0.2, 0.5, 0.5))
    asked = settings(epochs=100, optimizer=SGD(0.05, momentum=0.9))
    *_, last = fit(net, blobs(200, features=20), asked, blobs(seed=1, features=20))
    assert last.pursuit["share"] == pytest.approx(0.3, rel=0.02)
    assert last.test_error < 5


def test_a_clamp_holds_while_a_target_pulls():
    net = mlp((20, 100, 50, 3), (0.2, 0.5, 0.5))
    *_, last = fit(net, blobs(200, features=20), settings(epochs=100, target=Target(0.5), clamp=2.0))
    furthest = max(np.abs(last.state.params[f"gate{i}"]["log_alpha"]).max() for i in (1, 2, 3))
    assert furthest == 2
    assert last.pursuit["share"] == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"target": 0.3}, r"write Target\(0.1\)"),
        ({"lam": 5.0}, "lam = 5.0 and a target"),
        ({"lam": (0.1, 0.2, 0.1)}, "and a target"),
        ({"clamp": -1.0}, "clamp = -1.0: it must be positive"),
        ({"clamp": float("nan")}, "clamp = nan"),
    ],
)
def test_settings_that_do_not_go_with_a_target_are_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        settings(**wrong)


def test_a_lambda_of_zero_goes_with_a_target():
    assert settings(lam=0.0).target == settings().target == TARGET


def test_the_aim_moves_with_each_step_and_goes_on_in_the_next_epoch():
    net, params, target = begun()
    first = Pursuit(net, target, begin_multipliers(net, params, target), done=0, steps=8)
    aims = []
    for _ in range(3):
        aims.append(first.pull().aim)
        first.ascend(params)
    second = Pursuit(net, target, first.multipliers, done=3, steps=8)
    assert second.pull().aim == first.pull().aim
    start = float(expected_share(net, params))
    np.testing.assert_allclose(aims, [start * (0.3 / start) ** (k / 4) for k in range(3)])


def test_without_a_target_nothing_is_pursued():
    *_, last = fit(tiny_mlp(), blobs(), Settings(epochs=1))
    assert last.pursuit is None
    assert "pursuit" not in last.metrics()
    pursuit = Pursuit(tiny_mlp(), None, None, 0, 10)
    pursuit.ascend({})
    assert pursuit.pull() is pursuit.multipliers is None


def test_a_run_that_stops_goes_on_as_if_it_had_not():
    train, test = blobs(200), blobs(seed=1)
    whole = list(fit(tiny_mlp(), train, settings(epochs=6), test))
    rest = list(fit(tiny_mlp(), train, settings(epochs=6), test, state=whole[2].state))
    assert [r.pursuit for r in rest] == [r.pursuit for r in whole[3:]]
    np.testing.assert_array_equal(rest[-1].params["fc1"]["W"], whole[-1].params["fc1"]["W"])


def test_the_multipliers_survive_a_file(tmp_path):
    from l0edu.checkpoint import load_tables, save_tables

    multipliers = ascend(begin_multipliers(*begun()), Pull(TARGET, 0.3, 0.0, 0.0), 0.7)
    save_tables(tmp_path / "m.npz", {"multipliers": multipliers.arrays()}, {})
    again = Multipliers.of_arrays(load_tables(tmp_path / "m.npz")[0]["multipliers"])
    assert again.values() == multipliers.values()
    assert again.start == multipliers.start
    assert again.optimizer == multipliers.optimizer


@pytest.mark.parametrize(
    ("name", "value"),
    [("t", np.array(-1)), ("t", np.array(1.0)), ("start", np.array(np.nan)), ("start", np.array([0.5]))],
)
def test_damaged_multipliers_are_refused(name, value):
    arrays = ascend(begin_multipliers(*begun()), Pull(TARGET, 0.3, 0.0, 0.0), 0.7).arrays()
    with pytest.raises(ValueError, match="target"):
        Multipliers.of_arrays({**arrays, name: value})


@pytest.mark.parametrize(
    ("part", "value"), [("v", np.array(-1.0)), ("values", np.array(np.nan)), ("m", np.array(0.1, np.float32))]
)
def test_a_damaged_number_among_the_multipliers_is_refused(part, value):
    arrays = ascend(begin_multipliers(*begun()), Pull(TARGET, 0.3, 0.0, 0.0), 0.7).arrays()
    row = {**arrays[part]["multipliers"], "linear": value}
    with pytest.raises(ValueError, match="target"):
        Multipliers.of_arrays({**arrays, part: {"multipliers": row}})


def test_a_target_below_what_the_clamp_allows_is_refused():
    with pytest.raises(InputError, match=r"clamped at -4.605, 0.0471 is left"):
        list(fit(tiny_mlp(), blobs(), settings(target=Target(0.047), clamp=float(np.log(100)))))
    begin(tiny_mlp(), settings(target=Target(0.048), clamp=float(np.log(100))))
    begin(tiny_mlp(), settings(target=Target(0.001)))


def test_a_network_whose_gates_learn_nothing_has_no_target():
    net = mlp((6, 5, 3), (0.2, 0.5), law=Dropout())
    with pytest.raises(InputError, match="no gates that learn"):
        begin_multipliers(net, net.init(np.random.default_rng(0)), TARGET)


def test_a_state_of_a_run_without_a_target_is_refused():
    *_, last = fit(tiny_mlp(), blobs(), Settings(epochs=1))
    with pytest.raises(InputError, match="a run with no target"):
        list(fit(tiny_mlp(), blobs(), settings(), state=last.state))


def test_gates_take_steps_larger_by_their_factor_and_weights_do_not():
    ends = []
    for factor in (1.0, 10.0):
        state = begin(tiny_mlp(), Settings())
        train = blobs(20)
        plain = Settings(epochs=1, batch_size=20, lam=100.0, gate_step_factor=factor)
        (record,) = fit(tiny_mlp(), train, plain)
        after = record.state.params
        ends.append(
            {
                k: np.abs(after[k][n] - state.params[k][n]).max()
                for k, n in (("gate1", "log_alpha"), ("fc1", "W"))
            }
        )
    assert ends[1]["gate1"] == pytest.approx(10 * ends[0]["gate1"], rel=1e-3)
    assert ends[1]["fc1"] == ends[0]["fc1"]
