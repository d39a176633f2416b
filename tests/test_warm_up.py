"""Before the gates are switched on, the network is dense and the gates rest."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import GateWarning, InputError, Settings, Target, l2_penalty, mlp, value_and_grad
from l0edu.objective import objective_terms
from l0edu.optim import SGD
from l0edu.train import begin, fit

WARM = Settings(epochs=3, batch_size=16, averaging=0, warm_up=2, optimizer=SGD(0.1, 0.9, True))


def gates(params):
    return np.concatenate([table["log_alpha"] for table in params.values() if "log_alpha" in table])


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("factor", [1, 10])
def test_the_gates_rest_in_a_warm_up_and_move_after_it(decay, factor):
    settings = replace(WARM, weight_decay=decay, gate_step_factor=factor)
    start = gates(begin(tiny_mlp(), settings).params)
    moved = [gates(record.params) - start for record in fit(tiny_mlp(), blobs(), settings)]
    assert not moved[0].any()
    assert not moved[1].any()
    assert (moved[2] != 0).all()


def test_the_weights_learn_as_those_of_the_dense_network():
    dense = mlp((6, 5, 4, 3), law=None)
    state = begin(tiny_mlp(), WARM)
    only_weights = {layer: state.params[layer] for layer in ("fc1", "fc2", "fc3")}
    ungated = replace(begin(dense, replace(WARM, warm_up=0)), params=only_weights)
    first = next(iter(fit(tiny_mlp(), blobs(), WARM)))
    beside = next(iter(fit(dense, blobs(), replace(WARM, warm_up=0, lam=0), state=ungated)))
    for layer in only_weights:
        np.testing.assert_array_equal(first.params[layer]["W"], beside.params[layer]["W"])


def test_size_costs_nothing_in_a_warm_up():
    prices = [record.l0_penalty for record in fit(tiny_mlp(), blobs(), replace(WARM, lam=1.0))]
    assert prices[:2] == [0, 0]
    assert prices[2] > 0


def test_a_target_is_pursued_from_its_end():
    settings = replace(WARM, epochs=6, lam=0, target=Target(0.5))
    pursuits = [record.pursuit for record in fit(tiny_mlp(), blobs(), settings)]
    assert pursuits[0] is None
    aims = [pursuit["aim"] for pursuit in pursuits[1:]]
    start = begin(tiny_mlp(), settings).multipliers.start
    assert aims[0] == pytest.approx(start)  # the ramp begins where the warm-up ends
    assert aims == sorted(aims, reverse=True)
    assert aims[2] == pytest.approx(0.5)  # half of the four epochs that are left


@pytest.mark.parametrize("epochs", [-1, 3, 4])
def test_a_warm_up_leaves_an_epoch_for_the_gates(epochs):
    with pytest.raises(InputError, match=f"warm_up = {epochs}: it must be at least 0 and less than the 3"):
        replace(WARM, warm_up=epochs)


def test_the_gradient_is_that_of_the_dense_network_and_of_the_gated_l2_term():
    net, dense, data = tiny_mlp(), mlp((6, 5, 4, 3), law=None), blobs()
    params = begin(net, WARM).params
    decay = {"weight_decay": 0.1, "gated_weight_decay": 0.3}

    def objective(net, **options):
        return value_and_grad(lambda p: objective_terms(net, p, data.x, data.y, None, **options))

    terms, grads = objective(net, lam=1.0, **decay)(params)
    weights = {layer: params[layer] for layer in ("fc1", "fc2", "fc3")}
    alone, plain = objective(dense, lam=0.0)(weights)
    _, shrinking = value_and_grad(lambda p: l2_penalty(net, p, **decay))(params)
    assert (terms["data"], terms["l0"]) == (alone["data"], 0)
    for layer in weights:
        expected = plain[layer]["W"] + shrinking[layer]["W"]
        np.testing.assert_allclose(grads[layer]["W"], expected, rtol=1e-5, atol=1e-7)


def test_gates_that_rest_give_no_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        list(fit(tiny_mlp(), blobs(), replace(WARM, epochs=8, warm_up=7)))
    assert [str(one.message) for one in caught if one.category is GateWarning] == []
