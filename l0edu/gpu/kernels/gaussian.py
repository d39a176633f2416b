"""What is computed for one Gaussian gate, in one launch? The kernel beside `l0edu.gaussian`."""

from types import ModuleType

from l0edu.gpu.kernels.launch import Kernel
from l0edu.tables import Array

__all__ = ["normal_cdf"]

NORMAL_CDF = Kernel("normal_cdf", "T x", "T p", "p = erfc(-x / sqrt(T(2))) / T(2);")


def normal_cdf(xp: ModuleType, x: Array) -> Array:
    """As `l0edu.gaussian.normal_cdf`."""
    return NORMAL_CDF.on(xp)(x)
