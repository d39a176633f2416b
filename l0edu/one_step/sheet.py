"""Which numbers does one optimization step consist of, in which order, and what goes into each?

The network: x1 and x2 go through a gate each, then into the hidden units h1 and h2; h1 goes through the
third gate; y reads both. Weight w_ij leads from input j to hidden unit i, v_i from hidden unit i to y. So
the gate of an input answers for two weights and has two paths to the loss; that of h1 has one of each.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from l0edu.one_step import backward, forward, gate_gradients, gates, update
from l0edu.one_step.formula import Formula, Line, Values, lines

__all__ = ["ANSWERS", "SECTIONS", "Section", "work_out", "work_out_again"]

Block = tuple[Line, ...]  # lines of one formula


@dataclass(frozen=True)
class Section:
    """A part of the sheet.

    Attributes
    ----------
    title : str
    notes : tuple of str
        Sentences under the title.
    blocks : tuple of tuples of Line
        A block holds the lines of one formula.

    Examples
    --------
    >>> section = SECTIONS[0]
    >>> section.title, [line.name for line in section.blocks[0]]
    ('From noise to gates', ['s1', 's2', 's3'])
    """

    title: str
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]


def _one_a_gate(one: Formula, name: str, inputs: str) -> Block:
    """A line for each gate: a # in the names is its number."""
    return lines(one, {name.replace("#", k): inputs.replace("#", k) for k in "123"})


NOISE_TO_GATE = Section(
    "From noise to gates",
    ("log is the natural logarithm (ln), and sigmoid(v) = 1 / (1 + exp(-v)).",),
    (
        _one_a_gate(gates.s, "s#", "u# log_alpha# beta"),
        _one_a_gate(gates.s_bar, "s_bar#", "s# gamma zeta"),
        _one_a_gate(gates.z, "z#", "s_bar#"),
    ),
)

FORWARD = Section(
    "Forward through the network",
    (),
    (
        lines(forward.x_gated, {"x1_gated": "z1 x1", "x2_gated": "z2 x2"}),
        lines(forward.a, {"a1": "w11 x1_gated w12 x2_gated", "a2": "w21 x1_gated w22 x2_gated"}),
        lines(forward.h, {"h1": "a1", "h2": "a2"}),
        lines(forward.h1_gated, {"h1_gated": "z3 h1"}),
        lines(forward.y, {"y": "v1 h1_gated v2 h2"}),
    ),
)

OBJECTIVE = Section(
    "What is minimized: the loss L and the penalty C",
    ("P is P(z != 0), the probability that a gate is open: it needs no noise.",),
    (
        lines(forward.L, {"L": "y t"}),
        _one_a_gate(gates.P, "P#", "log_alpha# beta gamma zeta"),
        lines(forward.C, {"C": "lambda size1 P1 size2 P2 size3 P3"}),
        lines(forward.R, {"R": "L C"}),
    ),
)

BACKWARD = Section(
    "Backward through the network",
    (
        "[a > 0] is 1 where a > 0, else 0.",
        "The gate of an input has two paths to the loss, one through each hidden unit.",
    ),
    (
        lines(backward.L_by_y, {"dL/dy": "y t"}),
        lines(backward.L_by_v, {"dL/dv1": "dL/dy h1_gated", "dL/dv2": "dL/dy h2"}),
        lines(backward.L_by_h, {"dL/dh1_gated": "dL/dy v1", "dL/dh2": "dL/dy v2"}),
        lines(backward.L_by_z3, {"dL/dz3": "dL/dh1_gated h1"}),
        lines(backward.L_by_h1, {"dL/dh1": "dL/dh1_gated z3"}),
        lines(backward.L_by_a, {"dL/da1": "dL/dh1 a1", "dL/da2": "dL/dh2 a2"}),
        lines(
            backward.L_by_w,
            {
                "dL/dw11": "dL/da1 x1_gated",
                "dL/dw12": "dL/da1 x2_gated",
                "dL/dw21": "dL/da2 x1_gated",
                "dL/dw22": "dL/da2 x2_gated",
            },
        ),
        lines(
            backward.L_by_x_gated,
            {"dL/dx1_gated": "dL/da1 w11 dL/da2 w21", "dL/dx2_gated": "dL/da1 w12 dL/da2 w22"},
        ),
        lines(backward.L_by_z, {"dL/dz1": "dL/dx1_gated x1", "dL/dz2": "dL/dx2_gated x2"}),
    ),
)

