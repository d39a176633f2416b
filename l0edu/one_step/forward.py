"""What does the network compute, and what is to be minimized? The forward pass, the loss and the penalty."""

from l0edu.one_step.formula import formula

__all__ = ["C", "L", "R", "a", "h", "h1_gated", "x_gated", "y"]


@formula("x_gated", "{z} * {x}", "Eq. 2")
def x_gated(z: float, x: float) -> float:
    """A gated input z x: the gate multiplies both weights that read it  (Eq. 2, by groups)."""
    return z * x


x_gated.slip("the gate is missing", lambda x: x)


@formula("ai", "{wi1} * {x1_gated} + {wi2} * {x2_gated}")
def a(wi1: float, x1_gated: float, wi2: float, x2_gated: float) -> float:
    """a_i = w_i1 (z1 x1) + w_i2 (z2 x2): what goes into hidden unit i."""
    return wi1 * x1_gated + wi2 * x2_gated


a.slip("the products are to be added", lambda wi1, x1_gated, wi2, x2_gated: wi1 * x1_gated - wi2 * x2_gated)


@formula("h", "max(0, {a})")
def h(a: float) -> float:
    """h = max(0, a): the rectifier (relu)."""
    return max(0, a)


@formula("h1_gated", "{z3} * {h1}", "Eq. 2")
def h1_gated(z3: float, h1: float) -> float:
    """The gated hidden unit z3 h1  (Eq. 2, by groups)."""
    return z3 * h1


h1_gated.slip("the gate is missing", lambda h1: h1)


@formula("y", "{v1} * {h1_gated} + {v2} * {h2}")
def y(v1: float, h1_gated: float, v2: float, h2: float) -> float:
    """y = v1 (z3 h1) + v2 h2: the network's output."""
    return v1 * h1_gated + v2 * h2


y.slip("the products are to be added", lambda v1, h1_gated, v2, h2: v1 * h1_gated - v2 * h2)


@formula("L", "({y} - {t})^2 / 2", "Eq. 1")
def L(y: float, t: float) -> float:
    """L = (y - t)^2 / 2: the loss of the one example  (Eq. 1)."""
    return (y - t) ** 2 / 2


L.slip("the factor 1/2 is missing", lambda y, t: (y - t) ** 2)
L.slip("the square is missing", lambda y, t: (y - t) / 2)
L.slip("y - t, not y + t", lambda y, t: (y + t) ** 2 / 2)


@formula("C", "{lam} * ({size1} * {P1} + {size2} * {P2} + {size3} * {P3})", "Eqs. 12 and 16")
def C(lam: float, size1: int, P1: float, size2: int, P2: float, size3: int, P3: float) -> float:
    """C = lambda sum over gates of |g| P(z != 0): the penalty  (Eqs. 12 and 16)."""
    return lam * (size1 * P1 + size2 * P2 + size3 * P3)


C.slip("lambda is missing", lambda size1, P1, size2, P2, size3, P3: size1 * P1 + size2 * P2 + size3 * P3)
C.slip("the group sizes |g| are missing", lambda lam, P1, P2, P3: lam * (P1 + P2 + P3))


@formula("R", "{L} + {C}", "Eq. 9")
def R(L: float, C: float) -> float:
    """R = L + C: what is minimized, with one sample of the gates  (Eq. 9)."""
    return L + C


R.slip("the penalty is to be added", lambda L, C: L - C)
