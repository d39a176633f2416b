import doctest
import subprocess
import sys

import numpy as np
import pytest

from l0edu import Average, draw_noise, test_gates
from l0edu.bench.cases import ARCHITECTURES
from l0edu.bench.problems import digits, make_problem
from l0edu.gradient import value_and_grad
from l0edu.objective import objective_terms
from l0edu.optim import Adam

pytestmark = pytest.mark.torch
starts = [(network, counts) for network, rows in ARCHITECTURES.items() for counts in (None, *rows)]
starts += [("wrn-10-1", None), ("wrn-10-1", [8, 16, 32])]


def reference():
    pytest.importorskip("torch")
    from l0edu.bench import torch_reference

    return torch_reference


def model_of(network, problem, gated=True):
    model = reference().build(network, gated=gated)
    reference().load(model, problem.net, problem.params)
    return model


def batch_of(net, size=20):
    torch = pytest.importorskip("torch")
    data = digits(net)[0].take(range(size))
    return data, torch.tensor(data.x), torch.tensor(data.y)


def give_noise(monkeypatch, noise):
    """Let torch draw the library's noise: both sample in the order of the layers."""
    torch = pytest.importorskip("torch")
    drawn = iter(list(noise.values()))
    monkeypatch.setattr(torch, "rand_like", lambda _: torch.tensor(next(drawn)))


@pytest.mark.parametrize(("network", "counts"), starts)
def test_loss_and_gates_equal_ours_given_the_same_noise(monkeypatch, network, counts):
    problem = make_problem(network, counts)
    noise = draw_noise(problem.net, problem.params, np.random.default_rng(1))
    data, x, y = batch_of(problem.net)
    give_noise(monkeypatch, noise)
    theirs = reference().Trainer(model_of(network, problem), 0.999).loss(x, y, lam=1e-5).item()
    terms = objective_terms(problem.net, problem.params, data.x, data.y, noise, lam=1e-5)
    assert theirs == pytest.approx(float(sum(terms.values())), rel=1e-5)


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_test_logits_equal_ours_with_gates_and_without(network):
    torch = pytest.importorskip("torch")
    problem = make_problem(network)
    data, x, _ = batch_of(problem.net)
    for gated, gates in ((True, test_gates(problem.net, problem.params)), (False, None)):
        with torch.no_grad():
            theirs = model_of(network, problem, gated).eval()(x).numpy()
        np.testing.assert_allclose(problem.net.apply(problem.params, data.x, gates), theirs, atol=1e-5)


def test_a_wide_resnet_takes_the_same_step_with_its_gates_on_weights_and_on_activations(monkeypatch):
    problem = make_problem("wrn-10-1")
    noise = draw_noise(problem.net, problem.params, np.random.default_rng(1))
    _, x, y = batch_of(problem.net)
    slopes = []
    for on_activations in (False, True):
        give_noise(monkeypatch, noise)
        model = model_of("wrn-10-1", problem)
        for block in (model.stage1_block1, model.stage2_block1, model.stage3_block1):
            block.conv2.on_activations = on_activations
        reference().Trainer(model, 0.9).loss(x, y, lam=1e-5).backward()
        slopes.append([p.grad.numpy() for p in model.parameters()])
    for on_weights, on_activations in zip(*slopes, strict=True):
        np.testing.assert_allclose(on_weights, on_activations, atol=1e-4)


@pytest.mark.parametrize("network", ARCHITECTURES)
def test_a_step_and_its_average_equal_ours(monkeypatch, network):
    problem = make_problem(network)
    noise = draw_noise(problem.net, problem.params, np.random.default_rng(1))
    data, x, y = batch_of(problem.net)
    give_noise(monkeypatch, noise)
    trainer = reference().Trainer(model_of(network, problem), 0.9)
    trainer.step(x, y, lam=1e-5)

    def objective(params):
        return objective_terms(problem.net, params, data.x, data.y, noise, lam=1e-5)

    adam, average = Adam(), Average(0.9)
    _, grads = value_and_grad(objective)(problem.params)
    params, _ = adam.update(problem.params, grads, adam.init(problem.params))
    averaged = average.value(average.update(average.init(params), params))
    layer = trainer.model.fc1
    np.testing.assert_allclose(layer.bias.detach().numpy(), params["fc1"]["b"], atol=1e-4)
    gate = next(charge.gate for charge in problem.net.charges if charge.layer == "fc1")
    moved = layer.log_alpha.detach().numpy()
    np.testing.assert_allclose(moved, params[gate]["log_alpha"], atol=1e-4)
    at = [p is layer.bias for p in trainer.params].index(True)
    np.testing.assert_allclose(trainer.average[at].numpy() / 0.1, averaged["fc1"]["b"], atol=1e-4)


def test_the_test_error_is_that_of_the_average_and_leaves_the_parameters_alone():
    problem = make_problem("mlp")
    _, x, y = batch_of(problem.net, 500)
    trainer = reference().Trainer(model_of("mlp", problem), 0.5)
    for _ in range(60):
        trainer.epoch(x, y, 100, lam=0.0)
    before = [p.detach().clone() for p in trainer.params]
    assert trainer.test_error(x, y) < 30
    assert all((a == b).all() for a, b in zip(before, trainer.params, strict=True))
    assert trainer.model.training


@pytest.mark.parametrize(
    ("task", "arguments", "count"),
    [
        ("step", {"network": "lenet5", "batch": 5, "counts": [9, 18, 65, 25]}, 2),
        ("step", {"network": "mlp", "batch": 5, "closed": 0.5, "width": 2}, 2),
        ("step", {"network": "wrn-10-1", "batch": 4, "closed": 0.5}, 1),
        ("inference", {"network": "lenet5", "counts": [9, 18, 65, 25], "batch": 3}, 2),
        ("training", {"network": "mlp", "epochs": 1}, 1),
        ("memory", {"network": "lenet5"}, 1),
    ],
)
def test_every_task_can_be_measured_in_both_libraries(task, arguments, count):
    from l0edu.bench import ours

    for tasks in (ours.TASKS, reference().TASKS):
        assert tasks[task](**arguments)(count)["value"] > 0


def test_both_libraries_tell_their_threads():
    from l0edu.bench import ours

    assert ours.environment()(1)["notes"]["blas"]["threads"]
    assert reference().environment()(1)["notes"]["threads"] >= 1


def test_importing_the_command_does_not_import_torch():
    code = "import sys, l0edu.cli.bench; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_examples_in_the_docstrings_run():
    from l0edu.bench import torch_networks

    assert doctest.testmod(reference()).failed == doctest.testmod(torch_networks).failed == 0
