import pytest
from needs import need_package

from l0edu.errors import InputError
from l0edu.figures import Shown, show
from l0edu.figures.canvas import new_axes

ALT = "A straight line that rises from 0 at the left to 1 < 2 at the right."
CAPTION = "Nothing bends anywhere along it."


def figure():
    ax = new_axes()
    ax.plot([0, 1], [0, 1])
    return ax.figure


def test_a_script_gets_a_file_and_is_told_where(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("L0EDU_FIGURES", str(tmp_path / "a" / "b"))
    show(figure(), "01-line", alt=ALT, caption=CAPTION)
    file = tmp_path / "a" / "b" / "01-line.png"
    assert file.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out == f"[{CAPTION} {file}]\n"


class Shell:
    """IPython's, with a kernel in a notebook and without one in a terminal."""

    def __init__(self, **kernel):
        vars(self).update(kernel)


@pytest.mark.parametrize(("shell", "files"), [(Shell(), 1), (Shell(kernel="k"), 0), (None, 1)])
def test_a_terminal_with_ipython_gets_a_file_and_a_notebook_none(tmp_path, monkeypatch, shell, files):
    need_package("IPython")
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    monkeypatch.setenv("L0EDU_FIGURES", str(tmp_path))
    show(figure(), "01-line", alt=ALT, caption=CAPTION)
    assert len(list(tmp_path.iterdir())) == files


def test_a_notebook_gets_the_picture_with_its_words():
    html = Shown(figure(), ALT, CAPTION)._repr_html_()
    assert 'src="data:image/png;base64,iVBOR' in html
    assert 'alt="A straight line that rises from 0 at the left to 1 &lt; 2 at the right."' in html
    assert f"<figcaption>{CAPTION}</figcaption>" in html


@pytest.mark.parametrize(
    "wrong", [{"alt": "figure.png"}, {"caption": "A plot"}, {"name": "../line"}, {"name": "line.png"}]
)
def test_words_that_say_nothing_and_names_that_are_paths_are_refused(wrong):
    words = {"name": "01-line", "alt": ALT, "caption": CAPTION} | wrong
    with pytest.raises(InputError):
        show(figure(), words.pop("name"), **words)
