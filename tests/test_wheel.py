import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from needs import need_package

from l0edu.course.assignments import ASSIGNMENTS, assignment
from l0edu.course.bundle import HIDDEN_TESTS, SEED
from l0edu.course.fences import solved
from l0edu.course.marks import hidden_copy
from l0edu.course.release import release_bytes

ROOT = Path(__file__).parent.parent


def call(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    need_package("hatchling")
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


def test_the_wheel_carries_tutorials_benchmarks_and_pages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for tutorial in (ROOT / "tutorials").glob("*.py"):
        assert f"l0edu/_shipped/tutorials/{tutorial.name}" in names
    assert "l0edu/_shipped/benchmarks/record.json" in names
    assert "l0edu/_shipped/docs/receipts/table1.json" in names
    for page in ("microscope", "film", "lesson"):
        assert f"l0edu/pages/{page}/page.html" in names
    assert {"l0edu/pages/base.css", "l0edu/pages/mathjax/tex-svg.js"} <= names


def test_the_wheel_lists_its_tutorials_and_opens_its_microscope(python, tmp_path):
    listed = call(python, "-m", "l0edu", "tutorials", cwd=tmp_path)
    assert all(path.name[:2] in listed for path in (ROOT / "tutorials").glob("*.py"))
    call(python, "-m", "l0edu", "microscope", "--no-browser", "--out", "m.html", cwd=tmp_path)
    assert (tmp_path / "m.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("kind", ["py", "ipynb", "html"])
def test_the_wheel_writes_a_tutorial_out(python, tmp_path, monkeypatch, kind):
    monkeypatch.setenv("JUPYTER_PATH", str(Path(sys.prefix, "share", "jupyter")))  # templates, of this one
    if kind != "py":
        for package in ("jupytext", "nbconvert", "ipykernel"):
            need_package(package)
    call(python, "-m", "l0edu", "tutorials", "open", "04", "--format", kind, cwd=tmp_path)
    text = (tmp_path / f"04_hard_concrete.{kind}").read_text(encoding="utf-8")
    assert "hard concrete" in text
    assert ("data:image/png;base64," in text) == (kind == "html")


def test_the_wheel_carries_the_assignments_and_nothing_of_a_bundle(wheel):
    archive = zipfile.ZipFile(wheel)
    names = set(archive.namelist())
    for one in ASSIGNMENTS.values():
        folder = f"l0edu/course/sources/{one.name}"
        assert {f"{folder}/{name}" for name in ("page.md", "checks.py", one.file, *one.given)} <= names
    assert not [name for name in names if Path(name).name in (HIDDEN_TESTS, SEED, "walkthrough.md")]
    texts = {archive.read(name) for name in names}
    assert not texts & {hidden_copy(one.checks, "hidden").encode() for one in ASSIGNMENTS.values()}


def test_the_wheel_releases_what_the_checkout_releases(python, tmp_path):
    code = (
        "import sys\n"
        "from l0edu.cli import main\n"
        "for name in sys.argv[1:]:\n"
        "    main(['assign', 'release', name, '--out', 'für alle'])\n"
    )
    call(python, "-c", code, *ASSIGNMENTS, cwd=tmp_path)
    for name, one in ASSIGNMENTS.items():
        assert (tmp_path / "für alle" / f"{name}.zip").read_bytes() == release_bytes(one)


def test_the_wheel_serves_students(python, tmp_path):
    l0edu = (python, "-m", "l0edu")
    call(*l0edu, "assign", "start", "a1", "my a1", cwd=tmp_path)
    gate = tmp_path / "my a1" / "gate.py"
    gate.write_text(solved(assignment("a1").source), encoding="utf-8")
    assert "12 more points" in call(*l0edu, "assign", "check", "my a1", cwd=tmp_path)
    assert "4 right" in call(*l0edu, "gradcheck", gate, cwd=tmp_path)


def test_the_wheel_serves_instructors(python, tmp_path):
    assign = (python, "-m", "l0edu", "assign")
    call(*assign, "instructor", "init", "bündel", cwd=tmp_path)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "zoë.py").write_text(solved(assignment("a1").source), encoding="utf-8")
    grade = ("grade", "class", "--assignment", "a1", "--bundle", "bündel", "--out", "out")
    assert "20 of 20" in call(*assign, *grade, cwd=tmp_path)
    for tool in ("nbgrader", "otter"):
        call(*assign, "export", "a1", "--to", tool, "--bundle", "bündel", "--out", tool, cwd=tmp_path)
    (tmp_path / "students.txt").write_text("1234567\n")
    call(*assign, "instructor", "questions", "students.txt", "--out", "bank.gift", cwd=tmp_path)
    assert "1234567" in (tmp_path / "bank.gift").read_text(encoding="utf-8")


def test_the_wheel_rehearses_a_class(python, tmp_path):
    code = (
        "from l0edu.course.assignments import assignment\n"
        "from l0edu.course.simulation.simulate import simulate\n"
        "run = simulate(assignment('a1'), only=['CRLF, zipped', 'sys.exit', 'sample_without_beta'])\n"
        "print(run.last_lines())\n"
    )
    assert "each got what it deserves" in call(python, "-c", code, cwd=tmp_path)
