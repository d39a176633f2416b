"""Two operations of the tests' own: what do a formula and its gradients look like to the tape?"""

from l0edu.tape import primitive, unbroadcast


@primitive
def scaled(x, factor=2.0, power=1):
    """factor * x^power, with a gradient by x only."""
    return factor * x**power


@scaled.gradient("x")
def scaled_dx(g, x, factor, power):
    return g * factor * power * x ** (power - 1)


@primitive
def affine(x, w, b):
    return x @ w + b


@affine.gradient("x")
def affine_dx(g, w):
    return g @ w.T


@affine.gradient("w")
def affine_dw(g, x):
    return x.T @ g


@affine.gradient("b")
def affine_db(g, b):
    return unbroadcast(g, b.shape)
