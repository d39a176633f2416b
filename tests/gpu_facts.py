"""What does the real CuPy offer? Functions, methods and ufuncs, with signatures, as signatures.json has it.

Run as a script it prints the JSON, for a new version of CuPy:
`python tests/gpu_facts.py > l0edu/gpu/stand_in/signatures.json`.
"""

import importlib
import inspect
import json
import re

import numpy as np

PLACES = ["", "fft", "lib.stride_tricks", "linalg"]
LEFT_OUT = {  # files, texts, and Python functions called element by element
    "apply_along_axis", "apply_over_axes", "array2string", "array_repr", "array_str", "base_repr",
    "binary_repr", "format_float_positional", "format_float_scientific", "frombuffer", "fromfile",
    "fromfunction", "fromiter", "fromstring", "genfromtxt", "get_printoptions", "isdtype", "isscalar",
    "iterable", "load", "loadtxt", "mask_indices", "mintypecode", "piecewise", "poly", "polyadd",
    "polyfit", "polymul", "polysub", "polyval", "printoptions", "roots", "save", "savetxt", "savez",
    "savez_compressed", "set_printoptions", "show_config", "typename",
}  # fmt: skip
METHODS = [
    "all", "any", "argmax", "argmin", "argpartition", "argsort", "astype", "choose", "clip", "compress",
    "conj", "conjugate", "copy", "cumprod", "cumsum", "diagonal", "dot", "fill", "flatten", "get",
    "item", "max", "mean", "min", "nonzero", "partition", "prod", "ptp", "put", "ravel", "repeat",
    "reshape", "round", "searchsorted", "set", "sort", "squeeze", "std", "sum", "swapaxes", "take",
    "tobytes", "tolist", "trace", "transpose", "var", "view",
]  # fmt: skip
DRAWS = [
    "exponential", "gamma", "integers", "poisson", "random", "standard_exponential", "standard_gamma",
    "standard_normal", "uniform",
]  # fmt: skip


def parameters(function):
    """A signature in one line: `a axis= *rest * dtype=`, where `=` marks what may be left out."""
    return " ".join(tokens(inspect.signature(function).parameters.values()))


def tokens(found):
    star, before = False, None
    for one in found:
        if before is one.POSITIONAL_ONLY and one.kind is not before:
            yield "/"
        before = one.kind
        if one.kind is one.VAR_POSITIONAL:
            star = True
            yield f"*{one.name}"
        elif one.kind is one.VAR_KEYWORD:
            yield f"**{one.name}"
        else:
            if one.kind is one.KEYWORD_ONLY and not star:
                star = True
                yield "*"
            yield one.name + ("" if one.default is one.empty else "=")
    if before is inspect.Parameter.POSITIONAL_ONLY:
        yield "/"


def from_docstring(method):
    """The same of a compiled method, whose signature is the first line of its docstring."""
    inside = re.match(r"[\w.]+\((?:self|.*? self)?(?:, )?(.*)\)", (method.__doc__ or "").split("\n")[0])[1]
    parts = [part.strip() for part in re.sub(r"\([^()]*\)", "", inside).split(",") if part.strip()]
    return " ".join(re.sub(r"^[\w.]+ (?=\w)", "", part.split("=")[0]) + "=" * ("=" in part) for part in parts)


def is_function(found):
    return callable(found) and not isinstance(found, np.ufunc | type)


def functions(cupy):
    """By dotted name, those which NumPy has as well; and `asnumpy`."""
    found = {"asnumpy": parameters(cupy.asnumpy), "size": "a axis="}  # the latter is compiled
    found |= {name: "x out=" for name in ufuncs(cupy) if is_function(getattr(np, name, None))}
    for place in PLACES:
        theirs, ours = (importlib.import_module(f"{root}.{place}".rstrip(".")) for root in ("cupy", "numpy"))
        for name in sorted(set(dir(theirs)) & set(dir(ours)) - LEFT_OUT):
            if inspect.isfunction(function := getattr(theirs, name)) and not name.startswith("_"):
                found[f"{place}.{name}".lstrip(".")] = parameters(function)
    return found


def ufuncs(module):
    """The names under which a module has ufuncs that NumPy or SciPy has as well."""
    return sorted(
        name for name in dir(module) if type(getattr(module, name)).__name__ in ("ufunc", "_GUFunc")
    )


def in_numpy(names):
    return [name for name in names if isinstance(getattr(np, name, None), np.ufunc)]


def with_method(cupy, method, *args):
    """The ufuncs that have a method: the others say at once that they have not."""
    return [name for name in in_numpy(ufuncs(cupy)) if answers(getattr(cupy, name), method, args)]


def answers(ufunc, method, args):
    try:
        getattr(ufunc, method)(*args)
    except NotImplementedError:
        return False
    except Exception as error:  # None is no array, which only those notice that have the method
        return "_GUFunc" not in str(error)
    return True


def facts():
    """Everything, as the stand-in reads it."""
    import cupy
    from cupyx.scipy import special

    generator = cupy.random.Generator
    return {
        "cupy": cupy.__version__,
        "ufuncs": " ".join(in_numpy(ufuncs(cupy))),
        "at": " ".join(with_method(cupy, "at", None, 0, 0)),
        "reduce": " ".join(with_method(cupy, "reduce", None)),
        "special": " ".join(ufuncs(special)),
        "draws": {name: from_docstring(getattr(generator, name)) for name in DRAWS},
        "methods": {name: from_docstring(getattr(cupy.ndarray, name)) for name in METHODS},
        "functions": functions(cupy),
    }


if __name__ == "__main__":
    print(json.dumps(facts(), indent=1))
