"""Is a training step of each model the same on a device, and how many launches does it take?"""

from functools import cache

import numpy as np
import pytest
from building import rng
from gpu_checks import assert_on_device, in_dtype, no_hidden_transfers

from l0edu import (
    SGD,
    Adam,
    Average,
    compact,
    draw_noise,
    lenet5,
    mlp,
    test_gates,
    value_and_grad,
    wide_resnet,
)
from l0edu.conditional import apply_conditionally
from l0edu.data import Dataset
from l0edu.evaluation import batch_norm_stats, error_percent
from l0edu.gpu import is_on_device, stand_in, to_device
from l0edu.objective import objective_terms
from l0edu.packing import pack, zeros_like

MODELS = {"mlp": mlp, "lenet5": lenet5, "wrn-10-1": lambda: wide_resnet(10, 1)}
EXAMPLES = {"mlp": 10, "lenet5": 6, "wrn-10-1": 4}
RULES = {"mlp": Adam(), "lenet5": Adam(), "wrn-10-1": SGD(0.1, momentum=0.9, nesterov=True)}
LAUNCHES = {"mlp": 85, "lenet5": 116, "wrn-10-1": 391}  # of a step, at most

each_model = pytest.mark.parametrize("name", MODELS)


@cache
def problem(name):
    """A network, and all that a step takes, in float64."""
    net = MODELS[name]()
    params = net.init(rng(), np.float64)
    x, y = rng(1).random((EXAMPLES[name], *net.in_shape)), rng(2).integers(0, 10, EXAMPLES[name])
    return net, {"params": params, "x": x, "y": y, "noise": draw_noise(net, params, rng(3))}


class Step:
    """One training step, in place, as `l0edu.train` takes it."""

    def __init__(self, name, params, x, y, noise):
        self.net, self.rule, self.decay = MODELS[name](), RULES[name], 5e-4 * name.startswith("wrn")
        self.params = pack(params)
        self.grads = zeros_like(self.params)
        self.batch = x, y, noise
        self.moments = self.rule.pack_state(self.rule.init(params))
        self.average = Average()
        self.sums = self.average.pack_state(self.average.init(params))
        self.evaluate = value_and_grad(self.objective, into=self.grads.table)

    def objective(self, params):
        return objective_terms(self.net, params, *self.batch, 1e-6, self.decay, conditional=False)

    def take(self):
        terms, _ = self.evaluate(self.params.table)
        self.rule.update_in_place(self.params, self.grads, self.moments)
        self.average.update_in_place(self.sums, self.params)
        return terms

    def results(self):
        return {
            "grads": self.grads.table,
            "params": self.params.table,
            "average": self.average.unpack_state(self.sums)["sum"],
        }


@each_model
def test_a_step_is_that_of_numpy(name, device):
    _, arrays = problem(name)
    here, there = Step(name, **arrays), Step(name, **to_device(arrays, device))
    with no_hidden_transfers(device):
        terms = there.take()
    expected = here.take()
    assert_on_device(
        {k: v for k, v in terms.items() if is_on_device(v)},
        {k: v for k, v in expected.items() if is_on_device(terms[k])},
    )
    assert_on_device(there.results(), here.results())


@each_model
def test_a_step_in_float32_stays_in_float32(name, device):
    _, arrays = problem(name)
    there = Step(name, **to_device(in_dtype(arrays, np.float32), device))
    with no_hidden_transfers(device):
        terms = there.take()
    assert {term.dtype for term in terms.values() if is_on_device(term)} == {np.dtype(np.float32)}
    assert there.params.buffer.dtype == there.grads.buffer.dtype == np.float32


@each_model
def test_a_step_keeps_its_budget_of_launches_and_transfers_nothing(name):
    _, arrays = problem(name)
    step = Step(name, **to_device(in_dtype(arrays, np.float32), "stand-in"))
    with stand_in.counting() as counts:
        step.take()
    assert (counts.uploads, counts.downloads, counts.hidden) == (0, 0, [])
    assert counts.launches <= LAUNCHES[name]


def pruned(name):
    """The network, parameters with every third gate closed, moments, and images."""
    net, arrays = problem(name)
    params = dict(arrays["params"])
    for layer in net.gates():
        log_alpha = np.linspace(-1, 5, *net.gate_shape(layer))
        log_alpha[::3] = -5
        params[layer.name] = {"log_alpha": log_alpha}
    stats = batch_norm_stats(net, params, arrays["x"], test_gates(net, params))
    return net, params, stats, arrays["x"]


@each_model
def test_nothing_is_skipped_on_a_device_where_gates_would_have_to_be_read(name, device):
    net, params, _, x = pruned(name)
    gates = test_gates(net, params)
    there = to_device({"params": params, "x": x, "gates": gates}, device)
    with no_hidden_transfers(device):
        y = apply_conditionally(net, there["params"], there["x"], there["gates"], always=True)
    assert_on_device(y, net.apply(params, x, gates))


@each_model
def test_a_compacted_network_computes_on_the_device(name, device):
    net, params, stats, x = pruned(name)
    small = compact(net, params, stats)
    there = to_device({"params": small.params, "stats": small.stats or {}, "x": x}, device)
    small.net.apply(there["params"], there["x"], stats=there["stats"] or None)  # its indices are moved
    with no_hidden_transfers(device):
        y = small.net.apply(there["params"], there["x"], stats=there["stats"] or None)
    assert_on_device(y, net.apply(params, x, test_gates(net, params), stats))


@each_model
def test_compaction_takes_parameters_from_a_device_and_gives_them_on_the_host(name, device):
    net, params, stats, x = pruned(name)
    there = to_device({"params": params, "stats": stats or {}}, device)
    with no_hidden_transfers(device, reads=True):
        small = compact(net, there["params"], there["stats"] or None)
    expected = compact(net, params, stats)
    assert small.net == expected.net
    np.testing.assert_array_equal(
        small.net.apply(small.params, x, stats=small.stats),
        expected.net.apply(expected.params, x, stats=expected.stats),
    )


@each_model
def test_the_error_of_a_network_is_read_as_one_number(name, device):
    net, params, stats, x = pruned(name)
    data = Dataset(x, problem(name)[1]["y"], "random")
    there = to_device({"params": params, "stats": stats or {}}, device)
    data_there = to_device(data, device)
    with stand_in.counting() as counts, no_hidden_transfers(device, reads=True):
        error = error_percent(net, there["params"], data_there, there["stats"] or None)
    assert error == error_percent(net, params, data, stats)
    assert counts.downloads <= 1