GATE_GRADIENTS = Section(
    "Backward through the gates",
    (
        "The mask is dz/ds_bar: the clip is flat outside of (0, 1); ds_bar/ds is zeta - gamma.",
        "Where the mask is 0, only the penalty moves log_alpha in this step, not the loss.",
    ),
    (
        _one_a_gate(gate_gradients.mask, "mask#", "s_bar#"),
        _one_a_gate(gate_gradients.s_by_log_alpha, "ds/dlog_alpha#", "s# beta"),
        _one_a_gate(
            gate_gradients.L_by_log_alpha, "dL/dlog_alpha#", "dL/dz# mask# zeta gamma ds/dlog_alpha#"
        ),
        _one_a_gate(gate_gradients.C_by_log_alpha, "dC/dlog_alpha#", "lambda size# P#"),
        _one_a_gate(gate_gradients.R_by_log_alpha, "dR/dlog_alpha#", "dL/dlog_alpha# dC/dlog_alpha#"),
    ),
)

UPDATE = Section(
    "The step",
    (
        "Stochastic gradient descent. The penalty depends on no weight, so the gradient by a",
        "weight is that of the loss; by log_alpha it is that of R.",
    ),
    (
        lines(update.step, {f"{w}'": f"{w} eta dL/d{w}" for w in ("w11", "w12", "w21", "w22", "v1", "v2")}),
        _one_a_gate(update.step, "log_alpha#'", "log_alpha# eta dR/dlog_alpha#"),
    ),
)

TEST_GATES = Section(
    "The gates at test time, before and after the step",
    ("clip(v) = min(1, max(0, v)). There is no noise and no beta.",),
    (
        _one_a_gate(gates.z_hat, "z_hat#", "log_alpha# gamma zeta"),
        _one_a_gate(gates.z_hat, "z_hat#'", "log_alpha#' gamma zeta"),
    ),
)

SECTIONS = (NOISE_TO_GATE, FORWARD, OBJECTIVE, BACKWARD, GATE_GRADIENTS, UPDATE, TEST_GATES)
ANSWERS: dict[str, Line] = {
    line.name: line for section in SECTIONS for block in section.blocks for line in block
}


def work_out(givens: Mapping[str, float]) -> Values:
    """Every number of the step, the given ones first.

    Parameters
    ----------
    givens : mapping
        From `draw_givens`: inputs, target, weights, log_alphas, noise and hyperparameters, by name.

    Returns
    -------
    dict
        A float by name, as `values["log_alpha1'"]`. Exact: nothing is rounded on the way.

    Notes
    -----
    In this order: s, s_bar and z of each gate (Eqs. 10 and 11), the forward pass (Eq. 2), L (Eq. 1),
    P(z != 0) and C (Eqs. 12 and 16), R = L + C (Eq. 9), their gradients, the step, and z_hat before and
    after it (Eq. 13).

    Examples
    --------
    >>> from l0edu.one_step import draw_givens
    >>> values = work_out(draw_givens(seed=0))
    >>> values["z1"] == min(1, max(0, values["s_bar1"]))
    True
    """
    values = dict(givens)
    for name, line in ANSWERS.items():
        values[name] = line.value(values)
    return values


def work_out_again(givens: Mapping[str, float], values: Mapping[str, float]) -> Values:
    """The next step with the same noise: what `work_out` makes of the updated weights and log_alphas.

    Parameters
    ----------
    givens : mapping
        From `draw_givens`.
    values : mapping
        What `work_out` made of them.

    Returns
    -------
    dict
        As from `work_out`.

    Examples
    --------
    >>> from l0edu.one_step import draw_givens
    >>> givens = draw_givens(seed=0)
    >>> values = work_out(givens)
    >>> work_out_again(givens, values)["R"] < values["R"]
    True
    """
    return work_out({name: values.get(f"{name}'", given) for name, given in givens.items()})
