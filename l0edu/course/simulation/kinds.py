"""Which kinds of submissions does a grader meet? Honest ones in odd forms, unlucky ones and hostile ones.

Each is data: a name, the outcome that it deserves, and how its files are made.
"""

from dataclasses import dataclass

from l0edu.course.catalogue import Mutant
from l0edu.course.simulation.attacks import (
    ALWAYS_EQUAL,
    CALLING_OUT,
    DELETING,
    FLOAT32,
    FORGING,
    LEAVING,
    LOOPING,
    PRINTING,
)
from l0edu.course.simulation.by_heart import code_that_knows, visible_points
from l0edu.course.simulation.expected import ALL, NOTHING, Expected, loses
from l0edu.course.simulation.handing_in import Make, alone, folder, loose, nested, with_tests, zipped
from l0edu.course.simulation.material import Material, grafted

__all__ = ["Kind", "kind_of_mutant", "kinds_of_code"]

RETURNING = "\nreturn right(*arguments)"


@dataclass(frozen=True)
class Kind:
    """A kind of submission.

    Attributes
    ----------
    name : str
    expected : Expected
        What it deserves.
    make : callable
        From a student's name, and the material, to the files.
    """

    name: str
    expected: Expected
    make: Make


def kinds_of_code(material: Material) -> list[Kind]:
    """One of each kind, mutants apart, for an assignment that asks for functions.

    Parameters
    ----------
    material : Material

    Examples
    --------
    >>> from pathlib import Path
    >>> from l0edu.course.assignments import assignment
    >>> found = kinds_of_code(Material(assignment("a1"), Path("canaries"), 0))
    >>> found[0].name, len(found)
    ('perfect', 25)
    """
    return [*_right_ones(material), *_poor_ones(material), *_hostile_ones(material)]


def kind_of_mutant(mutant: Mutant, material: Material) -> Kind:
    """The submission of somebody who made a known mistake, and no other.

    Parameters
    ----------
    mutant : Mutant
    material : Material
    """
    task = material.assignment.task_of(mutant.of)
    text = grafted(material.solution, [mutant])
    return Kind(mutant.name, loses(task.number if task else ""), folder(text))


def _right_ones(material: Material) -> list[Kind]:
    solution, all_functions = material.solution, material.assignment.functions()
    return [
        Kind("perfect", ALL, folder(solution)),
        Kind("rewritten once", ALL, nested(material.rewritten(1))),
        Kind("rewritten twice", ALL, loose(material.rewritten(2))),
        Kind("float32", ALL, folder(material.around(FLOAT32, all_functions))),
        Kind("CRLF, zipped", ALL, zipped(solution.replace("\n", "\r\n"))),
        Kind("byte order mark", ALL, loose("\ufeff" + solution)),
        Kind("prints 100 MB", ALL, folder(material.around(PRINTING))),
    ]


def _poor_ones(material: Material) -> list[Kind]:
    solution, first = material.solution, material.first
    latin = solution.encode() + '\nname = "Zoë"\n'.encode("latin-1")
    no_code, one_lost = _no_code(material), loses(material.code_tasks[0], wholly=True)
    return [
        Kind("empty", no_code, loose("")),
        Kind("untouched", NOTHING, alone(material.stub)),
        Kind("syntax error", no_code, folder(solution + "\nreturn return\n")),
        Kind("not UTF-8", no_code, loose(latin)),
        Kind("damaged zip", NOTHING, zipped(solution, damaged=True)),
        Kind("renamed function", one_lost, folder(solution.replace(f"def {first}(", f"def my_{first}("))),
        Kind("endless loop", one_lost, folder(material.around(LOOPING))),
        Kind("endless loop outside", no_code, folder(f"{solution}\n{LOOPING}\n")),
        Kind("2 GB", one_lost, folder(material.around(f"np.ones(2**28){RETURNING}"))),
        Kind("sys.exit", one_lost, folder(material.around("raise SystemExit(0)"))),
    ]


def _hostile_ones(material: Material) -> list[Kind]:
    solution, no_code = material.solution, _no_code(material)
    deleting = DELETING.format(targets=material.targets) + RETURNING
    calling = CALLING_OUT.format(port=material.port) + RETURNING
    return [
        Kind("os._exit outside", no_code, folder(f"{solution}\n{LEAVING}\n")),
        Kind("imports the library", NOTHING, folder(f"import l0edu\n{solution}")),
        Kind("edited tests", no_code, with_tests(material.stub)),
        Kind("always equal", no_code, folder(material.around(ALWAYS_EQUAL, material.assignment.functions()))),
        Kind("forges results", no_code, folder(f"{material.stub}\n\n{FORGING}")),
        Kind("deletes files", ALL, folder(material.around(deleting))),
        Kind("calls out", ALL, folder(material.around(calling))),
        _by_heart(material),
    ]


def _by_heart(material: Material) -> Kind:
    one = material.assignment
    code = code_that_knows(one, material.code_tasks)
    return Kind("answers by heart", visible_points(one), folder(material.around(code, one.functions())))


def _no_code(material: Material) -> Expected:
    """No point for functions; what is beside them counts."""
    is_all = len(material.code_tasks) == len(material.assignment.tasks)
    return NOTHING if is_all else loses(*material.code_tasks, wholly=True)
