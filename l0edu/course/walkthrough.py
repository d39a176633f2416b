"""How is a solution explained? Task by task: what was asked, why the answer is so, what goes wrong.

The explanations are the comments inside the fences of the source; the mistakes are those of the catalogue.
What belongs to no function, as a sample report, stands in `for_instructors.md` of the assignment's sources.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator

from l0edu.course.assignments import Assignment, Task
from l0edu.course.catalogue import mutants_of
from l0edu.course.fences import Fence, fences
from l0edu.course.hunt import bugs

__all__ = ["FOR_INSTRUCTORS", "walkthrough"]

FOR_INSTRUCTORS = "for_instructors.md"


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
    return "\n".join([head, *parts, *_appended(assignment)])


def _section(assignment: Assignment, source: str, fence: Fence) -> str:
    task = _task(assignment, fence)
    planted = _bugs(assignment, task) if task and not fence.function else ()
    return "\n".join(
        [
            _heading(task, fence),
            *_asked(source, fence),
            *_explained(fence.text),
            *_mistakes(assignment, fence),
            *planted,
        ]
    )


def _task(assignment: Assignment, fence: Fence) -> Task | None:
    """That of the function, or the one with which a fence at the margin begins: "# Task 7.1. "."""
    begins = re.match(r"\s*# Task (\d\.\d)\.", fence.text)
    number = begins[1] if begins and not fence.function else fence.task
    return next((task for task in assignment.tasks if task.number == number), None)


def _heading(task: Task | None, fence: Fence) -> str:
    if task and not fence.function:
        return f"## {task.number} {task.subject[:1].upper()}{task.subject[1:]}\n"
    number = f"{task.number} " if task else ""
    return f"## {number}`{fence.function}`\n" * bool(fence.function)


def _appended(assignment: Assignment) -> Iterator[str]:
    if (assignment.folder / FOR_INSTRUCTORS).is_file():
        yield assignment.read(FOR_INSTRUCTORS)


def _asked(source: str, fence: Fence) -> Iterator[str]:
    """The first paragraph of the docstring."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == fence.function:
            first = inspect.cleandoc(ast.get_docstring(node) or "").partition("\n\n")[0]
            yield f"> {' '.join(first.split())}\n"


def _explained(text: str) -> Iterator[str]:
    """Comments as paragraphs, and the code under each as a block."""
    prose: list[str] = []
    code: list[str] = []
    for line in textwrap.dedent(text).splitlines():
        if line.lstrip().startswith("# "):
            yield from _block(code)
            prose.append(re.sub(r"^# (Task \d\.\d\. )?", "", line.strip()))
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


def _bugs(assignment: Assignment, task: Task) -> Iterator[str]:
    """What is planted in the functions that a task's row of the page names."""
    row = next(line for line in assignment.page.splitlines() if line.startswith(f"| {task.number} "))
    yield "What is planted; students see their score on the bugs marked *visible*:\n"
    for function in re.findall(r"`(\w+)`", row):
        yield f"`{function}`\n"
        yield from (
            f"- {one.diagnosis}{' (*visible*)' * one.visible}" for one in bugs() if one.of == function
        )
        yield ""
