"""Do both ways to call a student's function return the same values and say the same about errors?"""

from textwrap import dedent

import numpy as np
import pytest

from l0edu.course.grading.imports import imports_of
from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.running import StudentError
from l0edu.course.isolation.student import Direct
from l0edu.errors import InputError


@pytest.fixture(params=[Direct, Isolated])
def written(request, tmp_path):
    """Writes a student's file and returns what calls its functions."""
    students = []

    def write(source, name="gate.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(source if isinstance(source, bytes) else dedent(source).encode())
        students.append(request.param(path))
        return students[-1]

    yield write
    for student in students:
        student.close()


def complaint(call, *arguments):
    with pytest.raises(StudentError) as caught:
        call(*arguments)
    return str(caught.value)


# ---- values


def test_values_go_in_and_come_back(written):
    student = written("""
        import numpy as np

        def twice(x):
            return x * 2

        def several(*values):
            return {"values": values, "mean": np.mean(values[0])}
        """)
    assert student.twice(1.5) == 3.0
    assert student.twice(np.float32([1, 2])).dtype == np.float32
    np.testing.assert_array_equal(student.twice(np.array([[1], [2]])), [[2], [4]])
    assert student.several([0, 1], "a", None, (True,)) == {
        "values": ([0, 1], "a", None, (True,)),
        "mean": 0.5,
    }


def test_a_function_that_changes_its_arguments_changes_copies(written):
    student = written("""
        def spoil(x, names):
            x[:] = 0
            names.clear()
        """)
    x, names = np.ones(3), ["a"]
    assert student.spoil(x, names) is None
    assert x.sum() == 3
    assert names == ["a"]


def test_any_callable_is_a_function(written):
    student = written("""
        import functools, operator
        def add(a, b): return a + b
        one_more = functools.partial(add, 1)
        minus = lambda a: -a
        """)
    assert student.one_more(2) == 3
    assert student.minus(2) == -2


def test_a_file_may_define_dataclasses_and_keep_state(written):
    student = written("""
        from __future__ import annotations
        from dataclasses import dataclass

        @dataclass
        class Gate:
            beta: float = 0.5

        calls = []

        def beta():
            calls.append(1)
            return Gate().beta + len(calls)
        """)
    assert [student.beta(), student.beta()] == [1.5, 2.5]


@pytest.mark.parametrize("name", ["größe & maß/gate.py", "two words/my gate.py", "a.b.py"])
def test_a_path_may_have_spaces_umlauts_and_dots(written, name):
    student = written("def two(): return 2\ndef wrong(): return 1 / 0", name)
    assert student.two() == 2
    assert complaint(student.wrong).startswith(f"{name.split('/')[-1]}, line 2, in wrong: ZeroDivisionError")


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_windows_line_ends_and_byte_order_marks_do_not_matter(written, start):
    student = written(start + "def größe():\r\n    return 'groß'\r\n".encode())
    assert student.größe() == "groß"


def test_a_declared_encoding_is_respected(written):
    student = written("# -*- coding: latin-1 -*-\ndef word(): return 'groß'".encode("latin-1"))
    assert student.word() == "groß"


def test_no_compiled_file_is_left_behind(written, tmp_path):
    written("def two(): return 2").two()
    assert [path.name for path in tmp_path.iterdir()] == ["gate.py"]


def test_a_file_that_was_just_changed_is_read_anew(written):
    assert [written(f"def digit(): return {digit}").digit() for digit in (1, 2, 3)] == [1, 2, 3]


# ---- errors


def test_a_task_that_is_not_started_says_so(written):
    student = written("""
        def sample(log_alpha):
            raise NotImplementedError("task 1.1: write sample")
        """)
    with pytest.raises(NotImplementedError, match=r"task 1\.1: write sample"):
        student.sample(0.5)


def test_a_library_that_does_not_implement_something_is_an_error_of_the_student(written):
    student = written("""
        from autograd import grad
        from autograd.extend import primitive

        def slope(x):
            return grad(primitive(lambda x: x * x))(x)
        """)
    assert complaint(student.slope, 1.0).startswith(
        "gate.py, line 6, in slope: NotImplementedError: VJP of <lambda> wrt argnums (0,) not defined"
    )


def test_a_missing_function_is_named_with_those_that_are_there(written):
    student = written("import numpy as np\nfrom math import sqrt\ndef sampel(): pass\ndef cdf(): pass")
    assert complaint(student.sample) == (
        "gate.py has no function sample: was it renamed? It has: sampel, cdf"
    )


def test_a_name_that_is_no_function_is_named_with_its_class(written):
    assert complaint(written("sample = 0.5").sample) == (
        "gate.py: sample is of the class float: is its function overwritten below?"
    )


def test_an_error_names_the_students_line_and_not_the_librarys(written):
    student = written("""
        import numpy as np

        def helper(x):
            return np.reshape(x, (7, 7))

        def sample(x):
            y = x + 1
            return helper(y)
        """)
    assert complaint(student.sample, np.ones(4)) == (
        "gate.py, line 5, in helper: ValueError: cannot reshape array of size 4 into shape (7,7)\n"
        "    return np.reshape(x, (7, 7))"
    )


def test_a_wrong_number_of_arguments_is_an_error_of_the_function(written):
    assert complaint(written("def sample(x): return x").sample, 1, 2) == (
        "gate.py, in sample: TypeError: sample() takes 1 positional argument but 2 were given"
    )


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "gate.py has no function sample: was it renamed? It has no functions"),
        (b"x = (1,\n", "gate.py, line 1: SyntaxError: '(' was never closed\n    x = (1,"),
        (b"def f():\nreturn 1\n", "gate.py, line 2: IndentationError: expected an indented block"),
        (b"a = 1\r\nb = = 2\r\n", "gate.py, line 2: SyntaxError: invalid syntax\n    b = = 2"),
        (b"import nump\n", "gate.py, line 1: ModuleNotFoundError: No module named 'nump'\n    import nump"),
        (b"\n\nx = 1 / 0\n", "gate.py, line 3: ZeroDivisionError: division by zero\n    x = 1 / 0"),
        (b"raise NotImplementedError", "gate.py, line 1: NotImplementedError"),
        (b"import sys\nsys.exit()", "gate.py, line 2: your code ended Python: take exit()"),
        (
            "# a\nword = 'groß'".encode("latin-1"),
            "gate.py, line 2 is not UTF-8: set the editor's encoding to UTF-8",
        ),
        ("x = 1".encode("utf-16"), "gate.py, line 1 is not UTF-8"),
        ("x = 1".encode("utf-16-le"), "gate.py holds a zero byte: save it as UTF-8"),
    ],
)
def test_a_file_that_does_not_load_is_explained_at_every_call(written, source, sentence):
    student = written(source)
    assert complaint(student.sample).startswith(sentence)
    assert complaint(student.sample).startswith(sentence)


