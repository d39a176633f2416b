"""Is every number of the sheet the library's, and torch's?"""

import pytest
from needs import need_package
from step_by_library import numbers_by_library
from step_variants import variants

from l0edu.one_step import ANSWERS, library_network


def test_the_three_gates_answer_for_two_two_and_one_weights():
    charges = library_network().charges
    assert [(charge.gate, charge.gates, charge.group_size) for charge in charges] == [
        ("gate1", 2, 2),
        ("gate2", 1, 1),
    ]


def test_every_number_of_200_variants_is_what_the_library_computes():
    for exercise in variants():
        theirs = numbers_by_library(exercise.givens)
        assert theirs.keys() == ANSWERS.keys()
        apart = {name: abs(exercise.values[name] - theirs[name]) for name in ANSWERS}
        assert max(apart.values()) < 1e-12, (exercise.name, max(apart, key=apart.get))


def by_torch(torch, g):
    """R and its gradients, spelled out once more, from the paper."""
    leaves = ("w11", "w12", "w21", "w22", "v1", "v2", "log_alpha1", "log_alpha2", "log_alpha3")
    p = {name: torch.tensor(g[name], dtype=torch.float64, requires_grad=True) for name in leaves}
    beta, gamma, zeta = g["beta"], g["gamma"], g["zeta"]

    def gate(k):
        u = torch.tensor(g[f"u{k}"], dtype=torch.float64)
        s = torch.sigmoid((torch.log(u / (1 - u)) + p[f"log_alpha{k}"]) / beta)
        return torch.clamp(s * (zeta - gamma) + gamma, 0, 1)

    x1, x2 = gate(1) * g["x1"], gate(2) * g["x2"]
    h1 = torch.relu(p["w11"] * x1 + p["w12"] * x2) * gate(3)
    h2 = torch.relu(p["w21"] * x1 + p["w22"] * x2)
    threshold = beta * torch.log(torch.tensor(-gamma / zeta, dtype=torch.float64))
    paid = [g[f"size{k}"] * torch.sigmoid(p[f"log_alpha{k}"] - threshold) for k in (1, 2, 3)]
    R = (p["v1"] * h1 + p["v2"] * h2 - g["t"]) ** 2 / 2 + g["lambda"] * sum(paid)
    R.backward()
    return {"R": R.item(), **{name: leaf.grad.item() for name, leaf in p.items()}}


@pytest.mark.torch
def test_the_objective_and_its_gradients_are_torchs():
    need_package("torch")
    import torch

    for exercise in variants()[:50]:
        v = exercise.values
        for name, theirs in by_torch(torch, exercise.givens).items():
            ours = v[name] if name == "R" else v.get(f"dL/d{name}", 0)
            if name.startswith("log_alpha"):
                ours = v[f"dR/d{name}"]
            assert ours == pytest.approx(theirs, abs=1e-12), (exercise.name, name)
