"""What is the gradient of einsum? The same sum with g in place of the operand."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnum
from autograd.numpy import numpy_wrapper
from autograd.numpy.numpy_vjps import grad_einsum, unbroadcast

__all__ = ["replace_einsum"]

Gradient = Callable[[Any], Any]


def replace_einsum() -> None:
    """Register the rule of this file in place of autograd's."""
    defvjp_argnum(anp.einsum, einsum_gradient)


def einsum_gradient(argnum: int, ans: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Gradient:
    """Of einsum("ij,jk->ik", a, b) by an operand; autograd's rule where axes are lists of numbers."""
    if not isinstance(args[0], str):
        return grad_einsum(argnum, ans, args, options)
    inputs, output = written_out(*args)
    wanted = inputs.pop(argnum - 1)
    refuse_diagonal(wanted)
    rest = args[1:argnum] + args[argnum + 1 :]
    kept = "".join(letter for letter in wanted if letter in output + "".join(inputs))
    subscripts = f"{','.join([output, *inputs])}->{kept}"
    meta = anp.metadata(args[argnum])

    def gradient(g: Any) -> Any:
        found = anp.einsum(subscripts, g, *rest)
        return unbroadcast(repeated(found, wanted, kept, meta[0]), meta)

    return gradient


def refuse_diagonal(letters: str) -> None:
    """NotImplementedError for an operand of which einsum reads a diagonal: the gradient is 0 beside it."""
    if len(set(letters)) < len(letters):
        raise NotImplementedError(
            f"einsum has no gradient by an operand with a letter twice ({letters!r}): "
            "write np.trace(x), or take np.diagonal(x, 0, -1, -2) first"
        )


def written_out(subscripts: str, *operands: Any) -> tuple[list[str], str]:
    """The letters of each operand and of the output, those of `...` among them."""
    shapes_only = [np.broadcast_to(0.0, anp.shape(operand)) for operand in operands]
    inputs, output, _ = numpy_wrapper._parse_einsum_input((subscripts, *shapes_only))
    return inputs.split(","), output


def repeated(found: Any, wanted: str, kept: str, shape: tuple[int, ...]) -> Any:
    """Along letters that appear nowhere else, which einsum summed, the gradient is the same everywhere."""
    if wanted == kept:
        return found
    found = found[tuple(slice(None) if letter in kept else None for letter in wanted)]
    sizes = zip(wanted, anp.shape(found), shape, strict=True)
    return (
        anp.broadcast_to(found, tuple(here if letter in kept else all_ for letter, here, all_ in sizes)) * 1.0
    )
