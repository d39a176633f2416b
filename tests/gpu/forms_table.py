"""All forms by kind, and their values by autograd as it is: from a process in which no rule was replaced."""

import os
import subprocess
import sys
from pathlib import Path

import numpy
from gpu.forms import judge
from gpu.forms_elementwise import ELEMENTWISE
from gpu.forms_joins import JOINS
from gpu.forms_products import PRODUCTS
from gpu.forms_reductions import REDUCED
from gpu.forms_shapes import SHAPES

TABLE = {
    "Number by number": ELEMENTWISE,
    "Reductions": REDUCED,
    "Shapes and parts": SHAPES,
    "Products": PRODUCTS,
    "Joins and selections": JOINS,
}
FORMS = [one for forms in TABLE.values() for one in forms]
TESTS = Path(__file__).parents[1]


def write_stock_values(path):
    """Save what `judge` gives of every form in float64."""
    named = {}
    for i, one in enumerate(FORMS):
        named |= {f"{i}/{j}": array for j, array in enumerate(judge(one, numpy, one.arguments))}
    numpy.savez(path, **named)


def stock_values(path):
    """What `write_stock_values` saved in a process of its own: a list of arrays for each of FORMS."""
    code = "import sys; from gpu.forms_table import write_stock_values; write_stock_values(sys.argv[1])"
    paths = os.pathsep.join([str(TESTS), *filter(None, sys.path)])
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=True, timeout=120)
    with numpy.load(path) as saved:
        keys = [[key for key in saved.files if key.startswith(f"{i}/")] for i in range(len(FORMS))]
        return [[saved[key] for key in of_form] for of_form in keys]


def by_text(values):
    """Arrays of each of FORMS, by the form's text."""
    return {one.text: of_form for one, of_form in zip(FORMS, values, strict=True)}
