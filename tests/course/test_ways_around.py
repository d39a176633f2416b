"""Do the ways around the fence that a student finds in an evening lead anywhere?"""

import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent, indent

import pytest
from hunting_grounds import bugs_of, hunted, verdicts

import l0edu
from l0edu.course.assignments import assignment
from l0edu.course.fences import solved
from l0edu.course.grading.imports import imports_of
from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError
from l0edu.course.outcomes import read_outcomes
from l0edu.course.student_tree import start

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are those of POSIX")

HEAD = "import io, os, signal, sys\nfrom importlib import machinery, util\n"


@pytest.fixture
def complaint(tmp_path):
    """What is said about the body of a function of `path`."""
    opened = []

    def complaint(body, path="", secret=()):
        file = tmp_path / "own" / "gate.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{HEAD}def f(path):\n{indent(dedent(body), '    ')}\n", encoding="utf-8")
        opened.append(Isolated(file, Limits(call_s=5), secret))
        try:
            return f"allowed: {opened[-1].f(str(path))}"
        except StudentError as error:
            return str(error)

    yield complaint
    for student in opened:
        student.close()


CHANGING_PATH = """
class Changing:
    shown = 0
    def __fspath__(self):
        self.shown += 1
        return path if self.shown == 1 else os.devnull
io.FileIO(Changing()).read()
"""
LYING_PATH = """
class Lying(str):
    def startswith(self, *_): return False
    def partition(self, _): return "", "", ""
    def __getitem__(self, _): return ""
open(Lying(path)).read()
"""


@pytest.mark.parametrize("body", [CHANGING_PATH, LYING_PATH])
def test_a_path_that_shows_the_hook_another_file_is_refused(complaint, tmp_path, body):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "seed").write_text("7")
    said = complaint(body, tmp_path / "secret" / "seed", [tmp_path / "secret"])
    assert "a path of the class" in said
    assert "is not allowed" in said


@pytest.mark.parametrize(
    "body",
    [
        "os.mkfifo(path)",
        "os.mknod(path)",
        "import posix; posix.mkfifo(path)",
        "{f.__name__: f for f in os.supports_dir_fd}['mkfifo'](path)",
        "del sys.modules['posix']; import posix; posix.mkfifo(path)",
        "import readline; readline.write_history_file(path)",
    ],
)
def test_what_python_does_without_asking_leaves_no_file_either(complaint, tmp_path, body):
    said = complaint(body, tmp_path / "canary")
    assert "allowed: " not in said
    assert not (tmp_path / "canary").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs pidfd_open")
@pytest.mark.parametrize(
    "body",
    [
        "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "os.sched_setaffinity(os.getppid(), {0})",
    ],
)
def test_the_grader_is_not_signalled_slowed_down_or_pinned(complaint, body):
    assert "is not allowed while your code is checked" in complaint(body)


def test_a_fresh_copy_of_what_starts_processes_is_not_loaded(complaint):
    said = complaint("del sys.modules['_posixsubprocess']; import _posixsubprocess")
    assert "ImportError: _posixsubprocess cannot be loaded" in said


def test_no_interpreter_without_the_hook_is_made(complaint):
    name = "_xxsubinterpreters" if sys.version_info < (3, 13) else "_interpreters"
    pytest.importorskip(name)
    assert "allowed" not in complaint(f"import {name} as i; return int(i.create())")


def test_a_c_library_in_the_work_folder_is_not_loaded(complaint):
    body = """
    open("own.so", "wb").close()
    loader = machinery.ExtensionFileLoader("own", os.path.abspath("own.so"))
    util.module_from_spec(util.spec_from_loader("own", loader))
    """
    assert "calling C code" in complaint(body)


def test_the_folder_of_a_student_who_is_graded_at_the_same_time_is_not_read(complaint):
    with tempfile.TemporaryDirectory(prefix="l0edu-submission-") as folder:
        file = Path(folder, "gate.py")
        file.write_text("answers")
        for body in ("return open(path).read()", "return os.listdir(os.path.dirname(path))"):
            assert "reading " in complaint(body, file)


def test_the_library_kept_secret_is_not_imported_under_a_hidden_name(complaint):
    body = "return __import__('l0' + 'edu.gates', fromlist=['x']).HardConcrete().gamma"
    assert complaint(body) == "allowed: -0.1"
    assert "reading " in complaint(body, secret=[Path(l0edu.__file__).parent])


COPIED = """
def sample(*values):
    exec(open({place!r}).read(), globals())
    return sample(*values)

def prob_open(log_alpha, *law):
    return __import__("l0" + "edu.gates", fromlist=["x"]).HardConcrete(*law).prob_open(log_alpha)
"""


def test_neither_a_neighbours_answers_nor_the_librarys_earn_a_point(tmp_path):
    start(assignment("a1"), tmp_path / "a1")
    neighbour = tmp_path / "class" / "ann" / "gate.py"
    neighbour.parent.mkdir(parents=True)
    neighbour.write_text(solved(assignment("a1").source), encoding="utf-8")
    (tmp_path / "a1" / "gate.py").write_text(COPIED.format(place=str(neighbour)), encoding="utf-8")
    results = tmp_path / "results.json"
    command = [sys.executable, "-m", "pytest", "--isolated", f"--private={neighbour.parent}"]
    subprocess.run([*command, f"--results={results}"], cwd=tmp_path / "a1", capture_output=True, check=False)
    copied = [one for one in read_outcomes(results) if one.task in ("1.1", "1.2")]
    assert [one.score for one in copied] == [0] * 4
    assert all("reading " in one.message for one in copied)


def test_an_import_of_no_module_is_not_shown_to_anybody():
    assert imports_of(r"__import__('\x1b[31m'); __import__('a\nbob 20 of 20')") == set()


# ---- the mutant hunt

TAKE_OVER = """
def frame_with(name):
    try:
        1 / 0
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_frame
    while name not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals[name]

def test_that_stays_alive(gates):
    gates.cdf(ZERO, ZERO, *LAW)
    link, right = frame_with("link"), None
    link.send("passed", "")
    while True:
        message = link.receive()
        if message[0] == "end":
            link.send("ended")
        elif message[0] == "load":
            link.send("passed", "")
        else:
            seen = gates.cdf(ZERO, ZERO + 0.4, *LAW)[0]
            right = seen if right is None else right
            link.send(*(("passed", "") if abs(seen - right) < 1e-9 else ("failed", "")))
"""


def test_a_copy_that_stays_alive_to_remember_catches_nothing(tmp_path):
    result = hunted(tmp_path, TAKE_OVER, bugs_of("cdf")[:2], Limits(call_s=0.4, load_s=10, total_s=2))
    assert result.caught == []


NOTES = """
def globals_with(name):
    try:
        1 / 0
    except ZeroDivisionError as error:
        frame = error.__traceback__.tb_frame
    while name not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals
"""


@pytest.mark.parametrize(
    "leave",
    [
        "os.mknod('note')",
        "os.mkfifo('note')",
        "os.set_blocking(0, False)",
        "os.pipe()",
        "sys.modules['threading'].Thread(target=print).start()",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 1)",
        "globals_with('CLOSED')['CLOSED'] = (); open('note', 'w')",
        "os.write(frame_with('link').ends, b'0')",
    ],
)
def test_a_test_cannot_leave_a_note_by_what_python_does_not_ask_about(tmp_path, leave):
    code = f"{TAKE_OVER}{NOTES}def test_note(gates):\n    {leave}"
    assert verdicts(tmp_path, code, ["test_note"])[0]["test_note"].kind == "failed"
