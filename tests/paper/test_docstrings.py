"""Do rows and docstrings name the same equations?"""

import ast
import importlib
from operator import attrgetter
from pathlib import Path

from paper_mentions import equations_in, mentions

import l0edu
from l0edu.paper import ITEMS, place

PACKAGE = Path(l0edu.__file__).parent

USERS = ("bench", "cli", "course", "one_step", "oracle", "paper")  # repeat or use what others state
USING = ("compact.py", "evaluation.py")


def public_docstrings():
    """Every docstring of the package but the private functions', with its module and its name."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                name = getattr(node, "name", "")
                if not name.startswith("_") and ast.get_docstring(node):
                    yield path.relative_to(PACKAGE).as_posix(), name, ast.get_docstring(node)


def test_numbers_are_read_as_people_write_them():
    assert equations_in("Eq. 5") == {5}
    assert equations_in("(Eqs. 12 and 15-17)") == {12, 15, 16, 17}
    assert equations_in("(Eqs. 8, 10 and 11), Eqs. 4 to 6") == {4, 5, 6, 8, 10, 11}


def test_every_equation_that_a_docstring_mentions_has_a_row():
    known = {int(item.number) for item in ITEMS.values() if item.kind == "eq"}
    strangers = [(path, name) for path, name, text in public_docstrings() if not equations_in(text) <= known]
    assert strangers == []


def test_every_file_whose_functions_begin_with_an_equation_is_reached_from_its_row():
    files = {key: {place(reference).path for reference in item.code} for key, item in ITEMS.items()}
    unreached = [
        (number, path, name)
        for path, name, text in public_docstrings()
        if path.split("/")[0] not in (*USERS, *USING)
        for number in equations_in(text.splitlines()[0])
        if name
        if f"l0edu/{path}" not in files[f"eq{number}"]
    ]
    assert unreached == []


def test_what_a_row_names_names_the_item_too():
    silent = set()
    for key, item in ITEMS.items():
        for reference in item.code:
            module, name = reference.split(":")
            found = importlib.import_module(module)
            if not mentions(item, attrgetter(name)(found).__doc__) and not mentions(item, found.__doc__):
                silent.add((key, reference))
    assert silent == set()
