"""Which mistakes do people make in gated layers? One function each, wrong in one way."""

import numpy as np

from l0edu.course.catalogue import mutant
from l0edu.course.sources.a4.layers import windows


@mutant(
    "gated_dense",
    "the gates are on the outputs, bias included",
    hint="Which side of W has as many units as z?",
)
def dense_gated_at_its_outputs(x, W, b, z):
    return (x @ W.T + b) * z


@mutant(
    "gated_dense",
    "the gates are on the outputs, and the bias is added behind them",
    hint="Which side of W has as many units as z?",
)
def dense_gated_between_product_and_bias(x, W, b, z):
    return (x @ W.T) * z + b


@mutant("gated_dense", "the bias is missing", hint="What is y when all gates are closed?")
def dense_without_bias(x, W, b, z):
    return (x * z) @ W.T


@mutant(
    "gated_dense",
    "W is taken as (in, out), its transpose",
    hint="In torch's layout, what does a row of W make?",
)
def dense_with_w_transposed(x, W, b, z):
    return (x * z) @ W + b


@mutant("gated_dense", "W is multiplied by z, as if all examples shared z", hint="How many W has a batch?")
def dense_with_gated_weights(x, W, b, z):
    return x @ (W * z).T + b


@mutant(
    "gated_dense",
    "it is divided by the mean gate, as inverted dropout is",
    hint="Dropout divides by the keep rate. Is there such a division in Eq. 9?",
)
def dense_scaled_as_in_dropout(x, W, b, z):
    return (x * z / z.mean()) @ W.T + b


@mutant("gated_dense", "the gates are missing", hint="What changes in y when a gate closes?")
def dense_without_gates(x, W, b, z):
    return x @ W.T + b


@mutant("gated_dense_vjp", "dz is not summed over the batch", hint="How many examples share one gate?")
def dense_dz_for_each_example(g, x, W, b, z):
    dv = g @ W
    return dv * z, g.T @ (x * z), g.sum(axis=0), dv * x


@mutant("gated_dense_vjp", "dW is made of the ungated x", hint="What does W multiply in the forward pass?")
def dense_dw_of_ungated_inputs(g, x, W, b, z):
    dv = g @ W
    return dv * z, g.T @ x, g.sum(axis=0), (dv * x).sum(axis=0)


@mutant("gated_dense_vjp", "z is missing in dx", hint="Does an input behind a closed gate change L?")
def dense_dx_without_gates(g, x, W, b, z):
    dv = g @ W
    return dv, g.T @ (x * z), g.sum(axis=0), (dv * x).sum(axis=0)


@mutant(
    "gated_dense_vjp",
    "dW, db and dz are means over the batch, not sums",
    hint="If the loss is a mean over examples, where is its 1/N already?",
)
def dense_with_means_over_the_batch(g, x, W, b, z):
    dv = g @ W
    return dv * z, g.T @ (x * z) / len(x), g.mean(axis=0), (dv * x).mean(axis=0)


@mutant(
    "gated_dense_vjp",
    "dz is set to 0 where the gate is closed",
    hint="Would L change if a closed gate opened a little?",
)
def dense_dz_of_open_gates_only(g, x, W, b, z):
    dv = g @ W
    return dv * z, g.T @ (x * z), g.sum(axis=0), (dv * x).sum(axis=0) * (z > 0)


@mutant(
    "gated_dense_vjp",
    "dz has a factor z too many: it is made of dx",
    hint="What is the derivative of z x by z?",
)
def dense_dz_gated_again(g, x, W, b, z):
    dx = (g @ W) * z
    return dx, g.T @ (x * z), g.sum(axis=0), (dx * x).sum(axis=0)


@mutant("gated_dense_vjp", "dz lacks the factor x", hint="What is the derivative of z x by z?")
def dense_dz_without_x(g, x, W, b, z):
    dv = g @ W
    return dv * z, g.T @ (x * z), g.sum(axis=0), dv.sum(axis=0)


