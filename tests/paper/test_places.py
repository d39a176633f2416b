"""Is a function found on the line where it stands?"""

import inspect
from operator import attrgetter

import pytest
from gradient_checks import refused

import l0edu
from l0edu import gates, ops
from l0edu.paper import place


@pytest.mark.parametrize("name", ["HardConcrete", "HardConcrete.sample", "open_probability"])
def test_the_line_is_that_of_the_def(name):
    found = place(f"l0edu.gates:{name}")
    lines, first = inspect.getsourcelines(inspect.unwrap(attrgetter(name)(gates)))
    decorators = next(i for i, line in enumerate(lines) if line.lstrip().startswith(("def ", "class ")))
    assert found == (name, "l0edu/gates.py", first + decorators)


def test_a_file_in_a_package_is_found_too():
    found = place("l0edu.ops.dense:affine")
    assert found.path == "l0edu/ops/dense.py"
    assert found.file.samefile(inspect.getsourcefile(ops.dense))
    assert found.file.is_relative_to(inspect.getfile(l0edu).removesuffix("__init__.py"))


@pytest.mark.parametrize(
    ("reference", "match"),
    [
        ("l0edu.gate:hard_concrete", "no file l0edu/gate.py"),
        ("l0edu.gates:soft_concrete", "defines no soft_concrete"),
        ("l0edu.gates:HardConcrete.absent", r"defines no HardConcrete\.absent"),
        ("l0edu.gates", "defines no"),
    ],
)
def test_what_is_not_there_is_refused(reference, match):
    with refused(match):
        place(reference)
