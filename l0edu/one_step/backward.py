"""How does the loss change with every number of the network? The chain rule, from y back to the gates.

Each factor of the chain is a line of its own: the derivative of the line's formula in `forward`.
"""

from l0edu.one_step.formula import formula

__all__ = ["L_by_a", "L_by_h", "L_by_h1", "L_by_v", "L_by_w", "L_by_x_gated", "L_by_y", "L_by_z", "L_by_z3"]


@formula("dL/dy", "{y} - {t}", "Eq. 1")
def L_by_y(y: float, t: float) -> float:
    """dL/dy = y - t: the derivative of (y - t)^2 / 2."""
    return y - t


L_by_y.slip("the 2 of the square and the 1/2 cancel", lambda y, t: 2 * (y - t))
L_by_y.slip("y - t, not y + t", lambda y, t: y + t)


@formula("dL/dv", "{dL_dy} * {h}")
def L_by_v(dL_dy: float, h: float) -> float:
    """dL/dv = dL/dy h, with h the unit behind its gate, if it has one."""
    return dL_dy * h


@formula("dL/dh", "{dL_dy} * {v}")
def L_by_h(dL_dy: float, v: float) -> float:
    """dL/dh = dL/dy v, for what the weight v reads: h1_gated or h2."""
    return dL_dy * v


@formula("dL/dz3", "{dL_dh1_gated} * {h1}", "Eq. 2")
def L_by_z3(dL_dh1_gated: float, h1: float) -> float:
    """dL/dz3 = dL/dh1_gated h1."""
    return dL_dh1_gated * h1


@formula("dL/dh1", "{dL_dh1_gated} * {z3}", "Eq. 2")
def L_by_h1(dL_dh1_gated: float, z3: float) -> float:
    """dL/dh1 = dL/dh1_gated z3."""
    return dL_dh1_gated * z3


L_by_h1.slip("the gate is missing", lambda dL_dh1_gated: dL_dh1_gated)


@formula("dL/da", "{dL_dh} * [{a} > 0]")
def L_by_a(dL_dh: float, a: float) -> float:
    """dL/da = dL/dh [a > 0]: the rectifier lets through what is positive."""
    return dL_dh * (a > 0)


L_by_a.slip("the rectifier's slope is 1 where a > 0", lambda dL_dh, a: dL_dh * (a <= 0))
L_by_a.slip("the rectifier's slope is 0 or 1, not a", lambda dL_dh, a: dL_dh * a)


@formula("dL/dwij", "{dL_dai} * {xj_gated}")
def L_by_w(dL_dai: float, xj_gated: float) -> float:
    """dL/dw_ij = dL/da_i (z_j x_j)."""
    return dL_dai * xj_gated


@formula("dL/dxj_gated", "{dL_da1} * {w1j} + {dL_da2} * {w2j}")
def L_by_x_gated(dL_da1: float, w1j: float, dL_da2: float, w2j: float) -> float:
    """dL/d(z_j x_j) = dL/da_1 w_1j + dL/da_2 w_2j: one path through each hidden unit."""
    return dL_da1 * w1j + dL_da2 * w2j


L_by_x_gated.slip("the path through h2 is missing", lambda dL_da1, w1j: dL_da1 * w1j)
L_by_x_gated.slip("the path through h1 is missing", lambda dL_da2, w2j: dL_da2 * w2j)
L_by_x_gated.slip(
    "the two paths are to be added", lambda dL_da1, w1j, dL_da2, w2j: dL_da1 * w1j - dL_da2 * w2j
)


@formula("dL/dzj", "{dL_dxj_gated} * {xj}", "Eq. 2")
def L_by_z(dL_dxj_gated: float, xj: float) -> float:
    """dL/dz_j = dL/d(z_j x_j) x_j."""
    return dL_dxj_gated * xj


L_by_z.slip("x is missing", lambda dL_dxj_gated: dL_dxj_gated)
