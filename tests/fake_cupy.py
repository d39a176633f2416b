"""A module that takes CuPy's name, for tests of what is said where CuPy or the GPU is missing."""

import importlib.abc
import sys
from types import ModuleType, SimpleNamespace


class CUDARuntimeError(RuntimeError):
    """As CuPy's: with the number of CUDA's error."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class OutOfMemoryError(MemoryError):
    """As `cupy.cuda.memory.OutOfMemoryError`."""


class DynamicLibNotFoundError(RuntimeError):
    """As CuPy's loader raises it."""


class CompileException(Exception):
    """As `cupy.cuda.compiler.CompileException`, by its text."""


NO_DRIVER = CUDARuntimeError(
    35, "cudaErrorInsufficientDriver: CUDA driver version is insufficient for CUDA runtime version"
)
NO_DEVICE = CUDARuntimeError(100, "cudaErrorNoDevice: no CUDA-capable device is detected")


def raising(error):
    def fail(*_, **__):
        raise error

    return fail


def fake_cupy(devices=1, compute=None, driver=12080, built_for=12090, release="14.2.0"):
    """A CuPy that finds `devices` and computes, unless one of the two is an error."""
    from l0edu.gpu import stand_in

    module = ModuleType("cupy")
    count = raising(devices) if isinstance(devices, Exception) else lambda: devices
    runtime = SimpleNamespace(
        getDeviceCount=count,
        driverGetVersion=lambda: driver,
        runtimeGetVersion=lambda: built_for,
        getDeviceProperties=lambda number: {"name": b"A GPU"},
    )
    module.__version__ = release
    module.cuda = SimpleNamespace(runtime=runtime)
    for name in ("ndarray", "asarray", "random", "zeros", "full", "asnumpy"):
        setattr(module, name, getattr(stand_in, name))
    module.ones = stand_in.ones if compute is None else raising(compute)
    return module


class _Finder(importlib.abc.MetaPathFinder):
    """Makes `import cupy` raise."""

    def __init__(self, error):
        self.error = error

    def find_spec(self, name, path=None, target=None):
        if name == "cupy":
            raise self.error


def install(monkeypatch, cupy):
    """Let `import cupy` give this module, or raise this error."""
    monkeypatch.delitem(sys.modules, "cupy", raising=False)
    if isinstance(cupy, ModuleType):
        monkeypatch.setitem(sys.modules, "cupy", cupy)
    else:
        monkeypatch.setattr(sys, "meta_path", [_Finder(cupy), *sys.meta_path])


def install_wheel(monkeypatch, name):
    """Let the packages say that CuPy was installed under this name."""
    from importlib.metadata import PackageNotFoundError

    def version(asked):
        if asked != name:
            raise PackageNotFoundError(asked)
        return "14.2.0"

    monkeypatch.setattr("l0edu.gpu.availability.version", version)
