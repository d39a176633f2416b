"""Are the runs of wide ResNets drawn and tabulated, with each data set beside the other?"""

import pytest
from PIL import Image
from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.errors import InputError
from l0edu.reproduce.figure4 import write_figure4
from l0edu.reproduce.table1 import Measured


def measured(folder):
    return [Measured(None, [run]) for run in collect(folder)]


def description(path):
    with Image.open(path, formats=["PNG"]) as image:
        image.load()
        return image.text["Description"]


def test_the_picture_says_what_it_shows(tmp_path):
    write(tmp_path / "a", lam=[0.5])
    picture, table = write_figure4(measured(tmp_path), tmp_path)
    assert "WRN-10-1 on a subset of CIFAR-10, 1,280 training images" in description(picture)
    assert "lambda 0.5 / N from 24,917,248 to 6,229,312" in description(picture)
    assert (picture.name, table.name) == ("figure4.png", "table2.md")
    assert "| lambda 0.5 / N |" in table.read_text()


def test_cifar_100_has_its_panels_where_it_was_trained_on(tmp_path):
    write(tmp_path / "a", lam=[0.5])
    write(tmp_path / "b", data="cifar100", data_crc=4, lam=[0.5])
    picture, _ = write_figure4(measured(tmp_path), tmp_path)
    assert "CIFAR-10, 1,280" in description(picture)
    assert "CIFAR-100, 1,280" in description(picture)


def test_without_gated_runs_there_is_no_figure(tmp_path):
    write(tmp_path / "a", "-dense")
    with pytest.raises(InputError, match="needs a finished run of a wide ResNet with gates"):
        write_figure4(measured(tmp_path), tmp_path)
    assert not (tmp_path / "table2.md").exists()
