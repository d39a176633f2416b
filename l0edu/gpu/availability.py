"""Can this machine compute on a GPU with CuPy, and if not, what is to be installed?

CuPy imports without a driver, and fails later, each time with another error. So a small computation is tried
once: it needs a device, the compiler of CUDA and the libraries, as training does.
"""

import functools
import importlib
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any

from l0edu.errors import InputError

__all__ = ["cupy_on_a_gpu", "in_one_line"]

OLDEST = (14, 2)  # promotes dtypes as NumPy 2 does
INSTALL = "pip install 'l0edu[gpu]'"
WHEELS = ("cupy-cuda12x", "cupy-cuda13x", "cupy-cuda11x", "cupy")
SMALLER = "a smaller batch needs less, and other programs may have taken the rest (`nvidia-smi` shows it)"
RUNTIME = "CUDARuntimeError"
NO_MEMORY, NO_DRIVER, NO_DEVICE, NO_KERNEL = 2, 35, 100, 209  # cudaError_t


def cupy_on_a_gpu() -> ModuleType:
    """CuPy, which has computed something on a GPU of this machine.

    Raises
    ------
    InputError
        In one line: no CuPy, another CUDA than its own, libraries of CUDA that are missing, no driver, or no
        GPU, and what to do.
    """
    try:
        cupy = importlib.import_module("cupy")
    except ModuleNotFoundError as error:
        if error.name != "cupy":
            raise InputError(_does_not_run(error)) from error
        raise InputError(
            f"CuPy is not installed: on a machine with an NVIDIA GPU, {INSTALL}; "
            "it brings cupy-cuda12x, which a driver for CUDA 12 or newer can run"
        ) from None
    except ImportError as error:
        raise InputError(_libraries(error)) from error
    return _tried(cupy)


@functools.cache
def _tried(cupy: Any) -> ModuleType:
    """The same module; a failure is not remembered."""
    _refuse_old(cupy.__version__)
    try:
        if cupy.cuda.runtime.getDeviceCount() == 0:
            raise InputError(_no_device())
        ones = cupy.ones((2, 2), "float32")
        ((ones + ones) @ ones).get()
        cupy.random.default_rng(0).random(1)
    except InputError:
        raise
    except Exception as error:  # CuPy has no common base of its errors
        raise InputError(in_one_line(error) or _does_not_run(error)) from error
    return cupy


def in_one_line(error: BaseException) -> str | None:
    """What an error of CuPy or CUDA means, and what to do; None if it says nothing about the machine.

    Parameters
    ----------
    error : exception
        Whose type is known by its name, so that nothing has to be imported.

    Examples
    --------
    >>> in_one_line(ValueError("operands could not be broadcast"))
    """
    name, status = type(error).__name__, getattr(error, "status", None)
    if name == "OutOfMemoryError" or "ALLOC_FAILED" in str(error) or (name, status) == (RUNTIME, NO_MEMORY):
        return f"the GPU's memory is full ({_first_line(error)}): {SMALLER}"
    if name == RUNTIME:
        return _of_cuda(error, status)
    if name == "CompileException" and "gpu-architecture" in str(error):
        return _no_code(error)
    lacks_library = isinstance(error, ImportError) and "lib" in str(error)
    lacks_header = name == "CompileException" and "open source file" in str(error)
    return _libraries(error) if lacks_library or lacks_header or name == "DynamicLibNotFoundError" else None


def _of_cuda(error: BaseException, status: int | None) -> str:
    if status == NO_DRIVER:
        runtime = importlib.import_module("cupy").cuda.runtime
        return _no_driver(runtime.driverGetVersion(), runtime.runtimeGetVersion())
    if status == NO_DEVICE:
        return _no_device()
    if status == NO_KERNEL:
        return _no_code(error)
    return _does_not_run(error)


def _no_code(error: BaseException) -> str:
    return f"{_wheel()} has no code for this GPU ({_first_line(error)}): update it, or take a newer GPU"


def _no_driver(found: int, wanted: int) -> str:
    if found == 0:
        return "no driver for an NVIDIA GPU is installed: install one, so that `nvidia-smi` shows the GPU"
    had, needed = (f"{number // 1000}.{number % 1000 // 10}" for number in (found, wanted))
    message = f"the driver runs CUDA up to {had}, and {_wheel()} was built for {needed}: update the driver"
    fitting = f"cupy-cuda{found // 1000}x"
    if found // 1000 < 12 or fitting == _wheel():
        return message
    return f"{message}, or pip uninstall {_wheel()} and pip install '{fitting}[ctk]'"


def _no_device() -> str:
    return (
        "CuPy finds no NVIDIA GPU: look whether `nvidia-smi` shows one, and whether CUDA_VISIBLE_DEVICES "
        "hides it"
    )


def _libraries(error: BaseException) -> str:
    """A wheel without the libraries of its CUDA, or of another CUDA than the one that is installed."""
    wheel = _wheel()
    remedy = f"pip install '{wheel}[ctk]' brings them"
    if wheel == "cupy":  # it was compiled with the CUDA that was there
        remedy = f"pip uninstall cupy and {INSTALL}"
    return f"{wheel} lacks libraries of its CUDA ({_cause(error)}): {remedy}"


def _does_not_run(error: BaseException) -> str:
    return (
        f"CuPy does not run here ({type(error).__name__}: {_first_line(error)}): "
        'python -c "import cupy; cupy.show_config()" tells more'
    )


def _refuse_old(found: str) -> None:
    if tuple(int(part) for part in found.split(".")[:2]) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise InputError(f"CuPy {found} is too old: pip install '{_wheel()}>={wanted}'")


def _wheel() -> str:
    """The name under which CuPy is installed: CuPy has a package for each CUDA."""
    for name in WHEELS:
        try:
            version(name)
        except PackageNotFoundError:
            continue
        return name
    return WHEELS[0]


def _cause(error: BaseException) -> str:
    """CuPy puts a page of advice around what the loader said."""
    return _first_line(error.__cause__ or error)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0].strip().rstrip(".:,")
