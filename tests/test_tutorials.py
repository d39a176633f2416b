"""Does every tutorial run as a script, in fast mode, and hold what it promises at its head?"""

import ast
import os
import re
import subprocess
import sys

import pytest
from PIL import Image

from l0edu.lessons import lessons

HANGS_AFTER = 300  # seconds; a guard against hanging, not a bound on the time
LESSONS = lessons()
each = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)


@each
def test_it_runs_as_a_script_and_draws_figures_with_words(lesson, tmp_path):
    settings = {"L0EDU_FAST": "1", "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1", "L0EDU_FIGURES": "drawn"}
    done = subprocess.run(
        [sys.executable, lesson.path],
        cwd=tmp_path, env={**os.environ, **settings}, capture_output=True, text=True, timeout=HANGS_AFTER,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    figures = sorted((tmp_path / "drawn").glob("*.png"))
    assert figures
    for figure in figures:
        assert figure.name.startswith(lesson.number)
        assert len(Image.open(figure).text["Description"].split()) >= 8


@each
def test_its_head_names_a_goal_its_sources_and_a_measured_time(lesson):
    assert len(lesson.header["Goal"].split()) >= 6
    assert re.match(r"Sections? [124](\.\d)?\b.*\bslides? \d", lesson.header["Paper and slides"])
    assert re.search(r"\d+ s", lesson.header["Time"])


@each
def test_it_asks_for_predictions_and_ends_with_checked_claims(lesson):
    text = lesson.path.read_text(encoding="utf-8")
    assert text.count("**Predict.**") + text.count("**Which is it?**") >= 3
    assert text.count("**Explain.**") + text.count("**Diagnosis") >= 3
    assert "## Questions" in text
    claims = [node for node in ast.parse(text.split("# %%\n")[-1]).body if isinstance(node, ast.Assert)]
    computed = [claim for claim in claims if any(isinstance(n, ast.Name) for n in ast.walk(claim.test))]
    assert len(claims) == len(computed) >= 3


@each
def test_it_holds_no_outputs_no_pyplot_and_no_global_seed(lesson):
    text = lesson.path.read_text(encoding="utf-8")
    for forbidden in ("pyplot", "np.random.seed", "np.random.rand", "import *", "urllib", "requests"):
        assert forbidden not in text


def test_every_slide_of_the_talk_has_its_place():
    cited = set()
    for lesson in LESSONS:
        for first, last in re.findall(r"(\d+)(?:(?:-| to | and )(\d+))?", slides(lesson)):
            cited.update(range(int(first), int(last or first) + 1))
    assert cited >= set(range(2, 13))  # 1, 13 and 14 have no mathematics


def slides(lesson):
    return re.search(r"[Ss]lides? ([\d, toand-]+)", lesson.header["Paper and slides"])[1]