def test_a_file_that_is_not_there_is_named(written, tmp_path):
    student = written("")
    (tmp_path / "gate.py").unlink()
    assert complaint(student.sample) == "there is no file gate.py"


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            "(i for i in 'ab')",
            "gate.py: what sample returned is of the class generator: give numbers, arrays",
        ),
        ("[1, print]", "gate.py: what sample returned[1] is of the class builtin_function_or_method"),
        ("Equal()", "gate.py: what sample returned is of the class Equal"),
        ("BOX", "gate.py: what sample returned is an array of objects"),
        ("np.ones(10**7)", "gate.py: what sample returned is too large: arrays may have 64 MiB in all"),
    ],
)
def test_a_result_that_is_not_plain_is_refused(written, result, sentence):
    student = written(f"""
        import numpy as np

        class Equal:
            def __eq__(self, other): return True
            __array__ = __float__ = __eq__

        BOX = np.empty(1, object)
        BOX[0] = Equal()

        def sample():
            return {result}
        """)
    assert complaint(student.sample).startswith(sentence)


def test_leaving_python_in_a_function_is_an_error_of_the_function(written):
    student = written("import sys\ndef stop(): sys.exit(3)\ndef go_on(): return 1")
    assert "gate.py, line 2, in stop: your code ended Python" in complaint(student.stop)
    assert student.go_on() == 1


def test_an_error_that_cannot_be_shown_is_named_by_its_class(written):
    student = written("""
        class Odd(Exception):
            def __str__(self): raise ValueError

        def sample(): raise Odd

        def talk(): raise ValueError("a" * 10**6)
        """)
    assert complaint(student.sample) == "gate.py, line 5, in sample: Odd\n    def sample(): raise Odd"
    assert len(complaint(student.talk)) < 700


def test_an_argument_that_is_not_plain_is_the_checks_mistake(written):
    with pytest.raises(InputError, match="argument 2 of sample is of the class function"):
        written("def sample(x, f): return x").sample(1, lambda x: x)


def test_names_with_an_underscore_are_not_the_students(written):
    student = written("def _own(): return 1")
    with pytest.raises(AttributeError, match="_own"):
        student._own  # noqa: B018
    assert not hasattr(student, "__array__")


# ---- imports


@pytest.mark.parametrize(
    ("source", "packages"),
    [
        ("import numpy as np\nimport os.path, l0edu.gates", {"numpy", "os", "l0edu"}),
        ("def f():\n    from torch.nn import functional", {"torch"}),
        ("from . import other\nfrom .helper import x", {"."}),
        ("__import__('l0edu')\nimportlib.import_module('torch.nn')", {"l0edu", "torch"}),
        ("\ufeffimport numpy\r\nx = '\\d'\r\n", {"numpy"}),
        ("import numpy\nx = (", set()),
        ("x = " + "-" * 100_000 + "1", set()),
        ("import numpy\0", set()),
        ("f()()\n(lambda: 1)()\n__import__(name)", set()),
    ],
)
def test_imports_are_found_wherever_they_stand(source, packages):
    assert imports_of(source) == packages
