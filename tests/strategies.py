"""What may a gate law, its parameters and its noise look like? The project's own Hypothesis strategies.

Numbers are drawn exact in float32, so that a test can cast them to either dtype without rounding.
"""

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from l0edu.gates import HardConcrete
from l0edu.gaussian import HardGaussian

# a shared machine may be slow: neither a deadline nor the speed of drawing decides whether a test passes
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=100)
at_least_500 = settings(few, max_examples=850)  # Hypothesis draws some random networks twice

dtypes = st.sampled_from([np.float32, np.float64])  # the two dtypes that the library computes in
seeds = st.integers(0, 2**32 - 1)  # seeds of np.random.default_rng
drop_rates = st.floats(0.01, 0.99)  # initial drop rates of a gate


def numbers(low, high):
    """Floats in [low, high] that float32 holds exactly; the bounds must be such numbers too."""
    return st.floats(low, high, width=32)


def arrays(shape, bound=4.0):
    """Arrays of a shape (or a strategy of shapes), of numbers up to `bound` in size."""
    return hnp.arrays(np.float64, shape, elements=numbers(-bound, bound))


def hard_concretes(beta=(0.1, 3.0), stretch=(0.01, 1.0)):
    """Hard concrete laws: beta within a range, and gamma and zeta a `stretch` below 0 and above 1."""
    beyond = st.floats(*stretch)
    return st.builds(lambda b, low, high: HardConcrete(b, -low, 1 + high), st.floats(*beta), beyond, beyond)


def hard_gaussians(sigma=(0.05, 3.0)):
    """Hard Gaussian laws: sigma within a range."""
    return st.builds(HardGaussian, st.floats(*sigma))


def log_alphas(bound=80.0, shape=4):
    """Parameters of gates, up to `bound` in size: 80 is e^80 to one for an open gate."""
    return arrays(shape, bound)


def noises(shape, inside=0.0):
    """Uniform noise of a shape, at least `inside` away from 0 and 1."""
    return hnp.arrays(np.float64, shape, elements=st.floats(inside, 1 - inside))


def edge_noise(dtype):
    """Not a strategy: a column (9, 1) of noise at the very edges of [0, 1] in a dtype, and in between."""
    info = np.finfo(dtype)
    low = [0, info.smallest_subnormal, info.tiny, info.epsneg]
    return np.array([*low, 0.25, 0.5, 0.75, 1 - info.epsneg, 1], dtype)[:, None]


def broadcast_pairs(dims=3, side=3):
    """(shape, larger): a shape, and one that it broadcasts to."""

    def pair(shape):
        other = hnp.broadcastable_shapes(shape, max_dims=dims, max_side=side)
        return st.tuples(st.just(shape), other.map(lambda larger: np.broadcast_shapes(shape, larger)))

    return hnp.array_shapes(min_dims=0, max_dims=dims, max_side=side).flatmap(pair)