@mutant("gated_dense_vjp", "dW is transposed", hint="Which shape has W, and which of g and x has its rows?")
def dense_dw_transposed(g, x, W, b, z):
    dv = g @ W
    return dv * z, (x * z).T @ g, g.sum(axis=0), (dv * x).sum(axis=0)


@mutant(
    "gated_dense_vjp",
    "g meets W transposed, in dx and in dz",
    hint="y = v W^T. Which of W's axes does g share?",
)
def dense_with_g_through_w_transposed(g, x, W, b, z):
    dv = g @ W.T
    return dv * z, g.T @ (x * z), g.sum(axis=0), (dv * x).sum(axis=0)


def _product(x, W):
    return np.einsum("nchwpq,fcpq->nfhw", windows(x, W.shape[2]), W)


def _maps(per_map):
    return per_map[:, None, None]


@mutant(
    "gated_conv",
    "the bias is left out, as in the reference code's training (errata B2)",
    hint="What is y for a blank image?",
)
def conv_without_bias(x, W, b, z):
    return _maps(z) * _product(x, W)


@mutant("gated_conv", "the bias is added behind the gate", hint="What is left of a map whose gate is closed?")
def conv_with_the_bias_outside(x, W, b, z):
    return _maps(z) * _product(x, W) + _maps(b)


@mutant("gated_conv", "the kernel is flipped", hint="Which pixel does W[f, c, 0, 0] meet at position (0, 0)?")
def conv_with_a_flipped_kernel(x, W, b, z):
    return _maps(z) * (_product(x, W[:, :, ::-1, ::-1]) + _maps(b))


@mutant(
    "gated_conv",
    "rows and columns of the kernel are swapped",
    hint="Which pixel does W[f, c, 0, 1] meet at position (0, 0)?",
)
def conv_with_a_transposed_kernel(x, W, b, z):
    return _maps(z) * (_product(x, W.swapaxes(2, 3)) + _maps(b))


@mutant(
    "gated_conv",
    "the gates are on the input maps",
    hint="Which maps are as many as the gates: those of x or of y?",
)
def conv_gated_at_its_inputs(x, W, b, z):
    return _product(x * _maps(z), W) + _maps(b)


@mutant("gated_conv", "each gate is rounded up to open", hint="What should a gate of 0.3 let through?")
def conv_with_rounded_gates(x, W, b, z):
    return _maps(z > 0) * (_product(x, W) + _maps(b))


@mutant(
    "gated_conv",
    "the image is padded: y is as large as x",
    hint="At how many positions does a 3 x 3 kernel fit into 6 x 5 pixels?",
)
def conv_with_padding(x, W, b, z):
    before = (W.shape[2] - 1) // 2
    both = (before, W.shape[2] - 1 - before)
    return _maps(z) * (_product(np.pad(x, ((0, 0), (0, 0), both, both)), W) + _maps(b))


def _conv_gradients(dm, x, W, kernel):
    """dx, for which `kernel` is the one that is read, dW and db."""
    k, (h, w) = W.shape[2], dm.shape[2:]
    dx = np.zeros_like(x)
    for p, q in np.ndindex(k, k):
        dx[:, :, p : p + h, q : q + w] += np.einsum("nfhw,fc->nchw", dm, kernel[:, :, p, q])
    dW = np.einsum("nfhw,nchwpq->fcpq", dm, windows(x, k))
    return dx, dW, dm.sum(axis=(0, 2, 3))


def _conv_dz(g, x, W, b):
    return (g * (_product(x, W) + _maps(b))).sum(axis=(0, 2, 3))


@mutant("gated_conv_vjp", "the bias's part of dz is missing", hint="What is dL/dz for a blank image?")
def conv_dz_without_bias(g, x, W, b, z):
    return *_conv_gradients(g * _maps(z), x, W, W), (g * _product(x, W)).sum(axis=(0, 2, 3))


