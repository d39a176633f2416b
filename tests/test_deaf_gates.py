"""Is a gate that batch norm deafens refused, and is it deaf?"""

import numpy as np
import pytest
from building import HC, arrays_of, build, gate, rng
from hypothesis import assume, given
from hypothesis import strategies as st
from random_networks import Problem, data_term, objective, problems
from strategies import few, seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    InputError,
    MaxPool,
    Relu,
    Residual,
    cross_entropy,
    value_and_grad,
)
from l0edu.ops import batch_norm

# ---- it is refused unless asked for

BN = BatchNorm("bn")
SKIP = Chain("skip", (Relu("skip-relu"),))
DEAF = {
    "directly": (Dense("fc", 4), gate("fc"), BN),
    "through relu": (Dense("fc", 4), gate("fc"), Relu("relu"), BN),
    "through a chain": (Dense("fc", 4), gate("fc"), Chain("inner", (Relu("relu"), BN))),
    "at the head of a branch": (
        Dense("fc", 4), gate("fc"), Residual("block", Chain("branch", (BN, Dense("a", 4)))),
    ),
    "at the head of a shortcut": (
        Dense("fc", 4), gate("fc"), Residual("block", Dense("a", 4), Chain("side", (Relu("relu"), BN))),
    ),
    "in a branch": (Residual("block", Chain("branch", (Dense("fc", 4), gate("fc"), BN))),),
    "of the next layer": (gate("fc"), BN, Dense("fc", 4)),
    "through a residual of unitwise layers": (Dense("fc", 4), gate("fc"), Residual("block", SKIP), BN),
}  # fmt: skip


@pytest.mark.parametrize("layers", DEAF.values(), ids=DEAF)
def test_a_gate_that_feeds_batch_norm_is_refused_unless_asked_for(layers):
    with pytest.raises(InputError, match=r"Gate 'gate' feeds BatchNorm 'bn'.*allow_gate_before") as caught:
        build((4,), *layers, Dense("head", 2))
    assert len(str(caught.value).splitlines()) == 1
    assert len(build((4,), *layers, Dense("head", 2), allow=True).gates()) == 1


@pytest.mark.parametrize("between", [(), (MaxPool("pool", 2),)], ids=["flatten", "pool and flatten"])
def test_a_gate_that_feeds_batch_norm_through_a_flatten_is_refused_too(between):
    layers = (gate("fc"), *between, Flatten("flat"), BN, Dense("fc", 2))
    with pytest.raises(InputError, match="'gate' feeds BatchNorm 'bn'"):
        build((2, 4, 4), *layers)


@pytest.mark.parametrize(
    "layers",
    [
        (Dense("fc", 4), BN, Relu("relu"), gate("fc")),
        (gate("fc"), Dense("fc", 4), BN),
        (Dense("fc", 4), gate("fc"), Residual("block", Chain("branch", (Dense("a", 4), BN)))),
        (Dense("fc", 4, weight_gate=HC), BN),
    ],
    ids=["behind it", "with weights between", "with weights of a branch between", "weight gates"],
)
def test_a_gate_that_batch_norm_does_not_cancel_is_allowed(layers):
    assert len(build((4,), *layers, Dense("head", 2)).charges) == 1


# ---- the data do not move it


def _convnet(*middle, allow):
    layers = (Conv("c", 4, 3, bias=False), *middle, Flatten("flat"), Dense("fc", 3))
    return build((1, 6, 6), *layers, allow=allow)


@given(seeds)
@few
def test_the_data_do_not_move_a_gate_before_batch_norm_and_do_move_one_behind_it(seed):  # B10
    gate, bn, relu = Gate("gate", HC, "c"), BatchNorm("bn", eps=1e-12), Relu("relu")
    sizes = []
    for middle in ((gate, bn, relu), (bn, relu, gate)):
        net = _convnet(*middle, allow=middle[0] is gate)
        params, x = net.init(rng(seed), np.float64), rng(seed + 1).normal(size=(8, 1, 6, 6))
        noise = {"gate": rng(seed + 2).uniform(0.4, 0.6, 4)}  # z between 0 and 1
        problem = Problem(net, params, x, np.arange(8) % 3, noise)
        sizes.append(np.abs(value_and_grad(data_term)(params, problem)[1]["gate"]["log_alpha"]))
    assert sizes[0].max() < 1e-8
    assert sizes[1].min() > 1e-7
    assert sizes[1].max() > 1e-3


@given(seeds, st.floats(0.001, 1), st.floats(1e-6, 1))
@few
def test_a_gate_before_batch_norm_is_a_sharper_one_behind_it_on_all_but_the_shift(seed, z, eps):
    h, scale, shift = (
        rng(seed).normal(size=(3, 20)),
        rng(seed + 1).normal(size=3),
        rng(seed + 2).normal(size=3),
    )
    var = h.var(axis=1)
    sharper = z / np.sqrt(z**2 + eps / var)
    standard = (h - h.mean(axis=1, keepdims=True)) / np.sqrt(var)[:, None]
    expected = (scale * sharper)[:, None] * standard + shift[:, None]
    np.testing.assert_allclose(batch_norm(z * h, scale, shift, eps), expected, rtol=1e-9, atol=1e-9)


@given(seeds)
@few
def test_on_average_a_gate_before_batch_norm_hears_what_a_coin_does(seed):
    net = _convnet(Gate("gate", HC, "c"), BatchNorm("bn", eps=1e-8), Relu("relu"), allow=True)
    params, x, y = net.init(rng(seed), np.float64), rng(seed + 1).normal(size=(8, 1, 6, 6)), np.arange(8) % 3
    loss = value_and_grad(lambda z: cross_entropy(net.apply(params, x, {"gate": z}), y))
    grid = np.concatenate([[0.0], np.logspace(-9, 0, 400)])
    losses, slopes = zip(*(loss(np.array([z, 1.0, 1.0, 1.0])) for z in grid), strict=True)
    log_alpha = np.full_like(grid, 0.5)
    by_log_alpha = (grid - HC.gamma) * (HC.zeta - grid) / ((HC.zeta - HC.gamma) * HC.beta)
    draws = np.array(slopes)[:, 0] * by_log_alpha * HC.pdf(log_alpha, grid)
    p = HC.prob_open(log_alpha[0])
    assert np.trapezoid(draws, grid) == pytest.approx(
        p * (1 - p) * (losses[-1] - losses[0]), rel=0.02, abs=1e-5
    )


@given(problems(deaf=True))
@few
def test_networks_with_a_gate_before_batch_norm_run_when_asked_for(problem):
    assume(any(isinstance(layer, BatchNorm) for layer in problem.net.layers))
    _, grads = value_and_grad(objective)(problem.params, problem)
    assert all(np.isfinite(array).all() for array in arrays_of(grads))
