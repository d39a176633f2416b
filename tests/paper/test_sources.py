"""Do rows say as much of their sources as there is to say: what was read, which tests, which errata?"""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import pytest
from errata_page import ENTRIES
from paper_mentions import mentions

import l0edu
from l0edu.paper import ITEMS, place

ROOT = Path(__file__).parents[2]
PACKAGE = Path(l0edu.__file__).parent
EVERYWHERE = {"l0edu.errors", "l0edu.tables", "l0edu.tape"}
USERS = ("bench", "cli", "course", "one_step", "oracle", "paper", "compact", "evaluation", "recording")
ONLY_USE = {  # functions that say which equation they use, and are not its code
    ("eq8", "l0edu.rectified:RectifiedLaw.sample"),
    ("eq13", "l0edu.gating:open_at_test"),
    ("eq13", "l0edu.gating:architecture"),
    ("eq15", "l0edu.penalty:weighted_squares"),
    ("eq17", "l0edu.penalty:weighted_squares"),
}
BY_NETWORKS = {  # tests that go through a whole network, in which no name of the row occurs
    "test_the_papers_networks_agree_in_every_array",
    "test_a_gate_of_lenet_answers_for_a_filter_or_for_the_weights_that_read_its_unit",
}
each_item = pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)

# ---- read or recalled

READ = {*(f"eq{n}" for n in (1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13)), "appendixB"}
RECALLED = {"eq8", "eq9", "eq14", "figure1", "figure3", "figure4"}
BOTH = {
    "eq15": "its number recalled",
    "eq16": "the code read",
    "eq17": "the code read",
    "table1": "its caption read; its numbers partly read, partly recalled",
    "table2": "three of its numbers read",
    "appendixA": "partly read, partly recalled",
}


@each_item
def test_a_row_says_whether_it_was_read_or_recalled(item):
    words = set(re.findall(r"\b(read|recalled)\b", item.known))
    if item.key in BOTH:
        assert words == {"read", "recalled"}
        assert BOTH[item.key] in item.known
    else:
        assert words == {"read"} if item.key in READ | {"figure2"} else {"recalled"}
    assert item.key in READ | RECALLED | {*BOTH, "figure2"}


# ---- tests


@cache
def names_of(path):
    """The functions, fixtures and constants of a test file, and where its imported names come from."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own, imported = {}, {}
    for node in tree.body:
        targets = [node] if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
        found = [target.name for target in targets]
        if isinstance(node, ast.Assign):
            found = [
                name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)
            ]
        own |= dict.fromkeys(found, node)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imported |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            imported |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
    return own, imported


def reached(path, name, seen=None):
    """The names and attributes that a function of a test file uses, its helpers in tests/ included."""
    seen = set() if seen is None else seen
    own, imported = names_of(path)
    if (path, name) in seen:
        return set()
    seen.add((path, name))
    if name not in own:
        module, there = imported.get(name, ("", ""))
        helper = ROOT / "tests" / f"{module.replace('.', '/')}.py"
        return reached(helper, there, seen) if helper.is_file() and there else {(module, there)}
    used = set()
    for node in ast.walk(own[name]):
        if isinstance(node, ast.Attribute):
            used.add(("", node.attr))
        elif isinstance(node, ast.Name | ast.arg):
            word = node.id if isinstance(node, ast.Name) else node.arg
            if word in own or word in imported:
                used |= reached(path, word, seen)
    return used


def modules_of(origin, name):
    """Where something imported is defined, and its base classes; a module itself."""
    if not origin.startswith("l0edu"):
        return set()
    found = getattr(importlib.import_module(origin), name, None) if name else None
    if found is None or inspect.ismodule(found):
        return {found.__name__ if found else origin}
    return {getattr(base, "__module__", origin) for base in getattr(found, "__mro__", (found,))}


@cache
def behind(module):
    """A module, and what of the library it is made of."""
    _, imported = names_of(place(f"{module[0]}:{module[1]}").file)
    return {module[0]} | {origin for origin, _ in imported.values()} - EVERYWHERE


def is_meant(used, item):
    """Whether a test uses a function of the row by its name, or its module, or what that is made of."""
    last = {reference.rpartition(":")[2].rpartition(".")[2] for reference in item.code}
    meant = set().union(*(behind(tuple(reference.split(":"))) for reference in item.code))
    return any(name in last or modules_of(origin, name) & meant for origin, name in used)


@each_item
def test_every_test_that_is_named_uses_what_the_row_names(item):
    for test in item.tests if item.code else ():
        path, name = test.split("::")
        assert name in BY_NETWORKS or is_meant(reached(ROOT / path, name), item), test


# ---- functions


def first_lines():
    """Every public function and method of the library, as a row would name it, and what it says first."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).with_suffix("")
        if inside.parts[0] in USERS:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            functions = [("", node)] if isinstance(node, ast.FunctionDef) else []
            if isinstance(node, ast.ClassDef):
                functions = [
                    (f"{node.name}.", part) for part in node.body if isinstance(part, ast.FunctionDef)
                ]
            for owner, function in functions:
                if ast.get_docstring(function):
                    reference = f"l0edu.{'.'.join(inside.parts)}:{owner}{function.name}"
                    yield reference, ast.get_docstring(function).splitlines()[0]


def test_a_function_that_begins_with_an_item_is_in_its_row():
    missing = {
        (item.key, reference)
        for reference, first in first_lines()
        for item in ITEMS.values()
        if mentions(item, first)
        if not re.search(r"[:.]_", reference)
        if reference not in item.code
    }
    assert missing == ONLY_USE


# ---- errata

SHARED = {  # what a row and its erratum have in common, where the erratum does not name the row
    "eq2": r"multiplies by the gate",
    "eq9": r"\*mean\* loss|the training branch",
    "eq10": r"zeta <|starts log_alpha",
    "eq11": r"zeta <",
    "eq12": r"P\(open\) to",
    "eq15": r"weight decay",
    "eq16": r"lambda|charged",
    "eq17": r"weight decay",
    "figure3": r"FLOPs",
    "figure4": r"wide ResNet|FLOP",
    "table1": r"MLP|LeNet-5|paper's runs|PyTorch 2|drop|initial param",
    "table2": r"wide ResNet|test set",
    "appendixA": r"variational view",
}


@each_item
def test_an_erratum_of_a_row_is_about_it(item):
    apart = [entry for entry in item.errata if not mentions(item, ENTRIES[entry])]
    assert [entry for entry in apart if not re.search(SHARED.get(item.key, "$^"), ENTRIES[entry])] == []


def test_an_erratum_that_names_an_item_is_in_its_row():
    """But A3, which says only that Eq. 12 does not hold for another formula."""
    named = {
        (entry, item.key)
        for entry, text in ENTRIES.items()
        for item in ITEMS.values()
        if mentions(item, text)
    }
    rows = {(entry, item.key) for item in ITEMS.values() for entry in item.errata}
    assert named - rows == {("A3", "eq12")}
