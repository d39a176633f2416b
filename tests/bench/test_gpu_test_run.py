import os
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from l0edu.bench import gpu_test_run
from l0edu.bench.gpu_record import outcome_of
from l0edu.bench.gpu_test_run import Part, parts_of, run_tests, run_within, suite_command

ROOT = Path(__file__).parents[2]
FILES = {  # of a checkout's tests
    "test_good.py": "def test_one(): pass",
    "test_bad.py": "def test_two(): assert False",
    "test_dead.py": "import os\ndef test_three(): os._exit(7)",
    "test_unmarked.py": "def test_four(): pass",
    "test_stuck.py": "import time\ndef test_five(): pass\ndef test_six(): time.sleep(60)",
}


@pytest.fixture
def checkout(tmp_path):
    """One with tests that pass, fail, end their process, are not marked, or do not end."""
    folder = tmp_path / "tests" / "gpu"
    folder.mkdir(parents=True)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = gpu: marked\n")
    for name, code in FILES.items():
        mark = "" if "unmarked" in name else "import pytest\npytestmark = pytest.mark.gpu\n"
        (folder / name).write_text(mark + code + "\n")
    return tmp_path


def test_tests_run_by_file_and_what_does_not_end_is_named_and_costs_no_other_file(checkout, capsys):
    reports = checkout / "reports"
    reports.mkdir()
    unfinished = run_tests(checkout, reports, seconds=12)
    assert unfinished == {"test_dead.py": "ended with status 7", "test_stuck.py": "its time was over"}
    tests = outcome_of(reports.glob("*.xml"), unfinished)
    assert (tests["passed"], [name.partition("::")[2] for name in tests["failures"]]) == (1, ["test_two"])
    assert "test_good.py\n" in capsys.readouterr().out


def test_without_time_no_file_is_begun(checkout):
    assert run_tests(checkout, checkout, seconds=0) == dict.fromkeys(sorted(FILES), "no time was left")


def test_every_file_of_tests_is_run_and_the_longest_is_begun_first():
    parts = parts_of(ROOT)
    assert [str(part) for part in parts[:2]] == ["test_forms.py (float32)", "test_forms.py (not float32)"]
    names = {path.name for path in (ROOT / "tests" / "gpu").glob("test_*.py")}
    assert {part.file for part in parts} == names
    assert len(parts) == len(names) + 1


def test_a_command_runs_the_marked_tests_of_a_part(tmp_path):
    command = suite_command(Part("test_a.py", "float32"), tmp_path / "t.xml")
    assert command[1:6] == ["-m", "pytest", "-m", "gpu", "tests/gpu/test_a.py"]
    assert command[7:9] == ["-k", "float32"]
    assert "-k" not in suite_command(Part("test_a.py", ""), tmp_path / "t.xml")


# ---- a program within a time


def python(code):
    return [sys.executable, "-c", dedent(code)]


def test_a_program_that_ends_in_time_is_left_alone(tmp_path):
    assert run_within(30, python("raise SystemExit(3)"), tmp_path) == 3


def test_a_program_imports_from_the_checkout_wherever_it_goes(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    code = "import os; os.chdir('/'); print(os.environ['PYTHONPATH'])"
    run_within(30, python(code), tmp_path, tmp_path / "said.txt")
    assert (tmp_path / "said.txt").read_text().strip() == f"{tmp_path}{os.pathsep}elsewhere"


def test_a_program_whose_time_is_over_can_write_what_it_has(tmp_path):
    code = """
    import time
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        open("kept", "w").close()
    """
    run_within(2, python(code), tmp_path)
    assert (tmp_path / "kept").exists()


def test_a_program_that_does_not_listen_is_killed(monkeypatch, tmp_path):
    monkeypatch.setattr(gpu_test_run, "GRACE", 0.2)
    started = time.monotonic()
    assert run_within(
        1, python("import signal, time; signal.signal(2, signal.SIG_IGN); time.sleep(60)"), tmp_path
    )
    assert time.monotonic() - started < 20