@mutant(
    "gated_conv_vjp",
    "the bias gets no gradient and has no part in dz, as in the reference code's training (errata B2)",
    hint="Does y depend on the bias where the gate is open?",
)
def conv_with_a_deaf_bias(g, x, W, b, z):
    dx, dW, db = _conv_gradients(g * _maps(z), x, W, W)
    return dx, dW, np.zeros_like(db), (g * _product(x, W)).sum(axis=(0, 2, 3))


@mutant(
    "gated_conv_vjp",
    "z is missing in db: the bias is taken to be outside the gate",
    hint="Does the bias of a closed map change L?",
)
def conv_db_without_gates(g, x, W, b, z):
    dx, dW, _ = _conv_gradients(g * _maps(z), x, W, W)
    return dx, dW, g.sum(axis=(0, 2, 3)), _conv_dz(g, x, W, b)


@mutant("gated_conv_vjp", "z is missing in dW", hint="Do the weights of a closed map change L?")
def conv_dw_without_gates(g, x, W, b, z):
    dx, _, db = _conv_gradients(g * _maps(z), x, W, W)
    return dx, np.einsum("nfhw,nchwpq->fcpq", g, windows(x, W.shape[2])), db, _conv_dz(g, x, W, b)


@mutant("gated_conv_vjp", "z is missing in dx", hint="Does a closed map pass anything back to the image?")
def conv_dx_without_gates(g, x, W, b, z):
    _, dW, db = _conv_gradients(g * _maps(z), x, W, W)
    return _conv_gradients(g, x, W, W)[0], dW, db, _conv_dz(g, x, W, b)


@mutant(
    "gated_conv_vjp",
    "dx goes through the kernel turned by 180 degrees",
    hint="By which weight did the first pixel of x come into the first pixel of y?",
)
def conv_dx_through_a_turned_kernel(g, x, W, b, z):
    gradients = _conv_gradients(g * _maps(z), x, W, W[:, :, ::-1, ::-1])
    return *gradients, _conv_dz(g, x, W, b)


@mutant("gated_conv_vjp", "dW is turned by 180 degrees", hint="Which pixels does W[f, c, 0, 0] meet?")
def conv_dw_turned(g, x, W, b, z):
    dx, dW, db = _conv_gradients(g * _maps(z), x, W, W)
    return dx, dW[:, :, ::-1, ::-1], db, _conv_dz(g, x, W, b)


@mutant(
    "gated_conv_vjp",
    "dz is summed over examples, not over positions",
    hint="How many pixels of y share one gate?",
)
def conv_dz_for_each_position(g, x, W, b, z):
    return *_conv_gradients(g * _maps(z), x, W, W), (g * (_product(x, W) + _maps(b))).sum(axis=0)


@mutant(
    "gated_conv_vjp", "dz is a mean over positions, not a sum", hint="How many pixels of y share one gate?"
)
def conv_dz_averaged_over_positions(g, x, W, b, z):
    h, w = g.shape[2:]
    return *_conv_gradients(g * _maps(z), x, W, W), _conv_dz(g, x, W, b) / (h * w)


@mutant(
    "gated_conv_vjp",
    "dW, db and dz are means over the batch, not sums",
    hint="If the loss is a mean over examples, where is its 1/N already?",
)
def conv_with_means_over_the_batch(g, x, W, b, z):
    dx, dW, db = _conv_gradients(g * _maps(z), x, W, W)
    return dx, dW / len(x), db / len(x), _conv_dz(g, x, W, b) / len(x)


@mutant(
    "gated_conv_vjp",
    "dz has a factor z too many: it is made of the gated map",
    hint="What is the derivative of z m by z?",
)
def conv_dz_gated_again(g, x, W, b, z):
    return *_conv_gradients(g * _maps(z), x, W, W), z * _conv_dz(g, x, W, b)


@mutant(
    "gated_conv_vjp",
    "dz is set to 0 where the gate is closed",
    hint="Would L change if a closed gate opened a little?",
)
def conv_dz_of_open_gates_only(g, x, W, b, z):
    return *_conv_gradients(g * _maps(z), x, W, W), _conv_dz(g, x, W, b) * (z > 0)
