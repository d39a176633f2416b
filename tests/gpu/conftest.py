"""On which devices does every test of this folder run? On the stand-in, and on a GPU where there is one."""

import pytest
from gpu_devices import need_device, why_no_gpu

from l0edu.gpu import register


def pytest_collection_modifyitems(config, items):
    """Without a GPU its tests are left out; if `-m gpu` asks for them, each says why it is skipped."""
    if config.getoption("-m") or why_no_gpu() is None:
        return
    theirs = [item for item in items if item.get_closest_marker("gpu")]
    config.hook.pytest_deselected(items=theirs)
    items[:] = [item for item in items if not item.get_closest_marker("gpu")]


@pytest.fixture(params=["stand-in", pytest.param("gpu", marks=pytest.mark.gpu)])
def device(request):
    """The name for `to_device(table, device)`."""
    need_device(request.param)
    return request.param


@pytest.fixture
def xp(device):
    """The module of the device's arrays: the stand-in, or CuPy; autograd knows them."""
    return register(device)
