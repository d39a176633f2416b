"""Assignment a4: can you put gates into a dense layer and a convolution, and differentiate both? (Eq. 2)

Fill in the four functions. NumPy is all that you need. The batch comes first, as in torch: x is (N, in) or
(N, C, H, W). z are values of gates between 0 and 1, 0 and 1 included; where they come from is no matter here.
g is dL/dy, and has y's shape. The examples in the docstrings show what comes out: `python -m doctest
layers.py` runs them.
"""

import numpy as np


def windows(x, k):
    """(N, C, H, W) to (N, C, h, w, k, k): what is under a k x k kernel at each position.

    h = H - k + 1 and w = W - k + 1.

    >>> windows(np.arange(9.0).reshape(1, 1, 3, 3), 2)[0, 0, 0, 1]
    array([[1., 2.],
           [4., 5.]])
    """
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))


def gated_dense(x, W, b, z):
    """Task 4.1. y = W (z x) + b for each example: a gate on every input of a dense layer  (Eq. 2).

    A closed gate removes an input with its column of W. The bias has no input, and so no gate.

    Parameters
    ----------
    x : array (N, in)
    W : array (out, in)
    b : array (out,)
    z : array (in,) or (N, in)
        One sample of the gates for the minibatch, or one for each example.

    Returns
    -------
    array (N, out)

    >>> x, W, b = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5])
    >>> gated_dense(x, W, b, np.array([1.0, 0.5]))
    array([[7.5]])
    """
    ### BEGIN SOLUTION
    # (z x) W^T and x (z W)^T are the same number while all examples share z. Only the first also works for
    # a z of shape (N, in), because a minibatch has one W: broadcasting over the last axis of x does both
    # cases in one line. The bias is added behind the gates, and the reference code does the same.
    return (x * z) @ W.T + b
    ### END SOLUTION


def gated_dense_vjp(g, x, W, b, z):
    """Task 4.2. The gradients of L by x, W, b and z, when y = gated_dense(x, W, b, z) and dL/dy = g.

    Parameters
    ----------
    g : array (N, out)
    x : array (N, in)
    W : array (out, in)
    b : array (out,)
    z : array (in,)
        One sample for the minibatch.

    Returns
    -------
    tuple of four arrays
        dL/dx (N, in), dL/dW (out, in), dL/db (out,) and dL/dz (in,).

    >>> x, W, b, z = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([0.5]), np.array([0.0, 0.5])
    >>> for gradient in gated_dense_vjp(np.array([[10.0]]), x, W, b, z):
    ...     print(gradient)
    [[ 0. 20.]]
    [[ 0. 10.]]
    [10.]
    [30. 80.]
    """
    ### BEGIN SOLUTION
    # Call what W multiplies v = z x. Then dL/dv = g W, and v depends on x by the factor z and on z by the
    # factor x.
    dv = g @ W
    dx = dv * z
    # All examples share z, so each gate collects from all of them: dL/dz is a sum over the batch, as dL/dW
    # and dL/db are. It is no mean; if the loss is a mean, its 1/N is in g already.
    dz = (dv * x).sum(axis=0)
    # W met the gated inputs, so a closed gate stops the gradient of its column of W. It does not stop its
    # own: dz has no factor z. That the loss does not move a closed gate's log_alpha is the doing of the clip
    # in front of it, which has slope 0 there.
    dW = g.T @ (x * z)
    return dx, dW, g.sum(axis=0), dz
    ### END SOLUTION


def gated_conv(x, W, b, z):
    """Task 4.3. y = z (W * x + b): a gate on every output map of a convolution  (Eq. 2).

    No padding, stride 1, and as in torch the kernel is not flipped. Map f of the output is

        y[n, f, i, j] = z[f] (b[f] + sum over c, p, q of W[f, c, p, q] x[n, c, i + p, j + q])

    A closed gate removes the map: all that belongs to it is 0, and the bias belongs to it.

    Parameters
    ----------
    x : array (N, C, H, W)
    W : array (out, C, k, k)
    b, z : array (out,)

    Returns
    -------
    array (N, out, H - k + 1, W - k + 1)

    >>> x, W = np.arange(9.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    >>> gated_conv(x, W, np.array([2.0]), np.array([0.5]))
    array([[[[ 5. ,  6.5],
             [ 9.5, 11. ]]]])
    """
    ### BEGIN SOLUTION
    # The sum runs over input maps and over both axes of the kernel; the positions stay.
    y = np.einsum("nchwpq,fcpq->nfhw", windows(x, W.shape[2]), W)
    # b and z have one number a map, so they need two axes of length 1 for the pixels. Outside the gate, b
    # would leave a constant in a map that is closed, and the map could not be removed. The reference code
    # leaves b out in training and puts it in at test time (errata B2), so that its conv biases are never
    # trained.
    return z[:, None, None] * (y + b[:, None, None])
    ### END SOLUTION


def gated_conv_vjp(g, x, W, b, z):
    """Task 4.4. The gradients of L by x, W, b and z, when y = gated_conv(x, W, b, z) and dL/dy = g.

    Parameters
    ----------
    g : array (N, out, H - k + 1, W - k + 1)
    x : array (N, C, H, W)
    W : array (out, C, k, k)
    b, z : array (out,)

    Returns
    -------
    tuple of four arrays
        dL/dx, dL/dW, dL/db and dL/dz, of the shapes of x, W, b and z.

    >>> x, W = np.arange(4.0).reshape(1, 1, 2, 2), np.array([[[[1.0, 0.0], [0.0, 2.0]]]])
    >>> for gradient in gated_conv_vjp(np.array([[[[10.0]]]]), x, W, np.array([2.0]), np.array([0.5])):
    ...     print(gradient.ravel())
    [ 5.  0.  0. 10.]
    [ 0.  5. 10. 15.]
    [5.]
    [80.]
    """
    ### BEGIN SOLUTION
    k = W.shape[2]
    h, w = g.shape[2:]
    # y = z m with the map m = W * x + b. By z the factor is m, its bias included. One gate meets every
    # pixel of its map in every example, so all of them are summed.
    m = np.einsum("nchwpq,fcpq->nfhw", windows(x, k), W) + b[:, None, None]
    dz = (g * m).sum(axis=(0, 2, 3))
    # Everything else lies behind the gate: W, b and x receive dL/dm = z g. The bias of a closed map gets
    # nothing.
    dm = g * z[:, None, None]
    dW = np.einsum("nfhw,nchwpq->fcpq", dm, windows(x, k))
    # Pixel (i + p, j + q) of x was multiplied by W[f, c, p, q] to make pixel (i, j) of m. It collects from
    # all windows that saw it: copying pixels into windows, transposed, is adding them back. (In one step
    # this is a convolution of the padded dm with the kernel turned by 180 degrees.)
    dx = np.zeros_like(x)
    for p, q in np.ndindex(k, k):
        dx[:, :, p : p + h, q : q + w] += np.einsum("nfhw,fc->nchw", dm, W[:, :, p, q])
    return dx, dW, dm.sum(axis=(0, 2, 3)), dz
    ### END SOLUTION
