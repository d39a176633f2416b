"""How does a student's file run, and how does its error become a sentence about the student's own line?"""

import importlib.util
import linecache
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any, NoReturn

from l0edu.course.isolation.values import clean, plain
from l0edu.errors import InputError

__all__ = ["StudentError", "call_function", "load"]

MAX_MESSAGE = 500
DEBUGGERS = ("bdb", "_pytest.outcomes")  # whoever quits a debugger means the whole run


class StudentError(AssertionError):
    """The student's file did not do what a check asked of it; the message is for the student."""


def load(path: Path) -> ModuleType:
    """Run a student's file as a module.

    Its compiled form is neither read nor written: two versions of one length, saved within a second, would
    be taken for the same.

    Parameters
    ----------
    path : Path

    Returns
    -------
    module

    Raises
    ------
    StudentError
        When it is missing, is not UTF-8 or no Python, or fails while it runs.
    """
    __tracebackhide__ = True
    name = f"student_{path.stem}"
    loader = _Uncached(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    spec.has_location = True
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        _explain_loading(error, path)
    return module


class _Uncached(SourceFileLoader):
    def path_stats(self, path: str) -> NoReturn:
        raise OSError(f"{path} is always compiled anew")


def call_function(module: ModuleType, path: Path, name: str, arguments: list[Any]) -> Any:
    """What a function of a student's module returns, as plain values.

    Parameters
    ----------
    module : module
        From `load`.
    path : Path
        Its file.
    name : str
    arguments : list
        Of plain values that the function may change.

    Returns
    -------
    object

    Raises
    ------
    StudentError
        When there is no such function, it fails, or its result is not plain (see
        `l0edu.course.isolation.values`).
    NotImplementedError
        When a line of the student's file raises it, as the line to be replaced does.
    """
    __tracebackhide__ = True
    function = _function(module, path, name)
    try:
        result = function(*arguments)
    except (Exception, SystemExit) as error:
        if type(error).__module__ in DEBUGGERS or _is_not_started(error, path):
            raise
        _explain(error, path, name)
    try:
        return plain(result, f"what {name} returned")
    except InputError as error:
        raise StudentError(_short(f"{path.name}: {error}")) from None


def _function(module: ModuleType, path: Path, name: str) -> Callable[..., Any]:
    __tracebackhide__ = True
    names = vars(module)
    if callable(names.get(name)):
        return names[name]
    if name in names:
        kind = type(names[name]).__name__
        raise StudentError(f"{path.name}: {name} is of the class {kind}: is its function overwritten below?")
    own = [key for key, value in names.items() if getattr(value, "__module__", "") == module.__name__]
    it_has = f"It has: {', '.join(own[:8])}" if own else "It has no functions"
    raise StudentError(_short(f"{path.name} has no function {name}: was it renamed? {it_has}"))


def _is_not_started(error: BaseException, path: Path) -> bool:
    """Whether a line of the student's file raised NotImplementedError; libraries raise it, too."""
    last_file = [file for file, _, _ in _frames(error)][-1]
    return isinstance(error, NotImplementedError) and last_file == str(path)


def _frames(error: BaseException) -> Iterator[tuple[str, int, str]]:
    """File, line and function of each call between here and the line that raised an error."""
    for frame, line in walk_tb(error.__traceback__):
        yield frame.f_code.co_filename, line, frame.f_code.co_name


def _explain_loading(error: BaseException, path: Path) -> NoReturn:
    __tracebackhide__ = True
    if not path.is_file():
        raise StudentError(f"there is no file {path.name}") from error
    if isinstance(error, SyntaxError | ValueError) and (problem := _encoding_problem(path)):
        raise StudentError(problem) from error
    if isinstance(error, SyntaxError) and error.filename == str(path):
        sentence = f"{path.name}, line {error.lineno}: {type(error).__name__}: {error.msg}"
        raise StudentError(_with_line(sentence, (error.text or "").strip())) from error
    _explain(error, path)


def _encoding_problem(path: Path) -> str:
    source = path.read_bytes()
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return f"{path.name}, line {line} is not UTF-8: set the editor's encoding to UTF-8 and save as UTF-8"
    return f"{path.name} holds a zero byte: save it as UTF-8" if b"\0" in source else ""


def _explain(error: BaseException, path: Path, name: str = "") -> NoReturn:
    """Raise the sentence about the last line of the student's file that an error passed through."""
    __tracebackhide__ = True
    own = [(line, function) for file, line, function in _frames(error) if file == str(path)]
    line, function = own[-1] if own else (0, name)
    place = f"{path.name}, line {line}" if line else path.name
    if function and function != "<module>":
        place += f", in {function}"
    source = linecache.getline(str(path), line).strip() if line else ""
    raise StudentError(_with_line(f"{place}: {_text(error)}", source)) from error


def _text(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return "your code ended Python: take exit(), quit() and sys.exit() out of it"
    name = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
    try:
        return f"{name}: {error}".removesuffix(": ")
    except Exception:  # the student's own class may fail at this, too
        return name


def _with_line(sentence: str, line: str) -> str:
    return _short(sentence) + (f"\n    {clean(line)[:100]}" if line else "")


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]} ..."
