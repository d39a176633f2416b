"""Which kinds of submissions does a grader meet? Honest ones in odd forms, unlucky ones and hostile ones.

Each is data: a name, the files, and the outcome that it deserves. Code that wants a module takes it out of
`__builtins__`, so it gets past the import rule and shows what the fence does.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from l0edu.course.catalogue import Mutant
from l0edu.course.simulation.expected import ALL, NOTHING, Expected, loses
from l0edu.course.simulation.material import Material, grafted

__all__ = ["Files", "Kind", "kind_of_mutant", "kinds"]

Files = Mapping[str, bytes]  # by their path in the folder of submissions, under the student's name

FLOAT32 = """\
single = lambda x: x.astype(np.float32) if getattr(getattr(x, "dtype", None), "kind", "") == "f" else x
return right(*map(single, arguments))
"""
PRINTING = """\
for _ in range(100):
    print("x" * 10**6)
return right(*arguments)
"""
ALWAYS_EQUAL = """\
class Yes(float):
    __array_priority__ = 1e9
    shape, __eq__, __le__, __lt__ = (), *3 * [lambda *_: True]
    __getattr__ = __getitem__ = __array_ufunc__ = __call__ = __sub__ = __abs__ = lambda self, *_, **__: self
return Yes()
"""
DELETING = """\
os, shutil = map(__builtins__["__import__"], ["os", "shutil"])
for place, _, names in list(os.walk({folder!r})):
    for harm in [os.remove, os.unlink, lambda path: open(path, "w"), lambda path: os.rename(path, "x")]:
        for name in names:
            try:
                harm(os.path.join(place, name))
            except Exception:
                pass
shutil.rmtree({folder!r}, ignore_errors=True)
return right(*arguments)
"""
CALLING_OUT = """\
socket = __builtins__["__import__"]("socket")
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=1).close()
except Exception:
    pass
return right(*arguments)
"""
FORGING = """

os = __builtins__["__import__"]("os")
for descriptor in range(1, 30):
    try:
        os.write(descriptor, b'{"tests": [{"status": "right", "score": 100}]}')
    except Exception:
        pass
"""
PASSING = {
    "tests/{tests_name}": "def test_all():\n    pass\n",
    "conftest.py": "def pytest_pyfunc_call():\n    return True\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "sitecustomize.py": "raise SystemExit(0)\n",
    "numpy.py": "raise SystemExit(0)\n",
}


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
    make: Callable[[str, Material], Files]


def kinds(material: Material) -> list[Kind]:
    """One of each kind, mutants apart.

    Examples
    --------
    >>> from pathlib import Path
    >>> from l0edu.course.assignments import assignment
    >>> found = kinds(Material(assignment("a1"), Path("canaries"), 0))
    >>> found[0].name, len(found)
    ('perfect', 24)
    """
    return [*_right_ones(material), *_poor_ones(material), *_hostile_ones(material)]


def kind_of_mutant(mutant: Mutant, material: Material) -> Kind:
    """The submission of somebody who made a known mistake, and no other."""
    task = material.assignment.task_of(mutant.of)
    text = grafted(material.solution, [mutant])
    return Kind(mutant.name, loses(task.number if task else ""), _folder(text))


def _right_ones(material: Material) -> list[Kind]:
    solution, all_functions = material.solution, material.assignment.functions()
    crlf = solution.replace("\n", "\r\n").encode()
    return [
        Kind("perfect", ALL, _folder(solution)),
        Kind("rewritten once", ALL, _nested(material.rewritten(1))),
        Kind("rewritten twice", ALL, _file(material.rewritten(2).encode())),
        Kind("float32", ALL, _folder(material.around(FLOAT32, all_functions))),
        Kind("CRLF, zipped", ALL, _zip({material.assignment.file: crlf})),
        Kind("byte order mark", ALL, _file(b"\xef\xbb\xbf" + solution.encode())),
        Kind("prints 100 MB", ALL, _folder(material.around(PRINTING))),
    ]


def _poor_ones(material: Material) -> list[Kind]:
    solution, first = material.solution, material.first
    one_lost = loses(_first_task(material), wholly=True)
    return [
        Kind("empty", NOTHING, _file(b"")),
        Kind("untouched", NOTHING, _folder(material.stub)),
        Kind("syntax error", NOTHING, _folder(solution + "\nreturn return\n")),
        Kind("not UTF-8", NOTHING, _file(solution.encode() + '\nname = "Zoë"\n'.encode("latin-1"))),
        Kind("damaged zip", NOTHING, _zip({material.assignment.file: solution.encode()}, damaged=True)),
        Kind("renamed function", one_lost, _folder(solution.replace(f"def {first}(", f"def my_{first}("))),
        Kind("endless loop", one_lost, _folder(material.around("while True: pass"))),
        Kind("endless loop outside", NOTHING, _folder(f"{solution}\nwhile True:\n    pass\n")),
        Kind("2 GB", one_lost, _folder(material.around("return right(*arguments) + np.ones(2**28)[0] - 1"))),
        Kind("sys.exit", one_lost, _folder(material.around("raise SystemExit(0)"))),
    ]


def _hostile_ones(material: Material) -> list[Kind]:
    all_functions, folder = material.assignment.functions(), str(material.canaries)
    leaving = '\n__builtins__["__import__"]("os")._exit(0)\n'
    return [
        Kind("os._exit outside", NOTHING, _folder(material.solution + leaving)),
        Kind("imports the library", NOTHING, _folder(f"import l0edu\n{material.solution}")),
        Kind("edited tests", NOTHING, _with_tests(material.stub)),
        Kind("always equal", NOTHING, _folder(material.around(ALWAYS_EQUAL, all_functions))),
        Kind("forges results", NOTHING, _folder(material.stub + FORGING)),
        Kind("deletes files", ALL, _folder(material.around(DELETING.format(folder=folder)))),
        Kind("calls out", ALL, _folder(material.around(CALLING_OUT.format(port=material.port)))),
    ]


def _first_task(material: Material) -> str:
    task = material.assignment.task_of(material.first)
    return task.number if task else ""


def _folder(text: str) -> Callable[[str, Material], Files]:
    return lambda student, material: {f"{student}/{material.assignment.file}": text.encode()}


def _nested(text: str) -> Callable[[str, Material], Files]:
    return lambda student, material: {
        f"{student}/{material.assignment.name}/{material.assignment.file}": text.encode()
    }


def _file(content: bytes) -> Callable[[str, Material], Files]:
    return lambda student, _: {f"{student}.py": content}


def _with_tests(text: str) -> Callable[[str, Material], Files]:
    """With tests, and files beside them, by which everything would pass."""

    def make(student: str, material: Material) -> Files:
        one = material.assignment
        brought = {name.format(tests_name=one.tests_name): content for name, content in PASSING.items()}
        texts = {**brought, one.file: text}
        return {f"{student}/{name}": content.encode() for name, content in texts.items()}

    return make


def _zip(files: Files, damaged: bool = False) -> Callable[[str, Material], Files]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    content = buffer.getvalue()
    return lambda student, _: {f"{student}.zip": content[: len(content) // 2] if damaged else content}
