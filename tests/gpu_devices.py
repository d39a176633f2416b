"""Which devices are there for tests, and how is a transfer that nobody asked for found out on each?"""

import warnings
from contextlib import contextmanager
from functools import cache

import pytest

from l0edu.errors import InputError
from l0edu.gpu import stand_in
from l0edu.gpu.availability import cupy_on_a_gpu


@cache
def why_no_gpu():
    """Why nothing can run on a GPU here, as the library says it; None where it can."""
    try:
        cupy_on_a_gpu()
    except InputError as error:
        return str(error)
    return None


def need_device(device):
    if device == "gpu" and (reason := why_no_gpu()):
        pytest.skip(reason)


@contextmanager
def nothing_hidden(device):
    """Every transfer inside that was not asked for is an error; on a GPU also those that were asked for."""
    if device == "stand-in":
        with stand_in.strict():
            yield
        return
    import cupyx

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "cupyx.allow_synchronize")
        with cupyx.allow_synchronize(False):
            yield
