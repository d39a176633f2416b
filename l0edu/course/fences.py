"""How does a source with solutions become the file that students fill in? Its fences are cut out.

    ### BEGIN SOLUTION
    return sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    ### END SOLUTION

Inside a function, `raise NotImplementedError("task 1.2: write prob_open")` takes the place of what the
fence holds; a fence at the margin leaves nothing. nbgrader knows the same two lines.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from l0edu.errors import InputError

__all__ = ["BEGIN", "END", "Fence", "cut", "fences", "leaks", "solved"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
TRIVIAL = 14  # nodes of a syntax tree: an expression up to this size says nothing, as `s * (zeta - gamma)`


@dataclass(frozen=True)
class Fence:
    """One solution in a source.

    Attributes
    ----------
    first, last : int
        The lines of its fence, counted from 0.
    function : str
        The function that it is in; empty at the margin.
    task : str
        As in "1.2", from the docstring of that function.
    text : str
        What stands between.
    """

    first: int
    last: int
    function: str
    task: str
    text: str


def fences(source: str) -> list[Fence]:
    r"""The solutions of a source, in order.

    Raises
    ------
    InputError
        When a fence is nested, not opened or not closed, or the source is no Python.

    Examples
    --------
    >>> source = f'def f(x):\n    "Task 1.1. Twice x."\n    {BEGIN}\n    return 2 * x\n    {END}\n'
    >>> [(one.task, one.function, one.text.strip()) for one in fences(source)]
    [('1.1', 'f', 'return 2 * x')]
    """
    lines = source.splitlines()
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [_fence(first, last, lines, functions) for first, last in _pairs(lines)]


def cut(source: str) -> str:
    r"""The source without its solutions: what students get.

    Examples
    --------
    >>> print(cut(f'def f(x):\n    "Task 1.1. Twice x."\n    {BEGIN}\n    return 2 * x\n    {END}\n'))
    def f(x):
        "Task 1.1. Twice x."
        raise NotImplementedError("task 1.1: write f")
    <BLANKLINE>
    """
    lines = source.splitlines()
    for fence in reversed(fences(source)):
        lines[fence.first : fence.last + 1] = _stub(fence, lines[fence.first])
    text = "\n".join(lines).rstrip() + "\n"
    _parsed(text)
    return text


def solved(source: str) -> str:
    r"""The source with its solutions, without the lines of the fences.

    Examples
    --------
    >>> print(solved(f"x = 1\n{BEGIN}\ny = 2\n{END}"))
    x = 1
    y = 2
    <BLANKLINE>
    """
    kept = (line for line in source.splitlines() if line.strip() not in (BEGIN, END))
    return "\n".join(kept) + "\n"


def leaks(text: str, source: str) -> list[str]:
    r"""What of the solutions of `source` stands in another text: fences, and pieces of code that say
    something.

    Parameters
    ----------
    text : str
        A file that students get; when it is no Python, only the fences are looked for.
    source : str
        The source with its solutions.

    Returns
    -------
    list of str
        The pieces; none when nothing leaks.

    Examples
    --------
    >>> source = f"def f(x, y):\n    {BEGIN}\n    return (x + 2 * y) ** 2 / (x - 3 * y)\n    {END}"
    >>> leaks(cut(source), source)
    []
    >>> leaks("z = (x + 2 * y) ** 2 / (x - 3 * y)", source)
    ['(x + 2 * y) ** 2 / (x - 3 * y)']
    """
    marks = [mark for mark in ("BEGIN SOLUTION", "END SOLUTION") if mark in text]
    try:
        given = {ast.dump(node) for node in ast.walk(ast.parse(text))}
    except SyntaxError:
        return marks
    pieces = {ast.dump(node): ast.unparse(node) for node in _pieces(source)}
    return marks + [piece for dump, piece in pieces.items() if dump in given]


def _pieces(source: str) -> Iterator[ast.AST]:
    """The subtrees of the solutions that are more than trivial, and stand nowhere else in the source."""
    inside = [(fence.first, fence.last) for fence in fences(source)]
    for node in ast.walk(ast.parse(source)):
        line = getattr(node, "lineno", 0) - 1
        fenced = any(first < line < last for first, last in inside)
        if fenced and sum(1 for _ in ast.walk(node)) > TRIVIAL:
            yield node


def _pairs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First and last line of every fence."""
    opened: int | None = None
    for number, line in enumerate(lines):
        if BEGIN in line:
            if opened is not None:
                raise InputError(f"line {number + 1}: {BEGIN} inside the fence of line {opened + 1}")
            opened = number
        elif END in line:
            if opened is None:
                raise InputError(f"line {number + 1}: {END} without {BEGIN}")
            yield opened, number
            opened = None
    if opened is not None:
        raise InputError(f"line {opened + 1}: {BEGIN} without {END}")


def _fence(first: int, last: int, lines: list[str], functions: list[ast.FunctionDef]) -> Fence:
    around = [one for one in functions if one.lineno - 1 < first and last < (one.end_lineno or 0) + 1]
    text = "\n".join(lines[first + 1 : last])
    if not lines[first].startswith(" ") or not around:
        return Fence(first, last, "", "", text)
    docstring = ast.get_docstring(around[-1]) or ""
    task = docstring.split(".", 2)[:2] if docstring.startswith("Task ") else []
    return Fence(first, last, around[-1].name, ".".join(task).removeprefix("Task "), text)


def _stub(fence: Fence, line: str) -> list[str]:
    if not fence.function:
        return []
    indent = line[: len(line) - len(line.lstrip())]
    what = f"task {fence.task}: write {fence.function}" if fence.task else f"write {fence.function}"
    return [f'{indent}raise NotImplementedError("{what}")']


def _parsed(text: str) -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise InputError(
            f"line {error.lineno} does not parse once the solutions are cut out: {error.msg}"
        ) from None
