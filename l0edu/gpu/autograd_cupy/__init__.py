"""How does autograd differentiate functions of CuPy arrays? `register(cupy)` teaches it the array type.

Nothing here imports the rest of the library, nor CuPy: copy this directory into another project to use it.

    import autograd.numpy as np
    import cupy
    from autograd import grad

    register(cupy)
    grad(lambda w: np.sum(np.tanh(w) ** 2))(cupy.ones(3))
"""

from .array_types import array_module, is_registered
from .namespace import numpy_on
from .registration import register

__all__ = ["array_module", "is_registered", "numpy_on", "register"]
