"""Does the package keep its own rules: floors, light imports, documented names, nothing unsafe?

All but the first tests read the source: they need no module to be importable.
"""

import ast
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import l0edu

PACKAGE = Path(l0edu.__file__).parent
ROOT = "l0edu"

# A module imports from its own floor and those below. A package has one floor, for all its files. Whoever
# adds a module decides where it stands, and says so here.
FLOORS = {
    "errors": 0, "by_type": 0,
    "hyperparameters": 0, "locking": 0, "memory": 0, "tables": 0, "shipped": 0,
    "tape": 1, "nodes": 1, "gradient": 1, "explained": 1, "autograd_errors": 1, "own_code": 1,
    "concrete": 1, "rectified": 1, "gates": 1, "gaussian": 1, "dropout": 1, "bernoulli": 1, "lp": 1,
    "ops": 1, "plain": 1,
    "packing": 1, "optim": 1, "averaging": 1, "data": 1, "gpu": 1,
    "layers": 2,
    "charging": 3, "deaf_gates": 3, "network": 3, "gating": 3,
    "penalty": 4, "objective": 4, "models": 4, "checkpoint": 4, "runs": 4, "progress": 4, "records": 4,
    "wide_resnet": 4, "settings": 4, "checkpointing": 4, "gate_steps": 4, "epoch": 4, "config": 4,
    "recording": 4, "target": 4, "pursuit": 4, "workspace": 4, "divergence": 4,
    "blueprint": 4, "units": 4, "liveness": 4, "chances": 4, "flops": 4,
    "steps": 4, "subnetwork": 4, "conditional": 4, "compact": 4, "folding": 4, "normalized_inputs": 4,
    "train": 5, "trained": 5, "watch": 5, "assessment": 5, "prepared": 5,
    "evaluation": 5, "network_file": 5, "figures": 5, "oracle": 5,
    "pages": 5, "lessons": 5, "film": 5, "one_step": 5, "paper": 5,
    "request": 5, "recipes": 5, "resuming": 5, "running": 5, "collected": 5, "reached": 5,
    ROOT: 6, "course": 6, "bench": 6, "sweep": 6,
    "reproduce": 7,
    "cli": 8, "__main__": 8,
}  # fmt: skip

STUDENTS_FILES = "l0edu.course.sources."  # they read like scripts
OPTIONAL = ("matplotlib", "torch", "cupy", "scipy", "pooch", "tqdm")
OPTIONAL += ("joblib", "threadpoolctl", "dask", "distributed", "ray")


def module_name(path):
    parts = (ROOT, *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
each_module = pytest.mark.parametrize("module", MODULES)


@cache
def tree(module):
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def floor_key(module):
    """The name in FLOORS: the part behind `l0edu.`, or `l0edu` itself."""
    return module.split(".")[1] if "." in module else module


def imported_modules(module):
    """The modules of the package that a module imports, wherever in its code."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == ROOT)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*parents, node.module] if node.module else parents)
            if source.split(".")[0] == ROOT:
                for alias in node.names:  # `from l0edu import ops` is about l0edu.ops
                    submodule = f"{source}.{alias.name}"
                    yield submodule if submodule in MODULES else source


def public_names(module):
    for node in tree(module).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return ast.literal_eval(node.value)
    return []


def top_level_names(module):
    """What a module defines or imports at its top level, with the node that does it."""
    found = {}
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update({(alias.asname or alias.name): node for alias in node.names})
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            found.update({name.id: node for name in names})
    return found


# ---- what `import l0edu` does


def python(code):
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {code}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_importing_the_package_loads_nothing_that_is_optional_or_slow():
    loaded = python("import l0edu; print(*sys.modules)").stdout.split()
    assert "l0edu.tape" in loaded
    assert [name for name in loaded if name.split(".")[0] in OPTIONAL] == []


def test_importing_the_package_prints_nothing_and_seeds_nothing():
    code = "import numpy as np; a = np.random.get_state()[1].tolist(); import l0edu; "
    done = python(code + "assert a == np.random.get_state()[1].tolist()")
    assert done.stdout == done.stderr == ""


def test_the_public_names_exist_are_sorted_and_are_not_modules():
    assert sorted(set(l0edu.__all__)) == sorted(l0edu.__all__)
    for name in l0edu.__all__:
        assert not inspect.ismodule(getattr(l0edu, name)), name
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", l0edu.__version__)


def test_the_package_says_that_it_is_typed():
    assert (PACKAGE / "py.typed").is_file()


# ---- floors


@each_module
def test_every_module_has_a_floor(module):
    assert floor_key(module) in FLOORS, (
        f"decide on which floor {module} stands: tests/test_package.py, FLOORS"
    )


@each_module
def test_a_module_imports_from_its_own_floor_or_below(module):
    own = FLOORS.get(floor_key(module), max(FLOORS.values()))
    too_high = [other for other in imported_modules(module) if FLOORS.get(floor_key(other), 99) > own]
    assert too_high == [], f"{module} stands on floor {own}"


@each_module
def test_what_a_module_imports_from_the_package_is_there(module):
    assert [other for other in imported_modules(module) if other not in MODULES] == []


def test_no_module_imports_itself_by_a_detour():
    imports = {module: set(imported_modules(module)) & set(MODULES) for module in MODULES}
    left = dict(imports)
    while free := [module for module, needed in left.items() if not needed & set(left)]:
        for module in free:
            del left[module]
    assert left == {}, "these import each other in a circle"


# ---- files


@each_module
def test_every_module_begins_with_a_docstring_that_begins_with_a_sentence(module):
    docstring = ast.get_docstring(tree(module)) or ""
    assert re.match(r"[A-Z`].{10,}?[.?](\s|$)", docstring, re.DOTALL), f"{module}: {docstring[:60]!r}"


@each_module
def test_no_file_is_longer_than_300_lines(module):
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 300


def lines_of_body(function):
    """From the first statement behind the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return function.end_lineno - body[0].lineno + 1 if body else 0


@each_module
def test_no_function_is_longer_than_20_lines_without_its_docstring(module):
    functions = [node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef)]
    assert [(node.name, lines_of_body(node)) for node in functions if lines_of_body(node) > 20] == []


def test_no_test_file_is_longer_than_300_lines():
    files = sorted(Path(__file__).parent.rglob("*.py"))
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: n for name, n in lines.items() if n > 300} == {}


@each_module
def test_every_public_name_is_defined_once_listed_and_documented(module):
    names, defined = public_names(module), top_level_names(module)
    assert len(names) == len(set(names))
    for name in names:
        assert name in defined, f"{module}.__all__ lists {name}, which is not there"
        if isinstance(defined[name], ast.FunctionDef | ast.ClassDef):
            assert ast.get_docstring(defined[name]), f"{module}.{name} has no docstring"


@each_module
def test_every_module_lists_its_public_names(module):
    own = [
        name
        for name, node in top_level_names(module).items()
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not name.startswith("_")
    ]
    assert public_names(module) or not own or module.startswith(STUDENTS_FILES)


@each_module
def test_nothing_unpickles_and_nothing_uses_the_global_generator(module):
    generators = {"default_rng", "Generator", "SeedSequence", "PCG64", "BitGenerator"}
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            roots = {alias.name for alias in node.names} | {getattr(node, "module", None)}
            assert not roots & {"pickle", "cPickle", "dill", "shelve", "marshal", "random"}
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert getattr(node.value, "value", True) is False
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
            assert node.attr in generators, ast.unparse(node)


@each_module
def test_nothing_is_evaluated_from_a_string(module):
    calls = [node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert {getattr(function, "id", None) for function in calls} & {"eval", "exec"} == set()
