import json
import re

import pytest
from needs import need_package

from l0edu.errors import InputError
from l0edu.lessons import Lesson, _read, find, lessons, write

SCRIPT = """# %% [markdown]
# # 3. A small one
#
# - **Goal.** See $x^2$
#   at work.
# - **Before this.** Nothing.
# - **Paper and slides.** Eq. 1; slide 2.
# - **Time.** 1 s.

# %%
print(6 * 7)
"""


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "03_small.py"
    path.write_text(SCRIPT)
    return _read(path)


def test_the_first_cell_says_what_a_tutorial_is(lesson):
    assert (lesson.number, lesson.title) == ("03", "A small one")
    assert lesson.header["Goal"] == "See $x^2$ at work."
    assert lesson.header["Time"] == "1 s."


@pytest.mark.parametrize("gone", ["# # 3. A small one\n", "# - **Time.** 1 s.\n", "# - **Goal.** See"])
def test_a_tutorial_that_does_not_say_what_it_is_is_refused(tmp_path, gone):
    path = tmp_path / "03_small.py"
    path.write_text(SCRIPT.replace(gone, "# "))
    with pytest.raises(InputError, match="Before this"):
        _read(path)


def test_a_script_is_written_as_it_is_and_never_over_another_file(lesson, tmp_path):
    out = write(lesson, "py", tmp_path / "mine.py")
    assert out.read_text() == SCRIPT
    out.write_text("my answers")
    with pytest.raises(InputError, match="exists"):
        write(lesson, "py", out)
    assert out.read_text() == "my answers"


def test_a_notebook_holds_the_cells_of_the_script(lesson, tmp_path):
    need_package("jupytext")
    notebook = json.loads(write(lesson, "ipynb", tmp_path / "mine.ipynb").read_text())
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "code"]
    assert "".join(notebook["cells"][1]["source"]) == "print(6 * 7)"
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_a_page_holds_the_results_and_needs_nothing_from_outside(lesson, tmp_path):
    for package in ("jupytext", "nbconvert", "ipykernel"):
        need_package(package)
    html = write(lesson, "html", tmp_path / "mine.html").read_text()
    assert re.search(r"<pre>42\s*</pre>", html)
    assert "<title>A small one - l0edu</title>" in html
    assert re.findall(r"<(?:script|img)[^>]*\ssrc=|<link|@import", html) == []


def test_a_folder_that_is_not_there_is_refused(lesson, tmp_path):
    with pytest.raises(InputError, match="make it"):
        write(lesson, "py", tmp_path / "nowhere" / "mine.py")


def test_the_tutorials_are_numbered_without_gaps():
    numbers = [int(lesson.number) for lesson in lessons()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(lesson.path.name.startswith(lesson.number) for lesson in lessons())


@pytest.mark.parametrize("number", ["4", "04"])
def test_a_tutorial_is_found_by_its_number(number):
    assert isinstance(find(number), Lesson)
    assert find(number).number == "04"


@pytest.mark.parametrize("number", ["0", "99", "four", ""])
def test_a_number_that_no_tutorial_has_is_refused(number):
    with pytest.raises(InputError, match="choose one of 01"):
        find(number)
