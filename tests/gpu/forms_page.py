"""Write docs/reference/gpu_forms.md, which says what became of each form.

After a change of the forms: `PYTHONPATH=tests python -m gpu.forms_page`
"""

import sys
import tempfile
from pathlib import Path

from gpu.forms_outcomes import TWICE, outcome
from gpu.forms_table import TABLE, by_text, stock_values

from l0edu.gpu import register
from l0edu.gpu.autograd_cupy.refusals import INSTEAD

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "gpu_forms.md"

INTRODUCTION = """# `autograd.numpy` on a device: which forms differentiate

After `l0edu.gpu.register()`, or the first `to_device`, autograd differentiates functions of device arrays.
{twice} of the {forms} forms below ({percent} %) do so twice: the value, the gradient and the gradient of the
gradient equal those of unchanged autograd on NumPy arrays (in float64 to 1e-12), float32 stays float32, and
nothing is moved between host and device on the way. The rest raise an error that says what to write instead.
None gives a wrong number.

The tests wrote this page, on the stand-in for CuPy and not on a GPU. On NumPy arrays the same rules give the
same numbers, and keep float32 as well.
"""

ALSO = """
As in unchanged autograd, `sort` and `partition` have a gradient for arrays of one axis, `diagonal` for the
last two axes (`np.diagonal(x, 0, -1, -2)`), and `np.take`, `np.cumprod` and others have none.
"""


def outcomes(stock):
    """For each kind, what became of its forms on the stand-in: (text, in float64, in float32)."""
    xp = register("stand-in")

    def judged(one, dtype):
        return outcome(one, stock[one.text], "stand-in", xp, dtype)

    return {
        kind: [(one.text, judged(one, "float64"), judged(one, "float32")) for one in forms]
        for kind, forms in TABLE.items()
    }


def page(found):
    """The page's text."""
    rows = [row for rows in found.values() for row in rows]
    twice = sum(row[1:] == (TWICE, TWICE) for row in rows)
    percent = 100 * twice // len(rows)
    parts = [INTRODUCTION.format(twice=twice, forms=len(rows), percent=percent)]
    parts += [table(kind, rows) for kind, rows in found.items()]
    return "\n".join([*parts, instead()])


def table(kind, rows):
    """A kind's forms, with what is said of each."""
    lines = [f"| `{text}` | {short(in_64, in_32)} |" for text, in_64, in_32 in rows]
    return "\n".join([f"## {kind}", "", "| form | differentiates |", "|---|---|", *lines, ""])


def short(in_64, in_32):
    if in_64 == in_32:
        return in_64 if in_64 == TWICE else "refused" if "on a device: write" in in_64 else in_64
    return f"in float64 {in_64}, in float32 {in_32}"


def instead():
    """What to write for what is refused."""
    lines = [f"- `{name}`: `{words}`" for name, words in INSTEAD.items()]
    return "\n".join(["## What to write instead", "", *lines, ALSO])


def write_page():
    with tempfile.TemporaryDirectory() as folder:
        stock = by_text(stock_values(Path(folder) / "stock.npz"))
    PAGE.write_text(page(outcomes(stock)), encoding="utf-8")


if __name__ == "__main__":
    write_page()
    sys.stdout.write(f"{PAGE}\n")
