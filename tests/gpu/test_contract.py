"""Does the stand-in behave as the real CuPy does? The package itself is asked, which needs no driver for it.

Arrays of CuPy's type are laid over host memory: what does not compute works on them.
"""

import warnings
from operator import attrgetter

import gpu_facts
import numpy as np
import pytest
from gpu.refused_calls import HOST, REFUSED
from needs import need_package

from l0edu.gpu import stand_in
from l0edu.gpu.stand_in.signatures import CUPY

OWN_NAMES = {"Counts", "HiddenTransfer", "counting", "one_launch", "strict"}
DTYPES = [np.dtype(char) for char in "?bBhHiIlLefdFD"]
SCALARS = [True, 3, 2.5, 1j, np.float32(2.5), np.float64(2.5), np.int8(3), np.int64(3)]


@pytest.fixture(scope="module")
def cupy():
    need_package("cupy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about paths of CUDA that are not there
        import cupy
    return cupy


@pytest.fixture
def over_host_memory(cupy):
    """Makes arrays of CuPy's that lie in the memory of NumPy's."""

    def lay(array):
        memory = cupy.cuda.UnownedMemory(array.ctypes.data, array.nbytes, array, device_id=0)
        return cupy.ndarray(
            array.shape, array.dtype, cupy.cuda.MemoryPointer(memory, 0), strides=array.strides
        )

    return lay


@pytest.fixture
def pair(over_host_memory):
    """The same array of CuPy's, and of the stand-in."""
    numbers = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    return over_host_memory(numbers.copy()), stand_in.asarray(numbers)


# ---- names and signatures


@pytest.mark.parametrize("kind", ["ufuncs", "at", "reduce", "special", "draws", "methods", "functions"])
def test_the_signatures_are_those_of_the_package(kind, cupy):
    assert gpu_facts.facts()[kind] == CUPY[kind]


def test_every_name_of_the_module_is_a_name_of_cupy(cupy):
    assert set(dir(stand_in)) - OWN_NAMES <= set(dir(cupy))
    assert {name for name in dir(stand_in.ndarray) if name[0] != "_"} <= set(dir(cupy.ndarray))


def test_operators_of_arrays_are_those_of_cupy(cupy):
    special = {name for name in vars(stand_in.ndarray) | vars(stand_in.ndarray.__base__) if name[:2] == "__"}
    assert special - {
        "__slots__",
        "__annotations__",
        "__module__",
        "__firstlineno__",
        "__static_attributes__",
    } <= set(dir(cupy.ndarray))


# ---- dtypes


def of_cupy(ufunc, args):
    """The dtypes of the results by CuPy's tables; None where it refuses."""
    try:
        return [
            np.dtype(kind)
            for kind in ufunc._ops.guess_routine(ufunc.name, {}, args, None, ufunc._ops).out_types
        ]
    except TypeError:
        return None


def of_stand_in(name, args):
    try:
        with np.errstate(all="ignore"):
            results = getattr(stand_in, name)(*args)
    except TypeError:
        return None
    return [result.dtype for result in (results if isinstance(results, tuple) else (results,))]


@pytest.mark.parametrize("name", sorted(set(CUPY["ufuncs"].split()) - {"matmul"}))
def test_a_ufunc_gives_the_dtypes_that_cupy_gives(name, cupy, over_host_memory):
    ufunc, different = getattr(cupy, name), {}
    for first in DTYPES:
        for second in DTYPES if ufunc.nin == 2 else [None]:
            arrays = [np.ones(2, dtype) for dtype in (first, second)[: ufunc.nin]]
            expected = of_cupy(ufunc, [over_host_memory(array) for array in arrays])
            found = of_stand_in(name, [stand_in.asarray(array) for array in arrays])
            stricter = found is None and (name == "sign" or "c" in [array.dtype.kind for array in arrays])
            if found != expected and not stricter:
                different[first, second] = (found, expected)
    assert different == {}


@pytest.mark.parametrize("name", ["add", "multiply", "true_divide", "power", "maximum", "less", "logaddexp"])
@pytest.mark.parametrize("scalar", SCALARS, ids=lambda scalar: f"{type(scalar).__name__}")
def test_numbers_beside_arrays_give_the_dtypes_that_cupy_gives(name, scalar, cupy, over_host_memory):
    from cupy._core._scalar import CScalar

    for dtype in "?iqefdFD":
        expected = of_cupy(getattr(cupy, name), [over_host_memory(np.ones(2, dtype)), CScalar(scalar)])
        assert of_stand_in(name, [stand_in.ones(2, dtype), scalar]) == expected, dtype


@pytest.mark.parametrize(
    ("name", "kernel"),
    [
        ("sum", "_routines_math.sum_auto_dtype"),
        ("prod", "_routines_math.prod_auto_dtype"),
        ("max", "_routines_statistics.amax"),
        ("min", "_routines_statistics.amin"),
        ("all", "_routines_logic.all"),
        ("any", "_routines_logic.any"),
    ],
)
def test_a_reduction_gives_the_dtypes_that_cupy_gives(name, kernel, cupy, over_host_memory):
    reduction = attrgetter(kernel)(cupy._core)
    for dtype in DTYPES:
        expected = of_cupy(reduction, [over_host_memory(np.ones(2, dtype))])
        assert of_stand_in(name, [stand_in.ones(2, dtype)]) == expected, dtype


# ---- refusals


@pytest.fixture
def host_allocator(cupy):
    """CuPy's new arrays lie in host memory: so its functions come as far as their first kernel."""
    kept = []

    def allocate(size):
        kept.append(np.zeros(size + 1, np.uint8))
        memory = cupy.cuda.UnownedMemory(kept[-1].ctypes.data, size + 1, kept[-1], device_id=0)
        return cupy.cuda.MemoryPointer(memory, 0)

    with cupy.cuda.using_allocator(allocate):
        yield


@pytest.mark.usefixtures("host_allocator")
@pytest.mark.parametrize("case", REFUSED)
def test_what_cupy_refuses_the_stand_in_refuses_with_the_same_error(case, pair):
    errors = []
    for x in pair:
        with pytest.raises(Exception) as caught:  # noqa: PT011
            REFUSED[case](x)
        errors.append(caught.type)
    assert errors[0] is errors[1]


@pytest.mark.usefixtures("host_allocator")
def test_an_empty_shape_is_no_shape_for_cupy_and_refused_by_the_stand_in(pair):
    theirs, ours = pair
    for shape in ((), 0):
        assert np.empty_like(theirs, shape=shape).shape == theirs.shape
        with pytest.raises(ValueError, match="reshape it"):
            np.empty_like(ours, shape=shape)


def test_host_arrays_are_no_operands(cupy, pair):
    from cupy._core._scalar import CScalar

    with pytest.raises(TypeError) as theirs:
        CScalar(HOST)
    with pytest.raises(TypeError) as ours:
        pair[1] + HOST
    assert str(ours.value).startswith(str(theirs.value))


# ---- what does not compute


class Other:
    """An operand of a type that CuPy does not know, as autograd's boxes are."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return ufunc.__name__, method, len(inputs), sorted(kwargs)


@pytest.mark.parametrize(
    "meet",
    [
        lambda x: x + Other(),
        lambda x: np.multiply(Other(), x),
        lambda x: x @ Other(),
        lambda x: x < Other(),
        lambda x: np.exp2(x, out=Other()),
        lambda x: np.add.at(x, 0, Other()),
    ],
)
def test_operands_of_other_types_get_their_turn(meet, pair):
    assert meet(pair[0]) == meet(pair[1])


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: (x.shape, x.ndim, x.size, x.nbytes, x.itemsize, x.strides, x.dtype),
        lambda x: (np.shape(x), np.ndim(x), np.size(x), len(x), np.size(x, 1)),
        lambda x: (np.result_type(x, 1.0), np.result_type(x, np.float64(1.0)), np.iscomplexobj(x)),
        lambda x: (np.isscalar(x), isinstance(x, np.ndarray), x.base, x.T.base is x, x.T[0].base is x),
        lambda x: (x.flags.c_contiguous, x.T.flags.c_contiguous, x.T.flags.f_contiguous, x[0].flags.owndata),
        lambda x: (type(np.split(x, 3, axis=1)), [part.shape for part in x], np.may_share_memory(x, x)),
        lambda x: (
            x.__array_priority__,
            callable(x.get),
            hasattr(x, "__index__"),
            hasattr(x, "__array_function__"),
        ),
        lambda x: np.real(x) is x,
        lambda x: x.reshape(x.shape) is x,
    ],
)
def test_questions_that_need_no_numbers_get_the_same_answers(ask, pair):
    assert ask(pair[0]) == ask(pair[1])


VIEWS = {
    "x.T": lambda x: x.T,
    "x[1]": lambda x: x[1],
    "x[-1, ::2, None]": lambda x: x[-1, ::2, None],
    "x[..., ::-1]": lambda x: x[..., ::-1],
    "x[0, 0, 0]": lambda x: x[0, 0, 0],
    "x[np.int64(1)]": lambda x: x[np.int64(1)],
    "x.reshape(6, 4)": lambda x: x.reshape(6, 4),
    "x.reshape((4, -1))": lambda x: x.reshape((4, -1)),
    "x.ravel()": lambda x: x.ravel(),
    "x.view(int32)": lambda x: x.view(np.int32),
    "transpose": lambda x: np.transpose(x, (1, 2, 0)),
    "swapaxes": lambda x: np.swapaxes(x, 0, 2),
    "moveaxis": lambda x: np.moveaxis(x, 0, -1),
    "rollaxis": lambda x: np.rollaxis(x, 2),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "squeeze": lambda x: np.squeeze(x[:, None]),
    "broadcast_to": lambda x: np.broadcast_to(x, (5, 2, 3, 4)),
    "split": lambda x: np.split(x, 3, axis=1)[1],
    "array_split": lambda x: np.array_split(x, 2, axis=1)[1],
    "flip": lambda x: np.flip(x, 1),
    "rot90": lambda x: np.rot90(x, axes=(1, 2)),
    "diagonal": lambda x: np.diagonal(x, axis1=1, axis2=2),
    "reshape": lambda x: np.reshape(x, (3, 8)),
    "ravel": lambda x: np.ravel(x),
    "real": lambda x: np.real(x),
    "matrix_transpose": lambda x: np.matrix_transpose(x),
}


def place(x):
    """Where an array begins in memory."""
    return x._host.__array_interface__["data"][0] if isinstance(x, stand_in.ndarray) else x.data.ptr


@pytest.mark.parametrize("case", VIEWS)
def test_views_are_the_same_views(case, pair):
    seen = []
    for x in pair:
        view = VIEWS[case](x)
        strides = [stride for size, stride in zip(view.shape, view.strides, strict=True) if size > 1]
        seen.append((view.shape, strides, view.dtype, place(view) - place(x)))
    with stand_in.counting() as counts:
        VIEWS[case](pair[1])
    assert seen[0] == seen[1]
    assert counts.launches == 0
