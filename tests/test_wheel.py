import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def call(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index")
    call(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    return next(folder.glob("l0edu-*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A clean environment with the wheel in it, and the dependencies of this one behind it."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    call(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    site = call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    call(*install, "--ignore-installed", wheel, cwd=folder)
    return python


def test_the_wheel_holds_the_digits_the_licences_and_the_types_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("l0edu/py.typed", "l0edu/data/digits-mini.npz", "l0edu/gates.py", "l0edu/cli/train.py"):
        assert needed in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("MNIST-LICENSE.txt") for name in names)
    assert not [name for name in names if "tests" in name or "__pycache__" in name]


def test_the_wheel_trains_from_another_folder(python, tmp_path):
    where = call(python, "-c", "import l0edu; print(l0edu.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(python.parent.parent)
    printed = call(python, "-m", "l0edu", "train", "mlp", "--epochs", "1", "--out", "run", cwd=tmp_path)
    assert "units left" in printed
    assert (tmp_path / "run" / "curves.png").stat().st_size > 10_000


def test_the_wheels_doctor_and_figures_work(python, tmp_path):
    assert "data mini: 5,000" in call(python, "-m", "l0edu", "doctor", cwd=tmp_path)
    call(python, "-m", "l0edu", "figure", "hard-concrete", "--out", "f.png", cwd=tmp_path)
    assert (tmp_path / "f.png").exists()
