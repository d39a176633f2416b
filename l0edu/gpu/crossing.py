"""How does a gradient follow an array that is read on the host, and one that is moved to a device?

What takes decisions by values, such as the expected FLOPs, is computed on the host. Each of the two functions
here moves an array, and moves the gradient the other way.
"""

from typing import Any

import numpy as np
from autograd.extend import defvjp, primitive

from l0edu.gpu.arrays import beside, to_host

__all__ = ["placed_beside", "read"]


@primitive  # type: ignore[untyped-decorator] # autograd has no types
def read(x: Any) -> Any:
    """x on the host, differentiable; the host waits for it.

    Parameters
    ----------
    x : array

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu.gpu import to_device
    >>> read(to_device(np.ones(2), "stand-in"))
    array([1., 1.])
    """
    return to_host(x)


@primitive  # type: ignore[untyped-decorator] # autograd has no types
def placed_beside(x: Any, value: Any) -> Any:
    """A value of the host where x lies, differentiable by the value.

    Parameters
    ----------
    x : array
    value : array or number

    Examples
    --------
    >>> import numpy as np
    >>> float(placed_beside(np.ones(2), 3.0))
    3.0
    """
    return beside(x, np.asarray(value))


defvjp(read, lambda _, x: lambda g: placed_beside(x, g))
defvjp(placed_beside, None, lambda *_: read)
