"""`l0edu doctor`: is everything here that a run needs? One line each, with what to do."""

import argparse
import os
import platform
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from l0edu.data import FOLDER_VARIABLE, load, load_mini
from l0edu.data.registry import MIRRORS
from l0edu.errors import InputError
from l0edu.gpu.availability import cupy_on_a_gpu

__all__ = ["add", "data_report", "report", "run"]

Line = tuple[bool | None, str, str]  # good (None: optional and absent), what, what to do

OLDEST = {"numpy": (2, 0), "autograd": (1, 9), "matplotlib": (3, 9), "tqdm": (4, 66)}


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("doctor", help="say what is installed, what is missing, and what to do")
    parser.add_argument("--data-dir", metavar="D", help="folder with data sets (default: $L0EDU_DATA)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when something that a run needs is missing or too old."""
    lines = list(report(options.data_dir))
    for good, what, remedy in lines:
        print(
            f"{'ok  ' if good else 'FAIL' if good is False else '--  '} {what}"
            + (f": {remedy}" if remedy else "")
        )
    return int(any(good is False for good, _, _ in lines))


def report(data_dir: str | None) -> Iterator[Line]:
    """(good, what, what to do): good is None for what is optional and absent."""
    yield True, f"Python {platform.python_version()}, {platform.system()} {platform.machine()}", ""
    for package, oldest in OLDEST.items():
        yield _required(package, oldest)
    yield True, f"BLAS: {_blas()}", ""
    yield (
        True,
        f"default dtype: float32, eps {np.finfo(np.float32).eps:.1e} (--dtype float64 for the other)",
        "",
    )
    yield _optional("torch", "the oracle of `l0edu verify`", "torch")
    yield _optional("pooch", "downloads of `l0edu data fetch`", "data")
    yield _optional("nbconvert", "tutorials as notebooks and pages", "tutorials")
    yield _cupy()
    yield from data_report(data_dir)


def data_report(data_dir: str | None) -> Iterator[Line]:
    """The lines about data sets; without a folder, the one in L0EDU_DATA is looked at."""
    train, test = load_mini()
    yield True, f"data mini: {len(train):,} + {len(test):,} digits inside the package", ""
    for name in MIRRORS:
        yield _folder(name, data_dir or os.environ.get(FOLDER_VARIABLE))


def _required(package: str, oldest: tuple[int, int]) -> Line:
    wanted = ".".join(map(str, oldest))
    try:
        found = version(package)
    except PackageNotFoundError:
        return False, f"{package} is missing", f'pip install "{package}>={wanted}"'
    good = tuple(int(part) for part in found.split(".")[:2]) >= oldest
    return good, f"{package} {found}", "" if good else f'too old, pip install "{package}>={wanted}"'


def _optional(package: str, purpose: str, extra: str) -> Line:
    try:
        return True, f"{package} {version(package)} ({purpose})", ""
    except PackageNotFoundError:
        return None, f"{package} is not installed ({purpose})", f'pip install "l0edu[{extra}]" if you want it'


def _cupy() -> Line:
    try:
        cupy: Any = cupy_on_a_gpu()
    except InputError as error:
        what, _, remedy = str(error).partition(": ")
        return None, f"no training on a GPU: {what}", remedy
    runtime = cupy.cuda.runtime
    names = [runtime.getDeviceProperties(i)["name"].decode() for i in range(runtime.getDeviceCount())]
    return True, f"CuPy {cupy.__version__} on {', '.join(names)}", ""


def _blas() -> str:
    config: Any = np.show_config(mode="dicts")
    blas = config.get("Build Dependencies", {}).get("blas", {})
    threads = os.environ.get("OPENBLAS_NUM_THREADS") or os.environ.get("OMP_NUM_THREADS") or "all"
    name = f"{blas.get('name', 'unknown')} {blas.get('version', '')}"
    return f"{name}, threads: {threads} of {os.cpu_count()} cores"


def _folder(name: str, data_dir: str | None) -> Line:
    if data_dir is None:
        return (
            None,
            f"data {name}: no folder given",
            "--data-dir D or L0EDU_DATA=D, or l0edu data fetch " + name,
        )
    try:
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always")
            train, test = load(name, data_dir)
    except InputError as error:
        return None, f"data {name}", str(error)
    doubt = "; ".join(str(doubt.message) for doubt in doubts)
    return True, f"data {name}: {len(train):,} + {len(test):,} images in {data_dir}", doubt
