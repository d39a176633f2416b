"""How is a solution explained? Task by task: what was asked, why the answer is so, what goes wrong.

The explanations are the comments inside the fences of the source; the mistakes are those of the catalogue.
"""

import ast
import inspect
import textwrap
from collections.abc import Iterator

from l0edu.course.assignments import Assignment
from l0edu.course.catalogue import mutants_of
from l0edu.course.fences import Fence, fences

__all__ = ["walkthrough"]


def walkthrough(assignment: Assignment) -> str:
    """The solution of an assignment, explained, in Markdown.

    Parameters
    ----------
    assignment : Assignment

    Returns
    -------
    str

    Examples
    --------
    >>> from l0edu.course.assignments import assignment
    >>> print(walkthrough(assignment("a1")).splitlines()[0])
    # Walk-through of assignment a1: the hard concrete gate
    """
    title = assignment.title
    head = f"# Walk-through of {title[:1].lower() + title[1:]}\n\nFor instructors: it shows the solutions.\n"
    sources = [assignment.source, *(assignment.read(name) for name in assignment.given)]
    parts = [_section(assignment, source, fence) for source in sources for fence in fences(source)]
    return "\n".join([head, *parts])


def _section(assignment: Assignment, source: str, fence: Fence) -> str:
    heading = (
        f"## {fence.task} `{fence.function}`\n"
        if fence.task
        else f"## `{fence.function}`\n" * bool(fence.function)
    )
    return "\n".join(
        [heading, *_asked(source, fence), *_explained(fence.text), *_mistakes(assignment, fence)]
    )


def _asked(source: str, fence: Fence) -> Iterator[str]:
    """The first line of the docstring."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == fence.function:
            text = inspect.cleandoc(ast.get_docstring(node) or "").splitlines()[:1]
            yield from (f"> {line}\n" for line in text)


def _explained(text: str) -> Iterator[str]:
    """Comments as paragraphs, and the code under each as a block."""
    prose: list[str] = []
    code: list[str] = []
    for line in textwrap.dedent(text).splitlines():
        if line.lstrip().startswith("# "):
            yield from _block(code)
            prose.append(line.strip().removeprefix("# "))
        else:
            yield from _paragraph(prose)
            code.append(line)
    yield from _paragraph(prose)
    yield from _block(code)


def _paragraph(lines: list[str]) -> Iterator[str]:
    if lines:
        yield textwrap.fill(" ".join(lines), 110) + "\n"
        lines.clear()


def _block(lines: list[str]) -> Iterator[str]:
    text = "\n".join(lines).strip("\n")
    if text:
        yield f"```python\n{text}\n```\n"
    lines.clear()


def _mistakes(assignment: Assignment, fence: Fence) -> Iterator[str]:
    known = [one for one in mutants_of(assignment.name) if one.of == fence.function]
    if known:
        yield "Known mistakes, which `l0edu gradcheck` names:\n"
        yield from (f"- {one.diagnosis}. *{one.hint}*" for one in known)
        yield ""
