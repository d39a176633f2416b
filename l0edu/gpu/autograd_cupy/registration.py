"""What does `register(cupy)` change? autograd learns an array type, and some of its rules are replaced."""

from importlib.metadata import version
from types import ModuleType

from .array_types import add_array_type
from .einsum import replace_einsum
from .elementwise import replace_elementwise
from .indexing import replace_indexing
from .joins import replace_joins
from .products import replace_products
from .reductions import replace_reductions
from .refusals import replace_refused
from .shapes import replace_shapes

__all__ = ["register"]

DONE: list[bool] = []  # holds True once the rules are replaced


def register(xp: ModuleType) -> None:
    """Teach autograd to differentiate functions of the arrays of a module such as CuPy.

    It acts on the whole process, for good. The rules also keep gradients of float32 arrays in float32, those
    of NumPy arrays too. Calling it again, or with another module, does no harm.

    Parameters
    ----------
    xp : module
        `cupy`, or a module with its names: `ndarray`, `asarray`, `zeros`, `full` ... With `numpy` only the
        rules are replaced.

    Raises
    ------
    TypeError
        For what has no `ndarray`.
    RuntimeError
        Where autograd has not the functions that are to be replaced.

    Examples
    --------
    >>> import autograd.numpy as np
    >>> import numpy
    >>> from autograd import grad
    >>> register(numpy)
    >>> grad(lambda x: np.mean(np.maximum(x, 0.0)))(numpy.ones(2, numpy.float32))
    array([0.5, 0.5], dtype=float32)
    """
    add_array_type(xp)
    try:
        if not DONE:
            replace_rules()
            DONE.append(True)
        replace_refused()
    except (AttributeError, KeyError) as error:
        raise RuntimeError(
            f"these rules were written for autograd 1.9, and {version('autograd')} has other functions "
            f"({error}): pip install 'autograd>=1.9,<1.10'"
        ) from error


def replace_rules() -> None:
    """Register this package's rules in place of autograd's."""
    replace_elementwise()
    replace_reductions()
    replace_shapes()
    replace_indexing()
    replace_joins()
    replace_products()
    replace_einsum()
