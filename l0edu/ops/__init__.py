"""What does a network compute? Each operation in plain NumPy, with its hand-derived gradient under it.

Inside a network the unit comes first and the batch last: features are (units, batch), images are
(maps, height, width, batch). A batch enters and leaves a network batch-first, as everywhere else. In this
layout a dense layer is the textbook's W x + b, one gate a unit always multiplies along the first axis, and
the innermost loops of a convolution run over the batch, which is contiguous in memory.

At kinks and ties the gradients follow torch: relu has slope 0 at 0, and a maximum shared by several pixels
passes its gradient to the first of them.
"""

from l0edu.ops.convolution import conv2d
from l0edu.ops.dense import affine, flatten
from l0edu.ops.layout import batch_first, batch_last
from l0edu.ops.loss import cross_entropy
from l0edu.ops.normalization import batch_norm, moments, normalize
from l0edu.ops.pointwise import relu, scale
from l0edu.ops.pooling import max_pool, mean_pool
from l0edu.ops.selection import cut, put, take

__all__ = [
    "affine",
    "batch_first",
    "batch_last",
    "batch_norm",
    "conv2d",
    "cross_entropy",
    "cut",
    "flatten",
    "max_pool",
    "mean_pool",
    "moments",
    "normalize",
    "put",
    "relu",
    "scale",
    "take",
]
