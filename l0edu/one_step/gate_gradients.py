"""How does the objective change with log_alpha? The loss through the sampled gate, the penalty directly.

The derivatives of Eqs. 10 to 12; the loss needs the sample of the gate, the penalty does not.
"""

from l0edu.one_step.formula import formula

__all__ = ["C_by_log_alpha", "L_by_log_alpha", "R_by_log_alpha", "mask", "s_by_log_alpha"]


@formula("mask", "[0 < {s_bar} < 1]", "Eq. 11")
def mask(s_bar: float) -> float:
    """dz/ds_bar = [0 < s_bar < 1]: 1 inside, 0 where the clip is flat  (Eq. 11)."""
    return float(0 < s_bar < 1)


mask.slip("1 where s_bar is inside, 0 where it was clipped", lambda s_bar: 1 - mask.value(s_bar))


@formula("ds/dlog_alpha", "{s} * (1 - {s}) / {beta}", "Eq. 10")
def s_by_log_alpha(s: float, beta: float) -> float:
    """ds/dlog_alpha = s (1 - s) / beta  (Eq. 10)."""
    return s * (1 - s) / beta


s_by_log_alpha.slip("1/beta is missing", lambda s: s * (1 - s))
s_by_log_alpha.slip("divide by beta, do not multiply", lambda s, beta: s * (1 - s) * beta)
s_by_log_alpha.slip("the factor (1 - s) is missing", lambda s, beta: s / beta)
s_by_log_alpha.slip("the factor s is missing", lambda s, beta: (1 - s) / beta)


@formula("dL/dlog_alpha", "{dL_dz} * {mask} * ({zeta} - {gamma}) * {ds_dlog_alpha}", "Eqs. 10 and 11")
def L_by_log_alpha(dL_dz: float, mask: float, zeta: float, gamma: float, ds_dlog_alpha: float) -> float:
    """dL/dlog_alpha = dL/dz dz/ds_bar ds_bar/ds ds/dlog_alpha, with ds_bar/ds = zeta - gamma."""
    return dL_dz * mask * (zeta - gamma) * ds_dlog_alpha


L_by_log_alpha.slip(
    "the clip's mask is missing",
    lambda dL_dz, zeta, gamma, ds_dlog_alpha: dL_dz * (zeta - gamma) * ds_dlog_alpha,
)
L_by_log_alpha.slip(
    "(zeta - gamma) is missing", lambda dL_dz, mask, ds_dlog_alpha: dL_dz * mask * ds_dlog_alpha
)
L_by_log_alpha.slip(
    "ds/dlog_alpha is missing", lambda dL_dz, mask, zeta, gamma: dL_dz * mask * (zeta - gamma)
)
L_by_log_alpha.slip("mask and (zeta - gamma) are missing", lambda dL_dz, ds_dlog_alpha: dL_dz * ds_dlog_alpha)


@formula("dC/dlog_alpha", "{lam} * {size} * {P} * (1 - {P})", "Eqs. 12 and 16")
def C_by_log_alpha(lam: float, size: int, P: float) -> float:
    """dC/dlog_alpha = lambda |g| P (1 - P): exact, without noise  (Eqs. 12 and 16)."""
    return lam * size * P * (1 - P)


C_by_log_alpha.slip("lambda is missing", lambda size, P: size * P * (1 - P))
C_by_log_alpha.slip("the group size |g| is missing", lambda lam, P: lam * P * (1 - P))
C_by_log_alpha.slip("the factor (1 - P) is missing", lambda lam, size, P: lam * size * P)
C_by_log_alpha.slip("the factor P is missing", lambda lam, size, P: lam * size * (1 - P))


@formula("dR/dlog_alpha", "{dL_dlog_alpha} + {dC_dlog_alpha}", "Eq. 9")
def R_by_log_alpha(dL_dlog_alpha: float, dC_dlog_alpha: float) -> float:
    """dR/dlog_alpha = dL/dlog_alpha + dC/dlog_alpha  (Eq. 9)."""
    return dL_dlog_alpha + dC_dlog_alpha


R_by_log_alpha.slip("the penalty's part is missing", lambda dL_dlog_alpha: dL_dlog_alpha)
R_by_log_alpha.slip("the loss's part is missing", lambda dC_dlog_alpha: dC_dlog_alpha)
R_by_log_alpha.slip(
    "the two parts are to be added", lambda dL_dlog_alpha, dC_dlog_alpha: dL_dlog_alpha - dC_dlog_alpha
)
