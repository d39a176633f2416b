"""Do figures arrive as whole files, with their alt text, and without a backend?"""

import subprocess
import sys

import pytest
from drawings import UNITS, records
from matplotlib.figure import Figure
from PIL import Image

from l0edu import figures
from l0edu.errors import InputError


def description(path):
    with Image.open(path, formats=["PNG"]) as image:
        image.load()  # fails on a file that is not whole
        return image.text["Description"]


def test_files_carry_their_alt_text(tmp_path):
    written = figures.save_png(figures.lp_figure(), tmp_path / "lp.PNG", figures.ALT_TEXT["lp"])
    assert description(written) == figures.ALT_TEXT["lp"]
    run = figures.save_curves(records(3), UNITS, "λ = 0.1/N", tmp_path / "run.png")
    assert description(run) == (
        "Training curves of λ = 0.1/N. After epoch 3: test error 4 %, expected L0 66,667 weights "
        "(first 200,000); expected FLOPs an example 133,333 (first 400,000), 177,466 at test time; a "
        "training step took 3 ms (first 3; medians of 5 epochs); "
        "units left: gate1 261 of 784, gate2 300 of 300."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lp.PNG", "run.png"]


def test_alt_text_tells_only_what_was_measured():
    assert "error" not in figures.curves_alt(records(1, test_error=None), UNITS, "a run")
    assert figures.hard_concrete_alt(0, 0.5).endswith("beta = 0.5: P(z = 0) = 0.232, P(z = 1) = 0.232.")
    assert figures.hard_concrete_alt(-9, 0.5).endswith("P(z = 0) > 0.999, P(z = 1) < 0.001.")


@pytest.mark.parametrize("name", ["lp.pdf", "lp", "lp.png.txt"])
def test_another_ending_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=r"ends in \.png"):
        figures.save_png(Figure(), tmp_path / name, "")
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").touch()
    for name in ("absent/lp.png", "file/lp.png", "folder.png"):
        with pytest.raises(InputError, match="cannot be written") as caught:
            figures.save_png(Figure(), tmp_path / name, "")
        assert len(str(caught.value).splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.png"]


def test_a_failure_while_drawing_or_writing_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "lp.png"
    path.write_text("old")
    for owner, method, fault in (
        (Figure, "savefig", RuntimeError("no font")),
        (type(path), "replace", OSError(28, "No space left on device")),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(owner, method, lambda *_, fault=fault, **__: (_ for _ in ()).throw(fault))
            with pytest.raises((RuntimeError, InputError), match=r"no font|No space left"):
                figures.save_png(Figure(), path, "")
        assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


def test_neither_pyplot_nor_a_backend_is_touched(tmp_path):
    code = (
        "import sys, l0edu; assert 'matplotlib' not in sys.modules\n"
        "import l0edu.cli.figure; assert 'matplotlib' not in sys.modules\n"
        "from l0edu import figures\n"
        f"figures.save_png(figures.lp_figure(), {str(tmp_path / 'lp.png')!r}, '')\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
