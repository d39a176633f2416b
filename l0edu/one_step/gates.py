"""What is computed for one gate? Noise to gate (Eqs. 10 and 11), P(open) (Eq. 12), the test gate (Eq. 13).

Plain numbers, one gate at a time. Under each formula stand the slips that people make in it.
"""

from math import exp, log, log10

from l0edu.one_step.formula import formula

__all__ = ["P", "s", "s_bar", "sigmoid", "z", "z_hat"]


def sigmoid(v: float) -> float:
    """1 / (1 + exp(-v)).

    Parameters
    ----------
    v : float
        Above -700, where exp overflows.

    Returns
    -------
    float
        In (0, 1).

    Examples
    --------
    >>> sigmoid(0.0)
    0.5
    """
    return 1 / (1 + exp(-v))


@formula("s", "sigmoid((log {u} - log(1 - {u}) + {log_alpha}) / {beta})", "Eq. 10")
def s(u: float, log_alpha: float, beta: float) -> float:
    """s = sigmoid((log u - log(1 - u) + log_alpha) / beta)  (Eq. 10)."""
    return sigmoid((log(u) - log(1 - u) + log_alpha) / beta)


s.slip("1/beta is missing", lambda u, log_alpha: sigmoid(log(u / (1 - u)) + log_alpha))
s.slip("divide by beta, do not multiply", lambda u, log_alpha, beta: s.value(u, log_alpha, 1 / beta))
s.slip(
    "beta belongs inside the sigmoid", lambda u, log_alpha, beta: sigmoid(log(u / (1 - u)) + log_alpha) / beta
)
s.slip("beta divides log_alpha too", lambda u, log_alpha, beta: sigmoid(log(u / (1 - u)) / beta + log_alpha))
s.slip(
    "log is the natural logarithm, ln",
    lambda u, log_alpha, beta: sigmoid((log10(u / (1 - u)) + log_alpha) / beta),
)
s.slip("log_alpha has the wrong sign", lambda u, log_alpha, beta: s.value(u, -log_alpha, beta))
s.slip("u and 1 - u are swapped", lambda u, log_alpha, beta: s.value(1 - u, log_alpha, beta))


@formula("s_bar", "{s} * ({zeta} - {gamma}) + {gamma}", "Eq. 10")
def s_bar(s: float, gamma: float, zeta: float) -> float:
    """s_bar = s (zeta - gamma) + gamma  (Eq. 10)."""
    return s * (zeta - gamma) + gamma


s_bar.slip("(zeta - gamma) is missing, or gamma's sign in it", lambda s, gamma: s + gamma)
s_bar.slip("gamma is to be added at the end", lambda s, gamma, zeta: s * (zeta - gamma))
s_bar.slip("gamma is negative at the end too", lambda s, gamma, zeta: s * (zeta - gamma) - gamma)
s_bar.slip("gamma and zeta are swapped", lambda s, gamma, zeta: s * (gamma - zeta) + zeta)


@formula("z", "min(1, max(0, {s_bar}))", "Eq. 11")
def z(s_bar: float) -> float:
    """z = min(1, max(0, s_bar))  (Eq. 11)."""
    return min(1, max(0, s_bar))


z.slip("s_bar is to be clipped", lambda s_bar: s_bar)
z.slip("clipped at the wrong end", lambda s_bar: 1 - z.value(s_bar))


@formula("P", "sigmoid({log_alpha} - {beta} * log(-{gamma} / {zeta}))", "Eq. 12")
def P(log_alpha: float, beta: float, gamma: float, zeta: float) -> float:
    """P(z != 0) = sigmoid(log_alpha - beta log(-gamma / zeta))  (Eq. 12)."""
    return sigmoid(log_alpha - beta * log(-gamma / zeta))


P.slip("that is sigmoid(log_alpha)", lambda log_alpha: sigmoid(log_alpha))
P.slip("that is P(z = 0)", lambda log_alpha, beta, gamma, zeta: 1 - P.value(log_alpha, beta, gamma, zeta))
P.slip("beta is missing", lambda log_alpha, gamma, zeta: P.value(log_alpha, 1, gamma, zeta))
P.slip(
    "the logarithm is negative, and minus it is positive",
    lambda log_alpha, beta, gamma, zeta: P.value(log_alpha, -beta, gamma, zeta),
)
P.slip(
    "log is the natural logarithm, ln",
    lambda log_alpha, beta, gamma, zeta: sigmoid(log_alpha - beta * log10(-gamma / zeta)),
)


@formula("z_hat", "clip(sigmoid({log_alpha}) * ({zeta} - {gamma}) + {gamma})", "Eq. 13")
def z_hat(log_alpha: float, gamma: float, zeta: float) -> float:
    """z_hat = min(1, max(0, sigmoid(log_alpha) (zeta - gamma) + gamma))  (Eq. 13)."""
    return z.value(s_bar.value(sigmoid(log_alpha), gamma, zeta))


z_hat.slip(
    "Eq. 13 has no beta",  # 2/3 on every sheet
    lambda log_alpha, gamma, zeta: z_hat.value(1.5 * log_alpha, gamma, zeta),
)
z_hat.slip("that is sigmoid(log_alpha): stretch it", lambda log_alpha: sigmoid(log_alpha))
z_hat.slip(
    "(zeta - gamma) is missing, or gamma's sign in it", lambda log_alpha, gamma: sigmoid(log_alpha) + gamma
)
z_hat.slip(
    "gamma is to be added at the end", lambda log_alpha, gamma, zeta: sigmoid(log_alpha) * (zeta - gamma)
)
