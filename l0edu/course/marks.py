"""What does a test of an assignment say about itself? Its task, its points, and a hint.

`@pytest.mark.task("1.2", points=1, hidden=2, hint="...")` gives 1 point in the run that students see. The
hidden copy of the same test, which `l0edu assign instructor init` makes, draws its numbers from a secret
seed and gives 2.
"""

import ast
from dataclasses import dataclass
from typing import Any

from l0edu.errors import InputError

__all__ = ["VISIBILITIES", "Mark", "hidden_copy", "marks_in", "read_mark"]

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")  # Gradescope's four words


@dataclass(frozen=True)
class Mark:
    """What stands in `@pytest.mark.task(...)`.

    Attributes
    ----------
    task : str
        As in "1.2".
    points : float
        What the test gives.
    hidden : float
        What its copy on secret numbers gives; 0 for no copy.
    hint : str
        Shown when the test fails. A question, never the answer.
    visibility : str
        One of `VISIBILITIES`.
    """

    task: str
    points: float
    hidden: float = 0
    hint: str = ""
    visibility: str = "visible"


def read_mark(test: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Mark:
    """A mark from what stands between its parentheses.

    Parameters
    ----------
    test : str
        The name of the test, for the error.
    arguments, keywords : tuple, dict
        What stands there.

    Raises
    ------
    InputError
        When something is missing, unknown or of another type.

    Examples
    --------
    >>> read_mark("test_sample", ("1.1",), {"points": 2, "hint": "Which sign?"})
    Mark(task='1.1', points=2, hidden=0, hint='Which sign?', visibility='visible')
    >>> read_mark("test_sample", ("1.1",), {"points": 2, "visibility": "secret"})
    Traceback (most recent call last):
    l0edu.errors.InputError: test_sample: visibility='secret': write one of visible, hidden, after_due_date,
    after_published
    """
    try:
        mark = Mark(*arguments, **keywords)
    except TypeError as error:
        raise InputError(f"{test}: write @pytest.mark.task('1.2', points=1, hint='...'): {error}") from None
    if mark.visibility not in VISIBILITIES:
        words = ", ".join(VISIBILITIES)
        raise InputError(f"{test}: visibility={mark.visibility!r}: write one of {words}")
    if not (mark.points >= 0 and mark.hidden >= 0):
        raise InputError(f"{test}: points={mark.points}, hidden={mark.hidden}: points are 0 or more")
    return mark


def marks_in(checks: str) -> list[Mark]:
    r"""The marks of a file of tests, without running it.

    Parameters
    ----------
    checks : str
        The source of the tests.

    Examples
    --------
    >>> checks = "@pytest.mark.task('1.1', points=1, hidden=2)\ndef test_z(student): pass"
    >>> marks_in(checks)
    [Mark(task='1.1', points=1, hidden=2, hint='', visibility='visible')]
    """
    tests = (node for node in ast.parse(checks).body if isinstance(node, ast.FunctionDef))
    return [_mark_of(test.name, call) for test in tests for call in _task_marks(test)]


def hidden_copy(checks: str, visibility: str = "hidden") -> str:
    r"""The tests that have hidden points, as a file of their own that gives those points.

    Parameters
    ----------
    checks : str
        The tests as students see them.
    visibility : str
        When students learn of the outcome.

    Examples
    --------
    >>> checks = "@pytest.mark.task('1.1', points=1, hidden=2)\ndef test_z(student):\n    pass"
    >>> print(hidden_copy(checks))
    @pytest.mark.task('1.1', points=2, hint='', visibility='hidden')
    def test_z(student):
        pass
    """
    tree = ast.parse(checks)
    tree.body = [node for node in tree.body if _is_kept(node)]
    for node in tree.body:
        for call in _task_marks(node):
            mark = _mark_of(getattr(node, "name", ""), call)
            values: dict[str, float | str] = {
                "points": mark.hidden,
                "hint": mark.hint,
                "visibility": visibility,
            }
            call.keywords = [ast.keyword(name, ast.Constant(value)) for name, value in values.items()]
    return ast.unparse(tree) + "\n"


def _is_kept(node: ast.stmt) -> bool:
    """Helpers and imports stay, and so do tests whose mark has hidden points."""
    is_test = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    return not is_test or any(_mark_of("", call).hidden for call in _task_marks(node))


def _task_marks(node: ast.AST) -> list[ast.Call]:
    """The decorators `pytest.mark.task(...)` of a function."""
    calls = [one for one in getattr(node, "decorator_list", []) if isinstance(one, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == "pytest.mark.task"]


def _mark_of(test: str, call: ast.Call) -> Mark:
    arguments = tuple(ast.literal_eval(one) for one in call.args)
    return read_mark(test, arguments, {str(one.arg): ast.literal_eval(one.value) for one in call.keywords})
