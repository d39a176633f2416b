import subprocess
import sys
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import dtypes, few, hard_concretes, hard_gaussians, seeds

from l0edu import (
    BatchNorm,
    Chain,
    Conv,
    Dense,
    Flatten,
    Gate,
    HardConcrete,
    InputError,
    MaxPool,
    MeanPool,
    Network,
    Relu,
    Residual,
    lenet5,
    mlp,
)
from l0edu.gates import RectifiedLaw
from l0edu.layers import Layer
from l0edu.oracle import draw_case

laws = hard_concretes(beta=(0.3, 2.0), stretch=(0.05, 0.5)) | hard_gaussians(sigma=(0.3, 2.0))
flags = st.booleans()


def twin():
    pytest.importorskip("torch")
    from l0edu.oracle import torch_twin

    return torch_twin


@st.composite
def gated(draw, weighted, before=(), behind=()):
    """A weighted layer with a gate for each weight, or gates around the layers on either side, or none."""
    law, name = draw(laws), weighted.name
    kind = draw(st.sampled_from(["none", "weights", "inputs", "outputs", "both"]))
    if kind == "weights":
        return (*before, replace(weighted, weight_gate=law), *behind)
    gate_in = (Gate(f"{name}_in", law, charges=name),) if kind in ("inputs", "both") else ()
    gate_out = (Gate(f"{name}_out", law, charges=name),) if kind in ("outputs", "both") else ()
    return (*gate_in, *before, weighted, *behind, *gate_out)


def norm_and_relu(draw, name):
    norm = (BatchNorm(f"{name}_norm", eps=1e-2),) if draw(flags) else ()
    return (*norm, Relu(f"{name}_relu")) if draw(flags) else norm


@st.composite
def convolutions(draw, name, filters=None, keeps_size=False):
    k = draw(st.sampled_from([1, 3]))
    stride = 1 if keeps_size else draw(st.integers(1, 2))
    padding = k // 2 if keeps_size else draw(st.integers(0, 2))
    conv = Conv(name, filters or draw(st.integers(1, 3)), k, stride, padding, bias=draw(flags))
    return draw(gated(conv, behind=norm_and_relu(draw, name)))


@st.composite
def residuals(draw, maps):
    branch = Chain("branch", draw(convolutions("conv_b", filters=maps, keeps_size=True)))
    shortcut = Chain("side", draw(convolutions("conv_s", filters=maps, keeps_size=True)))
    return Residual("block", branch, shortcut if draw(flags) else None)


@st.composite
def image_networks(draw):
    """Networks of convolutions, residual blocks, pooling and dense layers, gated in any allowed way."""
    maps = draw(st.integers(1, 3))
    pool = draw(st.sampled_from([(), (MaxPool("pool", 2),), (MeanPool("pool", 2),)]))
    body = (
        *(Conv("stem", maps, 3, padding=1), Relu("stem_relu")),
        *((draw(residuals(maps)),) if draw(flags) else ()),
        *draw(convolutions("conv")),
        *pool,
        *draw(gated(Dense("fc1", 4, bias=draw(flags)), behind=norm_and_relu(draw, "fc1"))),
        *draw(gated(Dense("fc2", 3))),
    )
    at = next(i for i, layer in enumerate(body) if layer.name.startswith("fc1"))
    body = (*body[:at], Flatten("flat"), *body[at:])
    # a gate in front of batch norm is deaf, not wrong: its gradients must agree all the same
    return Network((2, 6, 5), Chain("net", body), allow_gate_before_batch_norm=True)


def assert_same(case, tolerance):
    """Terms and gradients agree, relative to an array's largest number, or to .01.

    Without the .01, an array that is 0 but for rounding would decide, as a bias in front of batch norm is.
    """
    ours, our_grads = case.evaluate()
    theirs, their_grads = twin().evaluate(case)
    for term, value in theirs.items():
        np.testing.assert_allclose(ours[term], value, rtol=tolerance, atol=tolerance * 1e-3)
    for layer, table in case.params.items():
        for name, array in table.items():
            found, expected = our_grads[layer][name], their_grads[layer][name]
            assert found.dtype == expected.dtype == array.dtype
            assert found.shape == expected.shape == array.shape
            scale = max(np.abs(expected).max(), 1e-2)
            assert np.abs(found - expected).max() <= tolerance * scale, f"{layer}/{name}"


