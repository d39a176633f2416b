"""Does the hint of every slip say what is wrong with its formula?

Each slip is put again as a change to the *right* formula: a factor that is missing is 1, a term that is
missing is 0, what has the wrong sign is negative. The table below is in the words of the hints.
"""

import math

import pytest
from step_variants import variants

from l0edu.one_step import ANSWERS
from l0edu.one_step.gates import sigmoid
from l0edu.one_step.sheet import SECTIONS

FORMULAS = {block[0].formula.symbol: block[0].formula for section in SECTIONS for block in section.blocks}


def instead(**changes):
    """The right formula with other inputs: numbers, or functions of the inputs."""

    def slipped(right, **inputs):
        new = {name: change(inputs) if callable(change) else change for name, change in changes.items()}
        return right(**(inputs | new))

    return slipped


def negative(name):
    return lambda inputs: -inputs[name]


def also(change):
    """What becomes of the right result."""
    return lambda right, **inputs: change(right(**inputs), inputs)


LN_10 = math.log(10)
WITHOUT_STRETCH = {"zeta": lambda i: 1 + i["gamma"]}
PRODUCTS = "the products are to be added"
NATURAL = "log is the natural logarithm, ln"

SLIPS = {
    "s": {
        "1/beta is missing": instead(beta=1),
        "divide by beta, do not multiply": instead(beta=lambda i: 1 / i["beta"]),
        "beta belongs inside the sigmoid": lambda right, **i: right(**(i | {"beta": 1})) / i["beta"],
        "beta divides log_alpha too": instead(log_alpha=lambda i: i["beta"] * i["log_alpha"]),
        NATURAL: instead(u=lambda i: sigmoid(math.log(i["u"] / (1 - i["u"])) / LN_10)),
        "log_alpha has the wrong sign": instead(log_alpha=negative("log_alpha")),
        "u and 1 - u are swapped": instead(u=lambda i: 1 - i["u"]),
    },
    "s_bar": {
        "(zeta - gamma) is missing, or gamma's sign in it": instead(**WITHOUT_STRETCH),
        "gamma is to be added at the end": also(lambda s_bar, i: s_bar - i["gamma"]),
        "gamma is negative at the end too": also(lambda s_bar, i: s_bar - 2 * i["gamma"]),
        "gamma and zeta are swapped": instead(gamma=lambda i: i["zeta"], zeta=lambda i: i["gamma"]),
    },
    "z": {
        "s_bar is to be clipped": lambda right, s_bar: s_bar,
        "clipped at the wrong end": also(lambda z, i: 1 - z),
    },
    "x_gated": {"the gate is missing": instead(z=1)},
    "ai": {PRODUCTS: instead(wi2=negative("wi2"))},
    "h1_gated": {"the gate is missing": instead(z3=1)},
    "y": {PRODUCTS: instead(v2=negative("v2"))},
    "L": {
        "the factor 1/2 is missing": also(lambda L, i: 2 * L),
        "the square is missing": lambda right, y, t: (y - t) / 2,
        "y - t, not y + t": instead(t=negative("t")),
    },
    "P": {
        "that is sigmoid(log_alpha)": instead(beta=0),
        "that is P(z = 0)": also(lambda P, i: 1 - P),
        "beta is missing": instead(beta=1),
        "the logarithm is negative, and minus it is positive": instead(beta=negative("beta")),
        NATURAL: instead(beta=lambda i: i["beta"] / LN_10),
    },
    "C": {
        "lambda is missing": instead(lam=1),
        "the group sizes |g| are missing": instead(size1=1, size2=1, size3=1),
    },
    "R": {"the penalty is to be added": instead(C=negative("C"))},
    "dL/dy": {
        "the 2 of the square and the 1/2 cancel": also(lambda slope, i: 2 * slope),
        "y - t, not y + t": instead(t=negative("t")),
    },
    "dL/dh1": {"the gate is missing": instead(z3=1)},
    "dL/da": {
        "the rectifier's slope is 1 where a > 0": instead(a=lambda i: 1 - (i["a"] > 0)),
        "the rectifier's slope is 0 or 1, not a": lambda right, dL_dh, a: dL_dh * a,
    },
    "dL/dxj_gated": {
        "the path through h2 is missing": instead(dL_da2=0),
        "the path through h1 is missing": instead(dL_da1=0),
        "the two paths are to be added": instead(w2j=negative("w2j")),
    },
    "dL/dzj": {"x is missing": instead(xj=1)},
    "mask": {"1 where s_bar is inside, 0 where it was clipped": also(lambda mask, i: 1 - mask)},
    "ds/dlog_alpha": {
        "1/beta is missing": instead(beta=1),
        "divide by beta, do not multiply": instead(beta=lambda i: 1 / i["beta"]),
        "the factor (1 - s) is missing": also(lambda slope, i: slope / (1 - i["s"])),
        "the factor s is missing": also(lambda slope, i: slope / i["s"]),
    },
    "dL/dlog_alpha": {
        "the clip's mask is missing": instead(mask=1),
        "(zeta - gamma) is missing": instead(**WITHOUT_STRETCH),
        "ds/dlog_alpha is missing": instead(ds_dlog_alpha=1),
        "mask and (zeta - gamma) are missing": instead(mask=1, **WITHOUT_STRETCH),
    },
    "dC/dlog_alpha": {
        "lambda is missing": instead(lam=1),
        "the group size |g| is missing": instead(size=1),
        "the factor (1 - P) is missing": also(lambda slope, i: slope / (1 - i["P"])),
        "the factor P is missing": also(lambda slope, i: slope / i["P"]),
    },
    "dR/dlog_alpha": {
        "the penalty's part is missing": instead(dC_dlog_alpha=0),
        "the loss's part is missing": instead(dL_dlog_alpha=0),
        "the two parts are to be added": instead(dC_dlog_alpha=negative("dC_dlog_alpha")),
    },
    "p'": {
        "a step goes against the gradient: minus": instead(eta=negative("eta")),
        "eta is missing": instead(eta=1),
        "that is the old value": instead(eta=0),
        "that is the change, not the new value": instead(p=0),
    },
    "z_hat": {
        "Eq. 13 has no beta": instead(log_alpha=lambda i: i["log_alpha"] / (2 / 3)),
        "that is sigmoid(log_alpha): stretch it": instead(gamma=0, zeta=1),
        "(zeta - gamma) is missing, or gamma's sign in it": lambda right, log_alpha, gamma, zeta: (
            sigmoid(log_alpha) + gamma
        ),
        "gamma is to be added at the end": lambda right, log_alpha, gamma, zeta: (
            sigmoid(log_alpha) * (zeta - gamma)
        ),
    },
}


