"""How far does rounding move a gate's probability, density and mean? First-order bounds, for every parameter.

The unit is eps, the distance from 1 to the next float; L is log_alpha, and s runs from the s of z = 0 to that
of z = 1, where the density is finite. Each function of a float is taken to be right to 2 eps.
"""

import numpy as np
from strategies import log_alphas


def parameters(shape=4):
    """The whole range of log_alpha, and as often the middle of it, where no gate is all but certain."""
    return log_alphas(6.0, shape) | log_alphas(80.0, shape)


def _narrowest(law):
    """The least of s and of 1 - s for a gate between 0 and 1."""
    return min(-law.gamma, law.zeta - 1) / (law.zeta - law.gamma)


def of_probability(law, log_alpha, dtype):
    """Of a sample's rank, and of the cdf: of v = logit(u) + L, where dQ = Q (1 - Q) dv, and of s.

    |v| Q (1 - Q) <= 1/4 and |L| Q (1 - Q) <= |L| / 4. Sigmoid, stretch and its inverse put s off by 5 eps at
    most, and that moves v by 5 beta eps / (s (1 - s)).
    """
    s = _narrowest(law)
    by_s = 5 / 4 * law.beta / (s * (1 - s))
    return float(np.finfo(dtype).eps * (10 + 2 * np.abs(log_alpha).max() + by_s))


def of_log_density(law, log_alpha, dtype):
    """Of log q = log beta - |v| - 2 log(1 + exp(-|v|)) - log s - log(1 - s): terms of size |L| and |logit s|.

    An s that is off by 5 eps moves v by 5 beta eps / (s (1 - s)), and log s (1 - s) by 5 eps / (s (1 - s)).
    """
    s = _narrowest(law)
    size = np.abs(log_alpha).max() + (law.beta + 2) * -np.log(s)
    return float(np.finfo(dtype).eps * (10 + 4 * size + 5 * (law.beta + 1) / (s * (1 - s))))


def of_mean(law, log_alpha, dtype):
    """Of a sum of 64 terms that grows to at most 1, whose terms are probabilities times weights."""
    return 64 * float(np.finfo(dtype).eps) + of_probability(law, log_alpha, dtype)
