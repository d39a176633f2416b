import numpy as np
import pytest

from l0edu.data.checks import check_labels, float_dtype, read_only
from l0edu.errors import InputError


def test_labels_are_whole_numbers_one_per_image():
    images = np.zeros((2, 3, 3))
    check_labels(np.array([0, 1], np.uint8), images, "digits")
    for bad in (np.zeros(2), np.zeros((2, 1), int), np.zeros(3, int)):
        with pytest.raises(InputError, match=r"^digits: "):
            check_labels(bad, images, "digits")


def test_a_dtype_is_floating_point():
    assert float_dtype(float) == np.float64
    for bad in ("uint8", "float33", object):
        with pytest.raises(InputError, match="give float32 or float64"):
            float_dtype(bad)


def test_a_view_refuses_changes_and_the_array_does_not():
    array = np.zeros(2)
    view = read_only(array)
    array[0] = 1
    assert view[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 2
