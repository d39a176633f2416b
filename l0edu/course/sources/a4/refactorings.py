"""How else can gated layers be written? Two right versions of each function, in other styles."""

import numpy as np

from l0edu.course.catalogue import refactoring
from l0edu.course.sources.a4.layers import windows


@refactoring(1, "gated_dense")
def gated_dense_by_einsum(x, W, b, z):
    return np.einsum("ni,oi->no", np.multiply(z, x), W) + b[None]


@refactoring(1, "gated_dense_vjp")
def gated_dense_vjp_by_einsum(g, x, W, b, z):
    dx = np.einsum("no,oi,i->ni", g, W, z)
    dW = np.einsum("no,ni,i->oi", g, x, z)
    return dx, dW, np.einsum("no->o", g), np.einsum("no,oi,ni->i", g, W, x)


@refactoring(1, "gated_conv")
def gated_conv_by_gated_kernels(x, W, b, z):
    k = W.shape[2]
    h, w = x.shape[2] - k + 1, x.shape[3] - k + 1
    y = np.zeros((len(x), len(W), h, w)) + (z * b)[:, None, None]
    for p in range(k):
        for q in range(k):
            y += np.einsum("nchw,fc->nfhw", x[:, :, p : p + h, q : q + w], W[:, :, p, q] * z[:, None])
    return y


@refactoring(1, "gated_conv_vjp")
def gated_conv_vjp_window_by_window(g, x, W, b, z):
    k = W.shape[2]
    dx, dW, db, dz = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b), np.zeros_like(z)
    for i, j in np.ndindex(g.shape[2:]):
        patch, at = x[:, :, i : i + k, j : j + k], g[:, :, i, j]
        dz += (at * (np.tensordot(patch, W, ([1, 2, 3], [1, 2, 3])) + b)).sum(axis=0)
        dW += np.tensordot(at * z, patch, ([0], [0]))
        db += (at * z).sum(axis=0)
        dx[:, :, i : i + k, j : j + k] += np.tensordot(at * z, W, ([1], [0]))
    return dx, dW, db, dz


@refactoring(2, "gated_dense")
def gated_dense_example_by_example(x, W, b, z):
    z = np.broadcast_to(z, x.shape)
    return np.array([W.dot(gate * example) + b for example, gate in zip(x, z, strict=True)])


@refactoring(2, "gated_dense_vjp")
def gated_dense_vjp_example_by_example(g, x, W, b, z):
    dx, dW, db, dz = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b), np.zeros_like(z)
    for n in range(len(x)):
        back = W.T.dot(g[n])
        dx[n] = z * back
        dW += np.outer(g[n], z * x[n])
        db += g[n]
        dz += x[n] * back
    return [dx, dW, db, dz]


@refactoring(2, "gated_conv")
def gated_conv_as_one_product(x, W, b, z):
    columns = np.moveaxis(windows(x, W.shape[-1]), 1, 3)  # (N, h, w, C, k, k)
    y = columns.reshape(*columns.shape[:3], -1) @ W.reshape(len(W), -1).T + b
    return (z * y).transpose(0, 3, 1, 2)


@refactoring(2, "gated_conv_vjp")
def gated_conv_vjp_by_a_turned_kernel(g, x, W, b, z):
    k = W.shape[2]
    seen = windows(x, k)
    dm = g * z.reshape(1, -1, 1, 1)
    around = np.pad(dm, ((0, 0), (0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    dx = np.einsum("nfhwpq,fcpq->nchw", windows(around, k), W[:, :, ::-1, ::-1])
    by_kernel = np.einsum("nfhw,nchwpq->fcpq", g, seen)
    by_bias = g.sum(axis=(0, 2, 3))
    dz = np.einsum("fcpq,fcpq->f", by_kernel, W) + by_bias * b
    return dx, by_kernel * z[:, None, None, None], by_bias * z, dz
