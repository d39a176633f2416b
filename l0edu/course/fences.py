"""How does a source with solutions become the file that students fill in? Its fences are cut out.

    ### BEGIN SOLUTION
    return sigmoid(log_alpha - beta * np.log(-gamma / zeta))
    ### END SOLUTION

Inside a function, `raise NotImplementedError("task 1.2: write prob_open")` takes the place of what the
fence holds; a fence at the margin leaves nothing. nbgrader knows the same two lines.
"""

import ast
import re
import warnings
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from l0edu.errors import InputError

__all__ = ["BEGIN", "END", "Fence", "cut", "fences", "leaks", "more_than_stubs", "solved"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
QUOTED = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"|'([^'\n]+)'")  # a piece of code in prose, or a string
FEW_WORDS = 30  # letters
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

    Parameters
    ----------
    source : str
        Python, with fences.

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

    Parameters
    ----------
    source : str
        Python, with fences.

    Raises
    ------
    InputError
        When fences do not match, or what is left is no Python.

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

    Parameters
    ----------
    source : str
        Python, with fences.

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
    r"""What of the solutions of `source` stands in another text: fences, comments, and pieces of code that
    say something, be they code there too, or a line of a comment, a string or a page.

    Parameters
    ----------
    text : str
        A file that students get.
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
    >>> leaks("Remember that f is `(x + 2 * y) ** 2 / (x - 3 * y)`.", source)
    ['(x + 2 * y) ** 2 / (x - 3 * y)']
    """
    marks = [mark for mark in ("BEGIN SOLUTION", "END SOLUTION", *_comments(source)) if mark in text]
    given = {ast.dump(node) for tree in _trees(text) for node in ast.walk(tree)}
    pieces = {ast.dump(node): ast.unparse(node) for node in _pieces(source)}
    return marks + [piece for dump, piece in pieces.items() if dump in given]


def more_than_stubs(text: str, functions: Collection[str]) -> list[str]:
    r"""Which functions of a student's file hold more than a docstring and the line that raises.

    Parameters
    ----------
    text : str
        A source whose solutions are cut out.
    functions : collection of str
        Those that students write.

    Examples
    --------
    >>> source = f'def f(x):\n    "Twice x."\n    {BEGIN}\n    y = x + x\n    {END}\n    return y\n'
    >>> more_than_stubs(cut(source), ["f"])
    ['f']
    """
    lines = text.splitlines()
    found = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return [node.name for node in found if node.name in functions and not _is_stub(node, lines)]


def _is_stub(function: ast.FunctionDef, lines: list[str]) -> bool:
    """Whether the line that raises follows the docstring, and nothing follows it, not even a comment."""
    *before, last = function.body
    start, end = last.lineno, last.end_lineno or last.lineno
    return (
        isinstance(last, ast.Raise)
        and [node.end_lineno for node in before] == [start - 1]
        and ast.get_docstring(function) is not None
        and not (end < len(lines) and lines[end].startswith(" "))
    )


def _comments(source: str) -> Iterator[str]:
    """The lines of comments in the solutions, which explain them; not the few words of a last line."""
    lines = [line.strip() for fence in fences(source) for line in fence.text.splitlines()]
    return (line.lstrip("# ") for line in lines if line.startswith("# ") and len(line) > FEW_WORDS)


def _trees(text: str) -> Iterator[ast.AST]:
    """A text as Python, and each of its lines and quotations that is Python by itself."""
    quoted = ("".join(groups) for groups in QUOTED.findall(text))
    lines = (line.strip().lstrip("#>*- ") for line in text.splitlines())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # prose is odd Python
        for piece in (text, *lines, *quoted):
            with suppress(SyntaxError, ValueError):
                yield ast.parse(piece)


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
