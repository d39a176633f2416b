"""Does the mutant hunt survive tests that loop, exit, print, peek, remember or lie, and give them nothing?"""

import pytest
from hunting_grounds import GOOD, caught_names, hunted, verdicts

from l0edu.course.hunt import hunt
from l0edu.course.isolation.limits import Limits

FORGE = """
def forge(data):
    for descriptor in range(3, 12):
        try:
            os.write(descriptor, data)
        except OSError:
            pass
"""
CALL = "    gates.cdf(ZERO, ZERO, *LAW)\n"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("while True: pass", "takes longer than 1.5 s"),
        ("raise SystemExit", "ends Python"),
        ("raise KeyboardInterrupt", "ends Python"),
        ("os._exit(0)", "ends Python"),
        ("os._exit(77)", "writes into the pipe to the grader"),
        ("os.abort()", "ends Python"),
        ("np.ones(10**10)", "runs out of memory"),
        ("forge(b'x' * 99)", "writes into the pipe to the grader"),
        ("forge(bytes(8))", "writes into the pipe to the grader"),
    ],
)
def test_a_test_that_ends_its_process_is_out_and_the_others_go_on(tmp_path, code, why):
    result = hunted(tmp_path, f"{FORGE}def test_bad(gates):\n{CALL}    {code}\n\n{GOOD}")
    assert result.out == {"test_bad": why}
    assert {test for tests in result.caught_by.values() for test in tests} == {"test_half"}
    assert result.quiet < 1


def test_a_test_that_loops_only_on_a_bug_loses_what_it_caught(tmp_path):
    code = "    z = gates.cdf(ZERO, ZERO, *LAW)[0]\n    assert z < 0.6\n    while z < 0.1: pass\n"
    result = hunted(tmp_path, f"def test_loop(gates):\n{code}{GOOD}")
    assert result.false_alarms == {}
    assert result.out == {"test_loop": "takes longer than 1.5 s"}
    assert "test_loop" not in str(result.caught_by)


def test_what_a_test_prints_goes_nowhere(tmp_path, capfd):
    result = hunted(
        tmp_path, "print('a' * 100_000)\n" + GOOD.replace(":\n", ":\n    print('b' * 100_000)\n", 1)
    )
    assert caught_names(result)
    assert capfd.readouterr() == ("", "")


PEEKING = """
def test_peek(gates):
    f = gates.cdf
    code = [f.__code__.co_filename[-20:], f.__code__.co_consts, f.__code__.co_code.hex()[:99]]
    cells = [type(cell.cell_contents).__name__ for cell in f.__closure__]
    names = [f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__signature__, f.__defaults__]
    assert False, [code, cells, names, hasattr(f, "__wrapped__"), hasattr(f, "entry"), len(vars(gates))]
"""


def test_what_a_test_sees_of_a_function_is_the_same_in_every_version(tmp_path):
    seen = [run["test_peek"].why for run in verdicts(tmp_path, PEEKING, ["test_peek"])]
    assert "cdf" in seen[0]
    assert len(set(seen)) == 1
    assert "False, False, 16]" in seen[0]


def test_the_process_of_a_test_holds_no_version_of_the_functions(tmp_path):
    code = "def test_look(gates):\n    assert False, [name for name in sys.modules if 'l0edu' in name]"
    seen = verdicts(tmp_path, code, ["test_look"])[0]["test_look"].why
    assert seen.endswith("AssertionError: []")


@pytest.mark.parametrize(
    "place",
    ["globals()", "np.__builtins__", "vars(np)", "vars(sys)", "vars(gates.cdf)"],
)
def test_a_test_cannot_remember_in_python(tmp_path, place):
    code = f"    place = {place}\n    assert 'seen' not in place\n    place['seen'] = 'yes'\n"
    code = f"def test_memory(gates):\n{code}"
    assert [run["test_memory"].kind for run in verdicts(tmp_path, code, ["test_memory"])] == ["passed"] * 3


@pytest.mark.parametrize(
    "leave",
    [
        "np.save('note.npy', ZERO)",
        "open('note', 'w')",
        "os.mkdir('note')",
        "os.symlink('a', 'note')",
        "os.rename('a', 'b')",
        "os.environ.update(seen='yes')",
        "os.fork()",
    ],
)
def test_a_test_cannot_leave_a_note_elsewhere(tmp_path, leave):
    (first, *_) = verdicts(tmp_path, f"def test_note(gates):\n    {leave}", ["test_note"])
    assert first["test_note"].kind == "failed"
    assert "is refused" in first["test_note"].why or "not allowed" in first["test_note"].why


def test_a_test_cannot_tell_a_bug_by_which_tests_run_before_it(tmp_path):
    code = f"""
ran = []
def test_of_nothing(gates):
    ran.append(1)
def test_that_counts(gates):
{CALL}    assert ran
"""
    result = hunted(tmp_path, code)
    assert list(result.false_alarms) == ["test_that_counts"]
    assert result.caught == []


def test_warnings_and_numpys_own_assertions_work_as_ever(tmp_path):
    code = """
def test_testing(gates):
    np.log(np.zeros(2)), np.fft.fft(ZERO), np.linalg.inv(np.eye(2)), np.polynomial.Polynomial([1, 2])
    np.testing.assert_allclose(gates.cdf(ZERO, ZERO + 0.7, *LAW), 0.6)
"""
    run = verdicts(tmp_path, code, ["test_testing"])[0]["test_testing"]
    assert "AssertionError: Not equal to tolerance" in run.why


def test_a_file_may_lie_anywhere_and_have_windows_line_ends(tmp_path):
    (tmp_path / "ä b").mkdir()
    result = hunted(tmp_path / "ä b", ("# \\d ä\n" + GOOD).replace("\n", "\r\n"))
    assert caught_names(result)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("def test_(", "is no Python"),
        ("import l0edu", "test_gates.py imports l0edu: a7 is to be written with numpy and no other"),
        ("1 / 0", "does not load: line 5: ZeroDivisionError: division by zero"),
        ("raise SystemExit", "does not load: ends Python"),
        ("os._exit(0)", "does not load: it ends Python"),
        (GOOD + GOOD, "has two tests of the name test_half"),
        ("\n".join(f"def test_{i}(gates): pass" for i in range(101)), "has 101 tests: write at most 100"),
    ],
)
def test_a_file_that_cannot_be_hunted_with_says_why(tmp_path, code, trouble):
    result = hunted(tmp_path, code + "\n" + (GOOD if "test_" not in code else ""))
    assert trouble in result.trouble
    assert result.caught == []


def test_a_hunt_that_takes_too_long_ends_and_counts_nothing(tmp_path):
    slow = f"def test_slow(gates):\n{CALL}    sum(range(3_000_000))\n"
    result = hunted(tmp_path, slow + GOOD, limits=Limits(call_s=30, total_s=0.5))
    assert "longer than 0.5 s in all" in result.trouble
    assert result.caught == []


def test_a_missing_file_is_trouble_and_no_crash(tmp_path):
    assert hunt(tmp_path / "test_gates.py", planted=[]).trouble.startswith("test_gates.py cannot be read: ")
