"""How is each kernel called? With small arrays: v (2,) and x (2, 5, 4, 3)."""

from l0edu import averaging, concrete, gates, gaussian, ops, optim, penalty
from l0edu.gpu import kernels

__all__ = ["CALLS", "PLAIN"]

PLACES = [averaging, concrete, gates, gaussian, optim, penalty]
PLACES += [ops.convolution, ops.loss, ops.normalization, ops.pointwise, ops.pooling, ops.sums]
PLAIN = {
    name: next(getattr(place, name) for place in PLACES if hasattr(place, name)) for name in kernels.__all__
}

GATE = (2 / 3, -0.1, 1.1)
CALLS = {
    "adam_rule_in_place": lambda v, x: (v, v, v, v, v, 1, 1e-3, 0.9, 0.999, 1e-8),
    "add_times": lambda v, x: (v[0:1].reshape(()), 0.5, 0.0),
    "batch_norm_dx": lambda v, x: (x, x, v, v, v, v),
    "centre": lambda v, x: (x, v),
    "decay_and_add": lambda v, x: (v, v, 0.999),
    "deviation": lambda v, x: (v, 1e-5),
    "dots_in_lanes": lambda v, x: (x, x, 2),
    "each_square": lambda v, x: (x, v.reshape(2, 1, 1, 1)),
    "evenly": lambda v, x: (v, v, 0.5),
    "fold": lambda v, x: (x.reshape(8, 15), (2, 4, 6, 1), 2, 1, 0),
    "hard_concrete": lambda v, x: (v, v, *GATE),
    "hard_concrete_slope": lambda v, x: (v, v, *GATE),
    "log_softmax": lambda v, x: (x.reshape(12, 10),),
    "max_pool_dx": lambda v, x: (x[:, :4:2, ::2], x[:, :4:2, ::2], x, 2),
    "mean_pool_dx": lambda v, x: (x[:, :4:2, ::2], x, 2),
    "normal_cdf": lambda v, x: (v,),
    "open_probability": lambda v, x: (v, -1.6),
    "open_probability_dlog_alpha": lambda v, x: (v, v, -1.6),
    "patches": lambda v, x: (x, 2, 1, 1),
    "relu_dx": lambda v, x: (v, v),
    "scale_and_shift": lambda v, x: (x, v, v, v, 1e-5),
    "sgd_rule_in_place": lambda v, x: (v, v, v, v, 0.1, 0.9, True),
    "sigmoid": lambda v, x: (v,),
    "softmax": lambda v, x: (x.reshape(12, 10),),
    "weighted_squares_dW": lambda v, x: (v[0:1].reshape(()), x, v.reshape(2, 1, 1, 1)),
    "window_max": lambda v, x: (x, 2),
    "window_mean": lambda v, x: (x, 2),
}
