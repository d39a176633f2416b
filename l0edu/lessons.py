"""Which tutorials are there, and how does one become a notebook or a web page?

A tutorial is a Python script in cells (`# %%`), which runs as it is. Its first cell names goal,
prerequisites, sources and time.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from l0edu.checkpoint import write_atomically
from l0edu.errors import InputError
from l0edu.pages import assemble, asset
from l0edu.shipped import shipped

__all__ = ["FORMATS", "Lesson", "find", "lessons", "write"]

FORMATS = ("py", "ipynb", "html")
LABELS = ("Goal", "Before this", "Paper and slides", "Time")


@dataclass(frozen=True)
class Lesson:
    """A tutorial: its number, its title, and what its first cell says.

    Attributes
    ----------
    path : Path
        Of the script.
    number, title : str
        "04" and "The hard concrete gate".
    header : dict of str to str
        Goal, Before this, Paper and slides, Time.

    Examples
    --------
    >>> lesson = find("4")
    >>> lesson.number, lesson.title, list(lesson.header)
    ('04', 'The hard concrete gate', ['Goal', 'Before this', 'Paper and slides', 'Time'])
    """

    path: Path
    number: str
    title: str
    header: dict[str, str]


def lessons() -> list[Lesson]:
    """All tutorials, in order.

    Returns
    -------
    list of Lesson

    Raises
    ------
    InputError
        When this installation holds no tutorials, or one of them does not begin with title and entries.

    Examples
    --------
    >>> [lesson.number for lesson in lessons()][:3]
    ['01', '02', '03']
    """
    return [_read(path) for path in sorted(shipped("tutorials").glob("[0-9][0-9]_*.py"))]


def find(number: str) -> Lesson:
    """The tutorial with a number.

    Parameters
    ----------
    number : str
        As in "04" or "4".

    Returns
    -------
    Lesson

    Raises
    ------
    InputError
        When there is none.

    Examples
    --------
    >>> find("4").path.name
    '04_hard_concrete.py'
    """
    found = {lesson.number: lesson for lesson in lessons()}
    if number.zfill(2) not in found:
        raise InputError(f"there is no tutorial {number!r}: choose one of {', '.join(found)}")
    return found[number.zfill(2)]


def _read(path: Path) -> Lesson:
    first_cell = path.read_text(encoding="utf-8").split("\n# %%\n")[0]
    text = re.sub(r"^# ?", "", first_cell, flags=re.MULTILINE)
    title = re.search(r"^# \d+\. (.+)$", text, flags=re.MULTILINE)
    entry = r"^[*-] \*\*{}\.\*\*\s+(.+?)(?=\n[*-] |\n\s*\n|\Z)"
    entries = {
        label: re.search(entry.format(label), text, flags=re.MULTILINE | re.DOTALL) for label in LABELS
    }
    if title is None or None in entries.values():
        raise InputError(f"{path}: begin a tutorial with '# # N. Title' and the entries {', '.join(LABELS)}")
    header = {label: " ".join(found[1].split()) for label, found in entries.items() if found}
    return Lesson(path, path.name[:2], title[1], header)


def write(lesson: Lesson, kind: str, path: Path) -> Path:
    """Write a tutorial as a script, as a notebook, or as a web page with its results.

    Parameters
    ----------
    lesson : Lesson
        From `find` or `lessons`.
    kind : {"py", "ipynb", "html"}
        "html" runs the tutorial, which takes the time that its header says.
    path : Path
        The file to write; it must not exist, since a student's work may be in it.

    Returns
    -------
    Path
        The path, as given.

    Raises
    ------
    InputError
        When the file exists, its folder does not, or a package that the format needs is missing.

    Notes
    -----
    Notebooks and pages need `pip install "l0edu[tutorials]"`; scripts need nothing.

    Examples
    --------
    >>> with TemporaryDirectory() as folder:
    ...     path = write(find("4"), "py", Path(folder) / "mine.py")
    ...     print(path.read_text(encoding="utf-8").splitlines()[1])
    # # 4. The hard concrete gate
    """
    if path.exists():
        raise InputError(f"{path} exists: name another file with --out, or move your own away")
    if not path.parent.is_dir():
        raise InputError(f"{path.parent} is no folder: make it, or name another file with --out")
    texts = {"py": _as_script, "ipynb": _as_notebook, "html": _as_page}
    write_atomically(path, texts[kind](lesson).encode("utf-8"))
    return path


def _as_script(lesson: Lesson) -> str:
    return lesson.path.read_text(encoding="utf-8")


def _as_notebook(lesson: Lesson) -> str:
    with _needs_extra():
        import nbformat
    text: str = nbformat.writes(_notebook(lesson, "ipynb"))
    return text + "\n"


def _notebook(lesson: Lesson, kind: str) -> Any:
    with _needs_extra():
        import jupytext
    linked = re.sub(r"\]\((\d\d_\w+)\.py\)", rf"](\1.{kind})", _as_script(lesson))
    notebook = jupytext.reads(linked, fmt="py:percent")
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def _as_page(lesson: Lesson) -> str:
    with _needs_extra():
        from nbconvert import HTMLExporter
        from pygments.formatters import HtmlFormatter
    body, _ = HTMLExporter(template_name="basic").from_notebook_node(_executed(_notebook(lesson, "html")))
    page = asset("lesson/page.html").replace("TITLE", escape(lesson.title)).replace("CELLS", body)
    code = HtmlFormatter(style="default").get_style_defs(".highlight")
    styles = [asset("base.css"), code, asset("lesson/style.css")]
    return assemble(page, styles, [asset("lesson/formulas.js"), asset("mathjax/tex-svg.js")], {})


def _executed(notebook: Any) -> Any:
    """A notebook with its results, computed by a kernel behind files, not ports, where that can be."""
    with _needs_extra():
        from nbconvert.preprocessors import ExecutePreprocessor
    executor = ExecutePreprocessor(timeout=None, kernel_name="python3")
    with TemporaryDirectory() as folder:
        if hasattr(socket, "AF_UNIX"):
            executor.config.KernelManager.transport = "ipc"
            executor.config.KernelManager.ip = f"{folder}/kernel"
        executor.preprocess(notebook)
    return notebook


@contextmanager
def _needs_extra() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise InputError(
            f'{error.name} is not installed: pip install "l0edu[tutorials]" adds it; format py does without'
        ) from None
