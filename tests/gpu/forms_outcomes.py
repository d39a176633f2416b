"""What became of each form on a device: did it differentiate twice, was it refused, or is a number wrong?"""

import numpy
from gpu.forms import arguments_in, judge
from gpu_devices import nothing_hidden

TWICE = "twice"
ALLOWED = {"float64": 1e-12, "float32": 1e-4}


def outcome(one, stock, device, xp, dtype="float64"):
    """TWICE, the sentence of a refusal, or what is wrong."""
    arguments = [xp.asarray(array) for array in arguments_in(dtype, one)]
    try:
        with nothing_hidden(device):
            found = judge(one, xp, arguments)
    except NotImplementedError as refusal:
        return str(refusal)
    if not all(type(array) is xp.ndarray for array in found):
        return f"wrong types: {[type(array).__name__ for array in found]}"
    return compared([on_host(array) for array in found], stock, dtype)


def compared(found, stock, dtype):
    """TWICE, or what is wrong with these arrays; stock ones are of float64."""
    if any(array.dtype != dtype for array in found):
        return f"wrong dtypes: {[str(array.dtype) for array in found]}"
    for name, ours, theirs in zip(names(len(stock)), found, stock, strict=True):
        allowed = ALLOWED[dtype] * max(1.0, numpy.abs(theirs).max(initial=0.0))
        if ours.shape != theirs.shape or not numpy.allclose(ours, theirs, rtol=0.0, atol=allowed):
            return f"wrong {name}: {ours} where {theirs} is right"
    return TWICE


def names(n):
    arguments = (n - 1) // 2
    return ["value", *["gradient"] * arguments, *["second gradient"] * arguments]


def on_host(array):
    return array.get() if hasattr(array, "get") else numpy.asarray(array)
