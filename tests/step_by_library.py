"""Every number of `l0edu step` by the library's networks, gates and gradients, and no formula of one_step."""

from functools import partial

import numpy as np

from l0edu import SGD, HardConcrete, l0_penalty, open_probabilities, sample_gates, test_gates, value_and_grad
from l0edu.concrete import concrete_sample
from l0edu.gates import hard_sigmoid
from l0edu.layers import Tables
from l0edu.one_step import library_step


def numbers_by_library(givens):
    """A float for each answer of the sheet, by its name."""
    case = library_step(givens)
    values = {**gates_and_penalty(case, givens), **activations(case)}
    values |= gradients_of_the_loss(case, values) | gradients_by_log_alpha(case, givens)
    return {name: float(value) for name, value in (values | the_step(case, givens)).items()}


def named(arrays, *names):
    """The numbers of arrays, one after the other, by name."""
    return dict(zip(names, np.concatenate([np.ravel(array) for array in arrays]), strict=True))


def per_gate(table, before, after=""):
    return named([table["gate1"], table["gate2"]], *(f"{before}{k}{after}" for k in "123"))


def squared_error(y, t):
    return ((y - t) ** 2).sum() / 2


def loss(case, params):
    gates = sample_gates(case.net, params, case.noise)
    return squared_error(case.net.apply(params, case.x, gates), case.t)


def gates_and_penalty(case, givens):
    net, params, noise = case.net, case.params, case.noise
    law = HardConcrete(givens["beta"], givens["gamma"], givens["zeta"])
    log_alpha = {name: params[name]["log_alpha"] for name in noise}
    s_bar = {name: law.sample_stretched(log_alpha[name], noise[name]) for name in noise}
    clipped = value_and_grad(
        lambda t: hard_sigmoid(t["gate1"]["v"]).sum() + hard_sigmoid(t["gate2"]["v"]).sum()
    )
    masks = clipped({name: {"v": array} for name, array in s_bar.items()})[1]
    L, C = loss(case, params), l0_penalty(net, params, givens["lambda"])
    return {
        **per_gate({name: concrete_sample(log_alpha[name], noise[name], law.beta) for name in noise}, "s"),
        **per_gate(s_bar, "s_bar"),
        **per_gate({name: arrays["v"] for name, arrays in masks.items()}, "mask"),
        **per_gate(sample_gates(net, params, noise), "z"),
        **per_gate(open_probabilities(net, params), "P"),
        **{"L": L, "C": C, "R": L + C},
    }


def parts(case):
    """The network as functions, each of what the one before makes: to a, to h, to y; and y by h1_gated."""
    gate1, fc1, relu1, output = case.net.body.layers
    _, gate2, fc2 = output.branch.layers
    tables = Tables(case.params, sample_gates(case.net, case.params, case.noise))
    applied = [partial(layer.apply, tables=tables) for layer in (gate1, fc1, relu1, output, gate2, fc2)]
    return *applied, partial(output.shortcut.apply, tables=tables)


def activations(case):
    gate1, fc1, relu1, output, gate2, _, _ = parts(case)
    x_gated = gate1(case.x.T)
    a = fc1(x_gated)
    h = relu1(a)
    arrays = [x_gated, a, h, gate2(h[:1]), output(h)]
    return named(arrays, "x1_gated", "x2_gated", "a1", "a2", "h1", "h2", "h1_gated", "y")


def gradients_of_the_loss(case, values):
    """Each by differentiating what comes behind it."""
    _, fc1, relu1, output, _, fc2, past_gate = parts(case)

    def by(y_of, *names):
        """The gradient of the loss by these values, of which `y_of` makes y."""
        params = {"at": {"v": np.array([[values[name]] for name in names])}}
        grads = value_and_grad(lambda table: squared_error(y_of(table["at"]["v"]), case.t))(params)[1]
        return named([grads["at"]["v"]], *(f"dL/d{name}" for name in names))

    h = np.array([[values["h1"]], [values["h2"]]])
    return {
        **by(lambda y: y, "y"),
        **by(lambda h1_gated: fc2(h1_gated) + past_gate(h), "h1_gated"),
        **by(output, "h1", "h2"),
        **by(lambda a: output(relu1(a)), "a1", "a2"),
        **by(lambda x_gated: output(relu1(fc1(x_gated))), "x1_gated", "x2_gated"),
        **gradients_by_weights(case),
        **gradients_by_gates(case),
    }


def gradients_by_weights(case):
    grads = value_and_grad(lambda params: loss(case, params))(case.params)[1]
    names = ("dL/dw11", "dL/dw12", "dL/dw21", "dL/dw22", "dL/dv1", "dL/dv2")
    return named([grads[layer]["W"] for layer in ("fc1", "fc2", "fc3")], *names)


def gradients_by_gates(case):
    def loss_by_gates(table):
        gates = {name: arrays["z"] for name, arrays in table.items()}
        return squared_error(case.net.apply(case.params, case.x, gates), case.t)

    sampled = sample_gates(case.net, case.params, case.noise)
    grads = value_and_grad(loss_by_gates)({name: {"z": z} for name, z in sampled.items()})[1]
    return per_gate({name: arrays["z"] for name, arrays in grads.items()}, "dL/dz")


def gradients_by_log_alpha(case, givens):
    net, lam = case.net, givens["lambda"]

    def log_alpha_gradients(objective, name):
        grads = value_and_grad(objective)(case.params)[1]
        return per_gate({gate: grads[gate]["log_alpha"] for gate in case.noise}, name)

    def sum_of_s(params):
        samples = [
            concrete_sample(params[gate]["log_alpha"], u, givens["beta"]) for gate, u in case.noise.items()
        ]
        return samples[0].sum() + samples[1].sum()

    return {
        **log_alpha_gradients(sum_of_s, "ds/dlog_alpha"),
        **log_alpha_gradients(lambda params: loss(case, params), "dL/dlog_alpha"),
        **log_alpha_gradients(lambda params: l0_penalty(net, params, lam), "dC/dlog_alpha"),
        **log_alpha_gradients(lambda params: objective(case, params, lam), "dR/dlog_alpha"),
    }


def objective(case, params, lam):
    return {"data": loss(case, params), "l0": l0_penalty(case.net, params, lam)}


def the_step(case, givens):
    sgd = SGD(step_size=givens["eta"])
    grads = value_and_grad(lambda params: objective(case, params, givens["lambda"]))(case.params)[1]
    params = sgd.update(case.params, grads, sgd.init(case.params))[0]
    weights = [params[layer]["W"] for layer in ("fc1", "fc2", "fc3")]
    return {
        **named(weights, "w11'", "w12'", "w21'", "w22'", "v1'", "v2'"),
        **per_gate({gate: params[gate]["log_alpha"] for gate in case.noise}, "log_alpha", "'"),
        **per_gate(test_gates(case.net, case.params), "z_hat"),
        **per_gate(test_gates(case.net, params), "z_hat", "'"),
    }
