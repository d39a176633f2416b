"""Which adjoints of products make a NumPy array, or ask for a contraction that CuPy refuses?"""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import def_linear, defvjp, defvjp_argnum, primitive
from autograd.numpy.numpy_vjps import match_complex

__all__ = ["replace_products"]

Gradient = Callable[[Any], Any]
Meta = tuple[Any, ...]  # shape, dimensions, dtype, whether complex
Axes = tuple[tuple[int, ...], tuple[int, ...]]  # of A and of B, summed pairwise


def replace_products() -> None:
    """Register the rules of this file in place of autograd's."""
    defvjp(anp.dot, dot_by_a, dot_by_b)
    defvjp_argnum(anp.tensordot, tensordot_gradient)
    defvjp_argnum(anp.inner, inner_gradient)


def dot_by_a(ans: Any, a: Any, b: Any) -> Gradient:
    """Of dot(a, b) by a."""
    metas = anp.metadata(a), anp.metadata(b)
    return lambda g: match_complex(a, dot_adjoint_a(b, g, *metas))


def dot_by_b(ans: Any, a: Any, b: Any) -> Gradient:
    """... and by b."""
    metas = anp.metadata(a), anp.metadata(b)
    return lambda g: match_complex(b, dot_adjoint_b(a, g, *metas))


@primitive
def dot_adjoint_a(b: Any, g: Any, meta_a: Meta, meta_b: Meta) -> Any:
    """The adjoint of a -> dot(a, b), in the dtype of a."""
    (_, ndim_a, dtype_a, _), (_, ndim_b, _, _) = meta_a, meta_b
    if ndim_a == 0 or ndim_b <= 1:
        out = np.tensordot(g, b, max(0, ndim_b - (ndim_a != 0)))
    else:
        out = np.tensordot(g, np.swapaxes(b, -1, -2), ndim_b - 1)
    return out.astype(dtype_a, copy=False)


@primitive
def dot_adjoint_b(a: Any, g: Any, meta_a: Meta, meta_b: Meta) -> Any:
    """The adjoint of b -> dot(a, b), in the dtype of b."""
    (_, ndim_a, _, _), (_, ndim_b, dtype_b, _) = meta_a, meta_b
    if ndim_a <= 1 or ndim_b == 0:
        out = np.tensordot(g, a, max(0, ndim_a - (ndim_b != 0)))
    else:
        rows = tuple(range(ndim_a - 1))
        out = np.tensordot(g, a, (rows, rows))
    swapped = np.swapaxes(out, -1, -2) if ndim_b > 1 and ndim_a != 0 else out
    return swapped.astype(dtype_b, copy=False)


defvjp(
    dot_adjoint_a,
    lambda ans, b, g, *metas: lambda a: match_complex(b, dot_adjoint_b(a, g, *metas)),
    lambda ans, b, g, *metas: lambda a: match_complex(g, anp.dot(a, b)),
)
defvjp(
    dot_adjoint_b,
    lambda ans, a, g, *metas: lambda b: match_complex(a, dot_adjoint_a(b, g, *metas)),
    lambda ans, a, g, *metas: lambda b: match_complex(g, anp.dot(a, b)),
)


def summed_axes(axes: Any, ndim_a: int, ndim_b: int) -> Axes:
    """What `axes` of tensordot means, counted from 0."""
    if isinstance(axes, int | np.integer):
        n = max(int(axes), 0)
        return tuple(range(ndim_a - n, ndim_a)), tuple(range(n))
    of_a, of_b = [(one,) if isinstance(one, int | np.integer) else one for one in axes]
    return tuple(int(axis) % ndim_a for axis in of_a), tuple(int(axis) % ndim_b for axis in of_b)


def tensordot_gradient(argnum: int, ans: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Gradient:
    """Of tensordot(a, b, axes) by a or b."""
    a, b, *rest = args
    axes = rest[0] if rest else options.get("axes", 2)
    return adjoint_of(argnum, a, b, summed_axes(axes, anp.ndim(a), anp.ndim(b)))


def inner_gradient(argnum: int, ans: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Gradient:
    """Of inner(a, b) by a or b: the last axes are summed, but a number multiplies."""
    a, b = args
    dims = anp.ndim(a), anp.ndim(b)
    return adjoint_of(argnum, a, b, summed_axes((-1, -1) if all(dims) else ((), ()), *dims))


def adjoint_of(argnum: int, a: Any, b: Any, axes: Axes) -> Gradient:
    """The adjoint of tensordot by its first or second argument."""
    ndim_a, ndim_b = anp.ndim(a), anp.ndim(b)
    if argnum == 0:
        return lambda g: match_complex(a, tensordot_adjoint_a(b, g, axes, ndim_a, ndim_b))
    return lambda g: match_complex(b, tensordot_adjoint_b(a, g, axes, ndim_a, ndim_b))


def others(axes: tuple[int, ...], ndim: int) -> tuple[int, ...]:
    """The axes that are not among these."""
    return tuple(axis for axis in range(ndim) if axis not in axes)


def in_order(array: Any, axes: tuple[int, ...]) -> Any:
    """An array whose axes are listed, with its axes in rising order."""
    return np.transpose(array, tuple(axes.index(axis) for axis in range(len(axes))))


@primitive
def tensordot_adjoint_a(b: Any, g: Any, axes: Axes, ndim_a: int, ndim_b: int) -> Any:
    """The adjoint of a -> tensordot(a, b, axes)."""
    of_a, of_b = axes
    free_a, free_b = others(of_a, ndim_a), others(of_b, ndim_b)
    of_g = tuple(range(len(free_a), len(free_a) + len(free_b)))
    out = np.tensordot(g, b, (of_g, free_b) if free_b else 0)
    return in_order(out, free_a + tuple(of_a[of_b.index(axis)] for axis in sorted(of_b)))


@primitive
def tensordot_adjoint_b(a: Any, g: Any, axes: Axes, ndim_a: int, ndim_b: int) -> Any:
    """The adjoint of b -> tensordot(a, b, axes)."""
    of_a, of_b = axes
    free_a, free_b = others(of_a, ndim_a), others(of_b, ndim_b)
    out = np.tensordot(a, g, (free_a, tuple(range(len(free_a)))) if free_a else 0)
    return in_order(out, tuple(of_b[of_a.index(axis)] for axis in sorted(of_a)) + free_b)


defvjp(
    tensordot_adjoint_a,
    lambda ans, b, g, *how: lambda a: match_complex(b, tensordot_adjoint_b(a, g, *how)),
    lambda ans, b, g, axes, *_: lambda a: match_complex(g, anp.tensordot(a, b, axes)),
)
defvjp(
    tensordot_adjoint_b,
    lambda ans, a, g, *how: lambda b: match_complex(a, tensordot_adjoint_a(b, g, *how)),
    lambda ans, a, g, axes, *_: lambda b: match_complex(g, anp.tensordot(a, b, axes)),
)
for adjoint in (dot_adjoint_a, dot_adjoint_b, tensordot_adjoint_a, tensordot_adjoint_b):
    def_linear(adjoint)
