"""Forms that multiply and sum: products of matrices, of tensors, and their diagonals."""

import autograd.numpy as np
from gpu.forms import form, numbers, with_texts

VECTOR, OTHER = numbers(3), numbers(3, seed=1)
A, B, SQUARE = numbers(2, 3), numbers(3, 4), numbers(3, 3)
STACK, STACK_2 = numbers(2, 2, 3), numbers(2, 3, 4)

PRODUCTS = with_texts(
    __file__,
    [
        form(lambda a, b: a @ b, A, B),
        form(lambda a, v: a @ v, A, VECTOR),
        form(lambda v, b: v @ b, VECTOR, B),
        form(lambda v, w: v @ w, VECTOR, OTHER),
        form(lambda stack, other: np.matmul(stack, other), STACK, STACK_2),
        form(lambda stack, b: np.matmul(stack, b), STACK, B),
        form(lambda a, b: np.dot(a, b), A, B),
        form(lambda a, v: np.dot(a, v), A, VECTOR),
        form(lambda v, b: np.dot(v, b), VECTOR, B),
        form(lambda v, w: np.dot(v, w), VECTOR, OTHER),
        form(lambda stack, b: np.dot(stack, b), STACK, B),
        form(lambda stack, other: np.dot(stack, other), STACK, STACK_2),
        form(lambda a, s: np.dot(a, s), A, numbers()),
        form(lambda a, b: np.inner(a, b), A, SQUARE),
        form(lambda v, w: np.inner(v, w), VECTOR, OTHER),
        form(lambda v, w: np.outer(v, w), VECTOR, OTHER),
        form(lambda v, w: np.cross(v, w), VECTOR, OTHER),
        form(lambda a, b: np.kron(a, b), A, B),
        form(lambda a, b: np.tensordot(a, b, 1), A, B),
        form(lambda a, b: np.tensordot(a, b, axes=2), A, STACK_2),
        form(lambda a, b: np.tensordot(a, b, ([1], [0])), A, B),
        form(lambda a, b: np.tensordot(a, b, ((0, 2), (0, 1))), STACK, STACK_2),
        form(lambda v, w: np.tensordot(v, w, 1), VECTOR, OTHER),
        form(lambda v, w: np.tensordot(v, w, 0), VECTOR, OTHER),
        form(lambda a, b: np.einsum("ij,jk->ik", a, b), A, B),
        form(lambda a, b: np.einsum("bij,bjk->bik", a, b), STACK, STACK_2),
        form(lambda a, v: np.einsum("...j,j->...", a, v), STACK, VECTOR),
        form(lambda a: np.einsum("ij->ji", a), A),
        form(lambda a: np.einsum("ij->i", a), A),
        form(lambda a, b: np.einsum("ij,kl->jk", a, b), A, B),
        form(lambda v, a, w: np.einsum("i,ij,j->", v, a, w), VECTOR, SQUARE, OTHER),
        form(lambda a: np.trace(a), SQUARE),
        form(lambda a: np.trace(a, offset=1), A),
        form(lambda a: np.diagonal(a, 0, -1, -2), SQUARE),
        form(lambda v: np.diag(v), VECTOR),
        form(lambda a: np.diag(a), SQUARE),
    ],
)  # fmt: skip
