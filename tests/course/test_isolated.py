"""Is a grader safe from a student's file that loops, prints, crashes, forges answers or breaks in?"""

import sys
import time
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from l0edu.course.isolation.isolated import Isolated
from l0edu.course.isolation.limits import Limits
from l0edu.course.isolation.running import StudentError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limits are those of POSIX")

WRITE_EVERYWHERE = """
    import os

    def write_everywhere(junk):
        for descriptor in range(21):
            try:
                os.write(descriptor, junk)
            except OSError:
                pass
        return 1
    """


@pytest.fixture
def isolated(tmp_path):
    """Writes a student's file and returns what calls its functions; `def two(): return 2` is always there."""
    students = []

    def write(source, secret=(), **limits):
        (tmp_path / "gate.py").write_text(dedent(source) + "\ndef two(): return 2\n", encoding="utf-8")
        students.append(Isolated(tmp_path / "gate.py", Limits(**limits), secret))
        return students[-1]

    yield write
    for student in students:
        student.close()


def complaint(call, *arguments):
    with pytest.raises(StudentError) as caught:
        call(*arguments)
    return str(caught.value)


def is_alive(process):
    """Whether a process runs; a dead one that nobody waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


# ---- time


def test_a_forgotten_breakpoint_is_called_by_its_name(tmp_path):
    file = tmp_path / "gate.py"
    file.write_text("def f():\n    breakpoint()\n")
    with Isolated(file) as student, pytest.raises(StudentError, match=r"line 2, in f: .*take it out before"):
        student.f()


def test_an_endless_loop_is_stopped_once_and_the_other_functions_go_on(isolated):
    student = isolated("def loop():\n    while True: pass", call_s=0.4)
    assert complaint(student.loop) == "gate.py: loop was stopped after 0.4 s: is there an endless loop?"
    start = time.monotonic()
    assert complaint(student.loop) == "gate.py: loop took too long before, and is not called again"
    assert time.monotonic() - start < 0.1
    assert student.two() == 2


def test_an_endless_loop_at_import_is_stopped_once(isolated):
    student = isolated("while True: pass", load_s=0.4)
    assert complaint(student.two) == (
        "gate.py was stopped after 0.4 s while it was loaded: "
        "is there an endless loop, or an experiment, outside the functions?"
    )
    start = time.monotonic()
    assert "while it was loaded" in complaint(student.two)
    assert time.monotonic() - start < 0.1


def test_all_calls_together_have_a_limit(isolated):
    student = isolated("import time\ndef wait(s): time.sleep(s)", total_s=1.0)
    student.wait(0.6)
    assert complaint(student.wait, 9).startswith(
        "gate.py: wait was stopped when the 1 s for all calls were over"
    )
    assert complaint(student.two) == "gate.py: two was not called: the 1 s for all calls are used up"


def test_a_loop_that_catches_every_error_is_stopped(isolated):
    student = isolated(
        """
        import os, signal, time

        signal.signal(signal.SIGTERM, signal.SIG_IGN)

        def hold(n):
            while True:
                try:
                    time.sleep(n)
                except BaseException:
                    pass
        """,
        call_s=0.4,
    )
    assert "was stopped after" in complaint(student.hold, 60)


def test_threads_that_are_left_running_end_with_the_process(isolated):
    student = isolated("""
        import os, threading, time

        def leave():
            threading.Thread(target=lambda: time.sleep(600)).start()
            return os.getpid()
        """)
    process = student.leave()
    assert is_alive(process)
    student.close()
    assert not is_alive(process)


# ---- the end of the process


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("os._exit(3)", "ended Python (exit code 3): take exit(), quit() and os._exit() out of it"),
        ("os.kill(os.getpid(), 11)", "crashed Python (SIGSEGV)"),
        ("raise KeyboardInterrupt", "crashed Python (SIGINT)"),
        ("os.closerange(0, 50)", "ended Python (exit code 1)"),
    ],
)
def test_a_function_that_ends_its_process_is_reported_and_the_next_call_gets_a_new_one(
    isolated, line, sentence
):
    student = isolated(f"import os\ndef stop():\n    {line}")
    assert complaint(student.stop).startswith(f"gate.py: stop {sentence}")
    assert student.two() == 2


def test_ending_python_at_import_is_reported_at_every_call(isolated):
    student = isolated("import os\nos._exit(0)")
    for _ in range(2):
        assert complaint(student.two).startswith("gate.py, while it was loaded, ended Python (exit code 0)")


# ---- memory and output


@pytest.mark.parametrize("make", ["bytearray(2**31)", "np.ones(2**28)", "[0] * 2**28"])
def test_two_gigabytes_are_a_memory_error(isolated, make):
    student = isolated(f"import numpy as np\ndef hoard():\n    return len({make})")
    assert complaint(student.hoard).startswith("gate.py, line 3, in hoard: MemoryError")
    assert student.two() == 2


def test_much_that_is_printed_is_dropped_but_for_its_end(isolated):
    student = isolated("""
        def flood():
            for _ in range(100):
                print("a" * 10**6)
            print("größe: \\x1b[31m")
            return 1
        """)
    assert student.flood() == 1
    student.close()
    assert student.printed.endswith("größe: ?[31m\n")
    assert len(student.printed) <= 4000


def test_what_is_printed_is_no_answer_and_nothing_can_be_read(isolated):
    student = isolated("""
        import sys

        def talk():
            print('{"number": 1, "value": 2}')
            sys.stderr.write("to the other stream")
            return sys.stdin.read()
        """)
    assert student.talk() == ""
    student.close()
    assert student.printed == '{"number": 1, "value": 2}\nto the other stream'


def test_a_file_beyond_its_limit_is_refused(isolated):
    student = isolated("def fill():\n    open('large', 'wb').write(b'a' * 2**21)", file_mb=1)
    assert "in fill: OSError: [Errno 27] File too large" in complaint(student.fill)


# ---- forged answers


@pytest.mark.parametrize("junk", [b"\xff", b"\0" * 64, b"\0\0\0\x02\0\0\0\0{}", b"\0\0\0\x04\0\0\0\0null"])
def test_junk_in_the_graders_pipe_is_noticed(isolated, junk):
    student = isolated(WRITE_EVERYWHERE + f"\n    def forge(): return write_everywhere({junk!r} * 20)")
    assert complaint(student.forge) == "gate.py: forge wrote into the grader's own pipe"
    assert student.two() == 2


def test_an_answer_ahead_of_time_does_not_become_that_of_the_next_call(isolated):
    forged = b'\0\0\0\x19\0\0\0\0{"number": 3, "value": 7}'
    student = isolated(WRITE_EVERYWHERE + f"\n    def forge(): return write_everywhere({forged!r})")
    assert "wrote into the grader's own pipe" in complaint(student.forge)
    assert student.two() == 2


def test_a_message_that_promises_more_than_it_brings_is_cut_off(isolated):
    source = WRITE_EVERYWHERE + "\n    def forge(): return write_everywhere(b'\\0\\0\\xff\\0\\0\\xff\\0\\0')"
    student = isolated(source, call_s=0.5)
    assert "was stopped after 0.5 s" in complaint(student.forge)


def test_a_child_that_does_not_read_does_not_stop_the_grader(isolated):
    student = isolated(
        """
        import os, signal, threading

        def freeze():
            threading.Timer(0.05, lambda: os.kill(os.getpid(), signal.SIGSTOP)).start()

        def size(x): return x.size
        """,
        call_s=0.4,
    )
    student.freeze()
    time.sleep(0.1)
    assert complaint(student.size, np.zeros(2**20)).startswith("gate.py: size was stopped after 0.4 s")
