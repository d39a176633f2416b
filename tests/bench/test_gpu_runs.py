import json
import runpy
import signal
from pathlib import Path

import pytest
from bench_fakes import FakeWorker

from l0edu import InputError
from l0edu.bench import gpu_suite, processes
from l0edu.bench.device_cases import device_cases
from l0edu.bench.device_run import measure_on
from l0edu.bench.gpu_pages import index_page, record_page, write_pages
from l0edu.bench.gpu_record import bench_in, make_gpu_record, name_of, outcome_of, read_gpu_record
from l0edu.bench.gpu_suite import _free_path, bench_command, is_good, main
from l0edu.bench.gpu_test_run import GRACE
from l0edu.bench.record import Conditions, write_record
from l0edu.bench.rounds import Effort

ROOT = Path(__file__).parents[2]
RUNS = ROOT / "docs" / "gpu-runs"
DEVICE = {"kind": "gpu", "name": "Imagined GPU", "driver": "999.1", "CuPy": "14.2.0"}
REPORT = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="4" hostname="secret">
<testcase classname="tests.gpu.test_a" name="test_good[gpu]" time="1.5">
<properties><property name="two equal runs" value="equal"/></properties></testcase>
<testcase classname="tests.gpu.test_a" name="test_bad" time="0.5"><failure message="/home/x"/></testcase>
<testcase classname="tests.gpu.test_b" name="test_broken" time="3.0"><error message="no"/></testcase>
<testcase classname="tests.gpu.test_b" name="test_left_out" time="0.0"><skipped/></testcase>
</testsuite></testsuites>
"""


def imagined_bench():
    """The record of a benchmark that measured nothing."""

    class Worker(FakeWorker):
        def __init__(self, side, threads, variables):
            super().__init__(side, threads)

        def ask(self, request):
            answer = super().ask(request)
            if request["task"] == "device_environment" and self.side == "ours":
                answer["notes"] = {"l0edu": "0.1.0", "device": dict(DEVICE)}
            return answer

    conditions = Conditions(False, 1, Effort(rounds=2))
    return measure_on("gpu", device_cases("gpu"), conditions, 1.0, start=Worker)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(processes, "PAUSE", 0)


@pytest.fixture
def report(tmp_path):
    (tmp_path / "tests.xml").write_text(REPORT)
    return tmp_path / "tests.xml"


@pytest.fixture
def record(report):
    return make_gpu_record(dict(DEVICE), outcome_of([report], {}), imagined_bench(), seconds=417.4)


# ---- the record


def test_the_report_of_the_tests_is_counted(report):
    tests = outcome_of([report], {})
    assert [tests[kind] for kind in ("passed", "failed", "skipped", "seconds")] == [1, 2, 1, 5.0]
    assert tests["failures"] == ["tests.gpu.test_a::test_bad", "tests.gpu.test_b::test_broken"]
    assert next(iter(tests["slowest"])) == "tests.gpu.test_b::test_broken"
    assert tests["measured"] == {"two equal runs": "equal"}


def test_reports_are_added_up_and_one_that_was_cut_off_is_left_out(report, tmp_path):
    cut, empty = tmp_path / "cut.xml", tmp_path / "empty.xml"
    cut.write_text(REPORT[:200])
    empty.write_text("")
    tests = outcome_of([report, cut, report, empty], {"test_c.py": "its time was over"})
    assert (tests["passed"], tests["failed"]) == (2, 4)
    assert tests["unfinished"] == {"test_c.py": "its time was over"}


def test_without_a_report_nothing_has_passed():
    assert outcome_of([], {})["passed"] == 0


def test_a_record_has_the_device_the_tests_and_the_benchmark_and_no_name_of_a_machine(record):
    assert record["device"] == DEVICE
    assert record["bench"]["cases"]["step/lenet5/1024"]["ratios"]["ours/torch"]["median"] < 1
    assert record["seconds"] == 417
    assert not any(word in json.dumps(record) for word in ("secret", "/home", "site-packages"))


def test_a_record_is_named_after_its_date_and_device(record):
    assert name_of(record) == f"{record['date']}-imagined-gpu"


def test_a_run_that_was_not_on_a_gpu_makes_no_record(report):
    with pytest.raises(InputError, match="on stand-in, and a record is kept of a GPU alone"):
        make_gpu_record({"kind": "stand-in", "name": "stand-in"}, outcome_of([report], {}), None, 1.0)


def test_a_benchmark_that_wrote_nothing_does_not_cost_the_tests(report, tmp_path):
    record = make_gpu_record(dict(DEVICE), outcome_of([report], {}), bench_in(tmp_path / "none.json"), 1.0)
    assert "It wrote no record" in record_page("r", record)
    assert "| 1 | 2 | 0 |  |  |" in index_page({"r": record})
    assert not is_good(record)


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"schema": 1}'])
def test_a_file_that_is_no_record_is_refused(tmp_path, content):
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(InputError, match=r"r.json is no record of a run on a GPU"):
        read_gpu_record(tmp_path / "r.json")


# ---- the pages


def test_the_committed_pages_are_those_of_the_committed_records():
    records = {path.stem: read_gpu_record(path) for path in sorted(RUNS.glob("*.json"))}
    assert (RUNS / "index.md").read_text(encoding="utf-8") == index_page(records)
    pages = {
        path.stem: path.read_text(encoding="utf-8") for path in RUNS.glob("*.md") if path.stem != "index"
    }
    assert pages == {name: record_page(name, record) for name, record in records.items()}


def test_the_committed_records_are_of_a_gpu():
    for path in RUNS.glob("*.json"):
        assert "imagined" not in path.name
        assert read_gpu_record(path)["device"]["kind"] == "gpu"


def test_without_a_record_the_index_says_so_and_how_to_make_one():
    page = index_page({})
    assert "**Nothing here has run on a GPU yet.**" in page
    assert "python benchmarks/gpu.py" in page
    assert (ROOT / "benchmarks" / "gpu.py").is_file()


def test_with_a_record_the_index_leads_to_it_and_does_not_say_that_there_is_none(record):
    page = index_page({name_of(record): record})
    assert "Nothing here has run" not in page
    assert f"| [Imagined GPU, {record['date']}]({name_of(record)}.md) | 1 | 2 | 0 | 0." in page


def test_a_page_has_the_failures_the_ratios_and_what_tests_noted(record):
    page = record_page("r", record)
    assert "1 passed, 2 failed, 1 skipped" in page
    assert "- `tests.gpu.test_a::test_bad`" in page
    assert "| two equal runs | equal |" in page
    assert "| lenet5/1024/TF32 |" in page
    assert "- step/wrn-28-10/128, at most 1.5 times of torch's time without TF32: 0." in page
    assert "Nothing is missing." in page


def test_an_aim_is_held_against_the_faster_torch(record):
    ratios = record["bench"]["cases"]["step/lenet5/1024"]["ratios"]
    ratios["ours/torch"]["median"] = 1.6
    assert "step/lenet5/1024, at most 1.5 times of torch's time without TF32: 1.60, missed" in record_page(
        "r", record
    )


def test_a_page_says_what_is_missing(record):
    del record["bench"]["cases"]["step/lenet5/1024"]
    record["bench"]["missing"] = {"step/lenet5/1024": "no time was left"}
    page = record_page("r", record)
    assert "- step/lenet5/1024: no time was left" in page
    assert "step/lenet5/1024, at most 1.5 times of torch's time without TF32: not measured" in page


def test_a_page_says_which_tests_did_not_come_to_their_end(record):
    assert "Not run to the end" not in record_page("r", record)
    record["tests"]["unfinished"] = {"test_c.py": "its time was over"}
    assert "Not run to the end:\n\n- test_c.py: its time was over\n" in record_page("r", record)


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({}, True),
        ({"passed": 0}, False),
        ({"failed": 1}, False),
        ({"unfinished": {"test_c.py": "its time was over"}}, False),
    ],
)
def test_a_run_is_good_when_all_ran_and_passed_and_nothing_is_missing(record, changes, good):
    tests = {"passed": 1, "failed": 0, "unfinished": {}, **changes}
    assert is_good({**record, "tests": tests}) is good
    missing = {**record["bench"], "missing": {"step/mlp/100": "no time was left"}}
    assert not is_good({**record, "tests": tests, "bench": missing})


def test_every_line_of_a_table_has_as_many_cells(record):
    tables = record_page("r", record).split("\n\n")
    for table in (part for part in tables if part.startswith("|")):
        assert len({line.count("|") for line in table.strip().splitlines()}) == 1


def test_pages_are_written_for_every_record(record, tmp_path):
    write_record(record, tmp_path / f"{name_of(record)}.json")
    assert [path.name for path in write_pages(tmp_path)] == [f"{name_of(record)}.md", "index.md"]


# ---- the script


def test_the_limits_leave_all_of_it_under_eight_minutes():
    assert gpu_suite.LIMIT < 480
    assert gpu_suite.TESTS + 4 * GRACE + gpu_suite.LAST_CASE < gpu_suite.LIMIT


def test_the_benchmark_is_the_command_that_the_page_names(tmp_path):
    assert bench_command("gpu", 150.0, tmp_path)[1:6] == ["-m", "l0edu", "bench", "--device", "gpu"]
    assert bench_command("gpu", 150.0, tmp_path)[-2:] == ["--minutes", "2.500"]


def imagined_programs(monkeypatch, bench):
    """Programs that write what tests and benchmark would."""

    def run_tests(root, reports, seconds):
        (reports / "0.xml").write_text(REPORT)
        return {}

    def run(seconds, command, root):
        write_record(bench, Path(command[command.index("--out") + 1]))
        monkeypatch.setattr(gpu_suite, "device_facts", None)  # the device does not answer any more

    monkeypatch.setattr(gpu_suite, "module_of", lambda device: None)
    monkeypatch.setattr(gpu_suite, "device_facts", lambda device: dict(DEVICE))
    monkeypatch.setattr(gpu_suite, "run_tests", run_tests)
    monkeypatch.setattr(gpu_suite, "run_within", run)


def test_a_run_leaves_record_page_and_index_and_ends_with_1_where_a_test_failed(
    monkeypatch, capsys, tmp_path
):
    (tmp_path / "docs" / "gpu-runs").mkdir(parents=True)
    imagined_programs(monkeypatch, imagined_bench())
    assert main(tmp_path) == 1
    assert "1 tests passed, 2 failed, 1 skipped, 0 files not finished; 0 cases" in capsys.readouterr().out
    names = sorted(
        path.name.partition("-imagined-gpu")[2] for path in (tmp_path / "docs" / "gpu-runs").iterdir()
    )
    assert names == ["", ".json", ".md"]


def test_without_a_gpu_the_script_says_so_in_one_line_and_runs_nothing(monkeypatch, capsys, tmp_path):
    def nothing(device):
        raise InputError("CuPy is not installed: install it")

    monkeypatch.setattr(gpu_suite, "module_of", nothing)
    monkeypatch.setattr(gpu_suite, "run_tests", None)
    assert main(tmp_path) == 2
    assert capsys.readouterr().err == "l0edu: CuPy is not installed: install it\n"


def test_a_package_that_is_missing_is_told_before_anything_runs(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(gpu_suite, "find_spec", lambda name: None if name == "tqdm" else name)
    assert main(tmp_path, "stand-in") == 2
    assert capsys.readouterr().err == "l0edu: tqdm not found: pip install tqdm\n"


def test_the_script_can_interrupt_what_it_starts_though_its_shell_lets_it_ignore_interrupts(monkeypatch):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        monkeypatch.setattr(gpu_suite, "main", lambda root: 0)
        with pytest.raises(SystemExit):
            runpy.run_path(str(ROOT / "benchmarks" / "gpu.py"), run_name="__main__")
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_second_record_of_a_day_replaces_none(tmp_path):
    assert _free_path(tmp_path, "day-gpu").name == "day-gpu.json"
    (tmp_path / "day-gpu.json").touch()
    assert _free_path(tmp_path, "day-gpu").name == "day-gpu-2.json"
