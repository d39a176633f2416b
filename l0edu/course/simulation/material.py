"""What are made-up submissions made of? The solution, followed by code that changes its functions."""

import ast
import inspect
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

from l0edu.course.assignments import Assignment
from l0edu.course.catalogue import Mutant, Refactoring, refactorings_of
from l0edu.course.fences import cut, solved
from l0edu.course.grading.reports import report_files

__all__ = ["CANARIES", "Material", "grafted"]

CANARIES = {"grades.csv": "ann,20\n", "thesis/chapter 1.txt": "In the beginning", "thesis/Zoë.txt": "fin"}


@dataclass(frozen=True)
class Material:
    """What a kind of submission can be made of.

    Attributes
    ----------
    assignment : Assignment
    canaries : Path
        The folder of the files `CANARIES`, which are there to be attacked. Attacks aim at no other files.
    port : int
        A port of 127.0.0.1 that counts who connects.
    """

    assignment: Assignment
    canaries: Path
    port: int

    @property
    def targets(self) -> list[str]:
        """The paths of the planted files."""
        return [str(self.canaries / name) for name in CANARIES]

    @cached_property
    def solution(self) -> str:
        """The file of functions, right."""
        return solved(self.assignment.source)

    @cached_property
    def stub(self) -> str:
        """The file of functions as students get it."""
        return cut(self.assignment.source)

    @property
    def code_tasks(self) -> tuple[str, ...]:
        """The tasks that ask for functions."""
        functions = self.assignment.functions()
        return tuple(task.number for task in self.assignment.tasks if task.subject in functions)

    @property
    def first(self) -> str:
        """The function of the first task."""
        return self.assignment.functions()[0]

    def report(self, variant: str) -> dict[str, bytes]:
        """What is handed in beside the file of functions, complete and right."""
        return report_files(self.assignment, variant)

    def around(self, code: str, functions: Sequence[str] = ()) -> str:
        r"""The solution, whose functions are replaced by ones in which `right(*arguments)` is the right one.

        Parameters
        ----------
        code : str
            The body of the new functions, one statement a line, without indentation.
        functions : sequence of str
            Default: the first one.

        Examples
        --------
        >>> from l0edu.course.assignments import assignment
        >>> material = Material(assignment("a1"), Path("canaries"), 0)
        >>> print(material.around("return -right(*arguments)", ["cdf"]).split("\n\n\n")[-1].strip())
        def cdf(*arguments, right=cdf):
            return -right(*arguments)
        """
        body = "\n".join(f"    {line}" for line in code.splitlines())
        names = functions or [self.first]
        return self.solution + "".join(
            f"\n\ndef {name}(*arguments, right={name}):\n{body}\n" for name in names
        )

    def rewritten(self, version: int) -> str:
        """The solution in another style."""
        return grafted(self.solution, list(refactorings_of(self.assignment.name, version).values()))


def grafted(solution: str, entries: Sequence[Mutant | Refactoring]) -> str:
    """A solution in which other functions take the place of some, with the helpers that stand beside them.

    Parameters
    ----------
    solution : str
    entries : sequence of Mutant or of Refactoring
        From one file.

    Examples
    --------
    >>> from l0edu.course.catalogue import mutants_of
    >>> print(grafted("solution = 1", mutants_of("a1")[:1]).splitlines()[-1])
    sample = sample_without_beta
    """
    if not entries:
        return solution
    module = sys.modules[entries[0].function.__module__]
    code = [ast.unparse(node) for node in _beside(module)]
    code += [_plain(ast.parse(inspect.getsource(one.function)).body[0]) for one in entries]
    code += [f"{one.of} = {one.function.__name__}" for one in entries]
    return "\n\n".join([solution, *code]) + "\n"


def _beside(module: ModuleType) -> list[ast.stmt]:
    """Imports from outside of l0edu, constants and helpers: what the functions of a file may need."""
    found = ast.parse(inspect.getsource(module)).body
    outside = [node for node in found if isinstance(node, ast.Import | ast.ImportFrom) and not _is_own(node)]
    constants = [node for node in found if isinstance(node, ast.Assign | ast.AnnAssign)]
    helpers = [node for node in found if isinstance(node, ast.FunctionDef) and not node.decorator_list]
    return [*outside, *constants, *helpers]


def _is_own(node: ast.Import | ast.ImportFrom) -> bool:
    return "l0edu" in ast.unparse(node)


def _plain(node: ast.stmt) -> str:
    """A function without its decorators."""
    if isinstance(node, ast.FunctionDef):
        node.decorator_list = []
    return ast.unparse(node)
