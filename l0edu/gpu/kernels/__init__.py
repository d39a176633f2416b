"""Which functions of the library have a kernel, all of it in one launch on a GPU?

Each stands here under the name of its plain version, and takes the module of the arrays before that one's
arguments. `l0edu.gpu.fused` chooses between the two.
"""

from l0edu.gpu.kernels.gates import (
    hard_concrete,
    hard_concrete_slope,
    open_probability,
    open_probability_dlog_alpha,
    sigmoid,
)
from l0edu.gpu.kernels.gaussian import normal_cdf
from l0edu.gpu.kernels.losses import (
    add_times,
    each_square,
    evenly,
    log_softmax,
    relu_dx,
    softmax,
    weighted_squares_dW,
)
from l0edu.gpu.kernels.units import batch_norm_dx, centre, deviation, dots_in_lanes, scale_and_shift
from l0edu.gpu.kernels.updates import adam_rule_in_place, decay_and_add, sgd_rule_in_place
from l0edu.gpu.kernels.windows import fold, max_pool_dx, mean_pool_dx, patches, window_max, window_mean

__all__ = [
    "adam_rule_in_place",
    "add_times",
    "batch_norm_dx",
    "centre",
    "decay_and_add",
    "deviation",
    "dots_in_lanes",
    "each_square",
    "evenly",
    "fold",
    "hard_concrete",
    "hard_concrete_slope",
    "log_softmax",
    "max_pool_dx",
    "mean_pool_dx",
    "normal_cdf",
    "open_probability",
    "open_probability_dlog_alpha",
    "patches",
    "relu_dx",
    "scale_and_shift",
    "sgd_rule_in_place",
    "sigmoid",
    "softmax",
    "weighted_squares_dW",
    "window_max",
    "window_mean",
]
