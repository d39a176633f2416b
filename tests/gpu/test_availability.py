"""What is said where no GPU can be used: one line, with what to install?"""

import re

import pytest
from fake_cupy import (
    NO_DEVICE,
    NO_DRIVER,
    CompileException,
    CUDARuntimeError,
    DynamicLibNotFoundError,
    OutOfMemoryError,
    fake_cupy,
    install,
    install_wheel,
)

from l0edu.cli import main
from l0edu.errors import InputError
from l0edu.gpu import register, to_device
from l0edu.gpu.availability import cupy_on_a_gpu, in_one_line


def wrapped_import_error():
    """As `cupy/__init__.py` raises it: a page of advice, and the loader's words as the cause."""
    error = ImportError("\n=====\nFailed to import CuPy.\n\nIf you installed CuPy via wheels ...\n=====\n")
    error.__cause__ = ImportError(
        "libcublas.so.11: cannot open shared object file: No such file or directory"
    )
    return error


NVRTC = DynamicLibNotFoundError('Failure finding "libnvrtc.so.12": No such file: libnvrtc.so.12\nmore\n')
CASES = {  # what CuPy does, how it was installed, and what is said
    "not installed": (
        ModuleNotFoundError("No module named 'cupy'", name="cupy"),
        None,
        "CuPy is not installed: .*pip install 'l0edu\\[gpu\\]'.*cupy-cuda12x",
    ),
    "another package is missing": (
        ModuleNotFoundError("No module named 'cuda'", name="cuda"),
        "cupy-cuda12x",
        "does not run here .ModuleNotFoundError: No module named 'cuda'",
    ),
    "compiled for a CUDA that has gone": (
        wrapped_import_error(),
        "cupy",
        "cupy lacks libraries of its CUDA .libcublas.so.11.*: pip uninstall cupy and pip install 'l0edu",
    ),
    "without its libraries": (
        fake_cupy(compute=NVRTC),
        "cupy-cuda12x",
        'lacks libraries of its CUDA .Failure finding "libnvrtc.so.12".*: pip install .cupy-cuda12x.ctk.',
    ),
    "without the headers of CUDA": (
        fake_cupy(
            compute=CompileException(
                'k.cu(1): catastrophic error: could not open source file "cuda_fp16.h" (no ...)'
            )
        ),
        "cupy-cuda12x",
        'lacks libraries of its CUDA .*cuda_fp16.h".*: pip install .cupy-cuda12x.ctk.',
    ),
    "a GPU its compiler does not know": (
        fake_cupy(compute=CompileException("nvrtc: error: invalid value for --gpu-architecture (-arch)")),
        "cupy-cuda13x",
        "cupy-cuda13x has no code for this GPU",
    ),
    "no driver": (fake_cupy(NO_DRIVER, driver=0), "cupy-cuda12x", "no driver for an NVIDIA GPU is installed"),
    "a wheel for a newer CUDA": (
        fake_cupy(NO_DRIVER, driver=12040, built_for=13000),
        "cupy-cuda13x",
        "runs CUDA up to 12.4, and cupy-cuda13x was built for 13.0: update the driver, or pip uninstall "
        "cupy-cuda13x and pip install .cupy-cuda12x.ctk.",
    ),
    "an old driver": (
        fake_cupy(NO_DRIVER, driver=11040),
        "cupy-cuda12x",
        "up to 11.4, and cupy-cuda12x was built for 12.9: update the driver$",
    ),
    "no device": (fake_cupy(NO_DEVICE), "cupy-cuda12x", "finds no NVIDIA GPU: .*nvidia-smi"),
    "devices hidden": (fake_cupy(devices=0), "cupy-cuda12x", "CUDA_VISIBLE_DEVICES"),
    "a GPU it has no code for": (
        fake_cupy(compute=CUDARuntimeError(209, "cudaErrorNoKernelImageForDevice: no kernel image")),
        "cupy-cuda12x",
        "cupy-cuda12x has no code for this GPU",
    ),
    "its memory is taken": (
        fake_cupy(compute=CUDARuntimeError(2, "cudaErrorMemoryAllocation: out of memory")),
        "cupy-cuda12x",
        "the GPU's memory is full .*: a smaller batch needs less",
    ),
    "another error of CUDA": (
        fake_cupy(compute=CUDARuntimeError(802, "cudaErrorSystemNotReady: not ready")),
        "cupy-cuda12x",
        "does not run here .*cudaErrorSystemNotReady.*show_config",
    ),
    "too old": (fake_cupy(release="13.6.0"), "cupy-cuda12x", "13.6.0 is too old: .*cupy-cuda12x>=14.2"),
}
each_case = pytest.mark.parametrize("case", CASES)


@pytest.fixture
def said(case, monkeypatch):
    """The words wanted, after the case was set up."""
    cupy, wheel, words = CASES[case]
    install(monkeypatch, cupy)
    install_wheel(monkeypatch, wheel)
    return words


@each_case
def test_what_is_missing_is_said_in_one_line(said):
    with pytest.raises(InputError, match=said) as caught:
        register("gpu")
    assert "\n" not in str(caught.value)


@each_case
def test_the_doctor_says_it_too_and_does_not_fail(said, capsys):
    assert main(["doctor"]) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "no training on a GPU: " in line]
    assert line.startswith("--   ")
    assert re.search(said, line)


def test_the_doctor_names_the_gpu(monkeypatch, capsys):
    install(monkeypatch, fake_cupy(devices=2))
    assert main(["doctor"]) == 0
    assert "ok   CuPy 14.2.0 on A GPU, A GPU\n" in capsys.readouterr().out


def test_a_cupy_that_computes_is_tried_once(monkeypatch):
    cupy = fake_cupy()
    install(monkeypatch, cupy)
    assert cupy_on_a_gpu() is cupy
    cupy.ones = None
    assert cupy_on_a_gpu() is cupy


def test_what_was_missing_may_come(monkeypatch):
    install(monkeypatch, fake_cupy(devices=0))
    with pytest.raises(InputError, match="finds no"):
        cupy_on_a_gpu()
    cupy = fake_cupy()
    install(monkeypatch, cupy)
    assert cupy_on_a_gpu() is cupy


def test_another_device_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=r"device = 'tpu': write one of \['gpu', 'stand-in'\]"):
        to_device(1.0, "tpu")


@pytest.mark.parametrize(
    "error",
    [
        OutOfMemoryError("Out of memory allocating 1,000 bytes (allocated so far: 2,000 bytes)."),
        RuntimeError("CUBLAS_STATUS_ALLOC_FAILED"),
    ],
)
def test_a_full_memory_is_told_by_any_of_its_errors(error):
    assert in_one_line(error).startswith(f"the GPU's memory is full ({str(error).rstrip('.')})")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        ValueError("x"),
        ImportError("cannot import name 'f'"),
        CompileException("kernel.cu(12): error: identifier is undefined"),
    ],
)
def test_other_errors_say_nothing_about_the_machine(error):
    assert in_one_line(error) is None