def test_the_table_has_every_slip_of_every_formula():
    slips = {symbol: [slip.hint for slip in one.slips] for symbol, one in FORMULAS.items() if one.slips}
    assert slips == {symbol: list(changes) for symbol, changes in SLIPS.items()}


@pytest.mark.parametrize("name", [name for name, line in ANSWERS.items() if line.formula.slips])
def test_a_slip_is_what_its_hint_says(name):
    line = ANSWERS[name]
    for exercise in variants()[:20]:
        inputs = [exercise.values[used] for used in line.inputs]
        for hint, wrong in line.slipped(exercise.values):
            again = SLIPS[line.formula.symbol][hint]
            expected = again(line.formula.value, **dict(zip(line.formula.parameters, inputs, strict=True)))
            assert wrong == pytest.approx(expected, rel=1e-9, abs=1e-12), (hint, exercise.name)


@pytest.mark.parametrize("symbol", SLIPS)
def test_no_two_slips_of_a_formula_have_one_hint_or_one_value(symbol):
    """But where the numbers of a sheet make them agree: over 20 sheets they differ somewhere."""
    lines = [line for line in ANSWERS.values() if line.formula.symbol == symbol]
    wrong = [line.slipped(exercise.values) for exercise in variants()[:20] for line in lines]
    values = {tuple(round(slips[k][1], 9) for slips in wrong) for k in range(len(SLIPS[symbol]))}
    assert len(values) == len(SLIPS[symbol])