def has_weight_gates(net):
    return any(not isinstance(layer, Gate) for layer in net.gates())


@pytest.mark.torch
@few
@given(image_networks(), seeds, flags, flags)
def test_random_networks_agree_in_float64(net, seed, noise_per_example, given_moments):
    rng = np.random.default_rng(seed)
    case = draw_case(net, rng, batch=3, noise_per_example=noise_per_example and not has_weight_gates(net))
    if given_moments:
        recorded = {}
        net.apply(case.params, case.x, record=recorded)
        case = replace(case, stats=recorded)
    assert_same(case, 1e-10)


@pytest.mark.torch
@few
@given(image_networks())
def test_random_networks_agree_in_float32(net):
    assert_same(draw_case(net, np.random.default_rng(0), batch=4, dtype=np.float32), 1e-3)


@pytest.mark.torch
@pytest.mark.parametrize("make", [mlp, lenet5])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_the_papers_networks_agree_in_every_array(make, dtype, tolerance):
    case = draw_case(make(), np.random.default_rng(1), batch=4, dtype=dtype)
    ours, theirs = case.evaluate()[1], twin().evaluate(case)[1]
    for layer, table in theirs.items():
        for name, array in table.items():
            assert np.abs(ours[layer][name] - array).max() <= tolerance * np.abs(array).max()


@pytest.mark.torch
@few
@given(laws, seeds, dtypes)
def test_noise_per_example_agrees_on_vectors(law, seed, dtype):
    case = draw_case(mlp((5, 4, 3), (0.2, 0.5), law), np.random.default_rng(seed), 6, dtype, True)
    assert case.noise["gate1"].shape == (6, 5)
    assert_same(case, 1e-10 if dtype == np.float64 else 1e-3)


@pytest.mark.torch
@pytest.mark.parametrize("make", [lambda: mlp((5, 4, 3), law=None), lambda: lenet5(law=None)])
def test_networks_without_gates_agree(make):
    assert_same(draw_case(make(), np.random.default_rng(0), batch=2), 1e-10)


def test_a_drawn_case_has_closed_partial_and_open_gates():
    case = draw_case(mlp(), np.random.default_rng(0), batch=2)
    z = HardConcrete().sample(case.params["gate1"]["log_alpha"], case.noise["gate1"])
    for share in ((z == 0).mean(), (z == 1).mean(), ((z > 0) & (z < 1)).mean()):
        assert share > 0.1
    assert len(set(case.lam)) == 3
    assert np.all(case.params["fc1"]["b"] != 0)


@pytest.mark.torch
def test_an_unknown_layer_is_refused_and_can_be_registered():
    @dataclass(frozen=True)
    class Half(Layer):
        def out_shape(self, in_shape):
            return in_shape

        def apply(self, x, tables):
            return x * 0.5

    net = Network((4,), Chain("net", (Dense("fc1", 3), Half("half"))))
    case = draw_case(net, np.random.default_rng(0))
    with pytest.raises(InputError, match="does not know Half"):
        twin().evaluate(case)
    twin().forward.register(Half, lambda layer, x, tables: x * 0.5)
    assert_same(case, 1e-10)


@pytest.mark.torch
def test_an_unknown_law_is_refused():
    class Ramp(RectifiedLaw):
        parameter, drop_rate = "phi", 0.5
        draw_noise = sample_stretched = cdf = noiseless = init = lambda self, *args: None

    for function, arguments in ((twin().sample, (None, None)), (twin().prob_open, (None,))):
        with pytest.raises(InputError, match="does not know the law"):
            function(Ramp(), *arguments)


def test_importing_the_oracle_does_not_import_torch():
    code = "import sys, l0edu.oracle, l0edu.cli.verify; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_examples_in_the_docstrings_run():
    import doctest

    assert doctest.testmod(pytest.importorskip("l0edu.oracle.torch_twin")).failed == 0
