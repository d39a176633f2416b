import subprocess
import sys

import pytest

from l0edu.cli import main


def test_doctor_tells_of_versions_blas_dtype_gpu_and_data(capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    words = ("Python", "numpy", "autograd", "BLAS", "float32", "torch", "data mini", "data mnist")
    assert [word for word in words if word not in printed] == []
    assert "ok   CuPy" in printed or "--   no training on a GPU: " in printed


def test_doctor_fails_on_a_package_that_is_too_old_or_missing(capsys, monkeypatch):
    monkeypatch.setattr("l0edu.cli.doctor.OLDEST", {"numpy": (99, 0), "no-such-package": (1, 0)})
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert 'too old, pip install "numpy>=99.0"' in printed
    assert 'no-such-package is missing: pip install "no-such-package>=1.0"' in printed


def test_data_list_names_every_set(capsys, tmp_path):
    assert main(["data", "list", "--data-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "data mini: 5,000 + 1,000 digits" in printed
    assert "data fashion-mnist" in printed


def test_data_list_looks_into_the_folder_of_the_environment(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("L0EDU_DATA", str(tmp_path))
    assert main(["data", "list"]) == 0
    printed = capsys.readouterr().out
    assert str(tmp_path) in printed
    assert "no folder given" not in printed


def test_data_fetch_says_where_the_set_is(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("l0edu.cli.data.fetch", lambda name, folder: folder / name)
    assert main(["data", "fetch", "mnist", "--data-dir", str(tmp_path)]) == 0
    assert f"mnist is in {tmp_path / 'mnist'}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["--version"]])
def test_help_and_version_exit_with_0(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 0
    assert "l0edu" in capsys.readouterr().out


def test_python_m_is_the_same_command():
    done = subprocess.run([sys.executable, "-m", "l0edu", "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("l0edu: ")
    assert "Traceback" not in done.stderr
