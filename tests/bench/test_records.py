import json
from copy import deepcopy
from dataclasses import replace

import pytest
from bench_fakes import fake_record

from l0edu import InputError
from l0edu.bench import processes
from l0edu.bench.cases import GROUPS, all_cases
from l0edu.bench.comparison import find_regressions, why_incomparable
from l0edu.bench.environment import machine, numpy_blas, peak_mib
from l0edu.bench.record import read_record, write_record
from l0edu.bench.report import format_record


@pytest.fixture(scope="module")
def record():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "PAUSE", 0)
        return fake_record()


def test_a_record_keeps_every_rounds_numbers(record):
    case = record["cases"]["step/mlp/initial"]
    assert len(case["values"]["ours"]["rounds"]) == record["rounds"] == 4
    assert case["ratios"]["ours/torch"]["median"] == pytest.approx(0.5, abs=0.01)
    assert record["libraries"]["ours"]["blas"]["kernel"] == "Zen"
    assert {case["group"] for case in record["cases"].values()} == set(GROUPS)


def test_a_record_can_be_written_and_read(record, tmp_path):
    write_record(record, tmp_path / "r.json")
    assert read_record(tmp_path / "r.json") == json.loads(json.dumps(record))


def complete(cases):
    return json.dumps({"schema": 1, "date": "2026-01-01", "quick": False, "threads": 2, "cases": cases})


def test_a_record_without_cases_is_one(tmp_path):
    (tmp_path / "r.json").write_text(complete({}))
    assert read_record(tmp_path / "r.json")["cases"] == {}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        ("{", "no JSON"),
        ("[]", "no record of schema 1"),
        ('{"schema": 0}', "no record of schema 1"),
        ('{"schema": 1, "cases": {}}', "no record of schema 1"),
        (complete([]), "no record of schema 1"),
        (complete({"step/a": {"ratios": []}}), "no record of schema 1"),
        (complete({"step/a": {"ratios": {"ours/torch": {"median": 1.0}}}}), "no record of schema 1"),
    ],
)
def test_a_file_that_is_no_record_is_refused(content, message, tmp_path):
    if content is not None:
        (tmp_path / "r.json").write_text(content)
    with pytest.raises(InputError, match=message):
        read_record(tmp_path / "r.json")


def with_ratio(record, case, pair, median, spread=0.0):
    changed = deepcopy(record)
    quartiles = [median - spread / 2, median + spread / 2]
    changed["cases"][case]["ratios"][pair] = {"median": median, "quartiles": quartiles}
    return changed


STEP = "step/mlp/initial"


@pytest.mark.parametrize(
    ("before", "now", "regressed"),
    [
        ((1.00, 0.0), (1.09, 0.0), False),
        ((1.00, 0.0), (1.11, 0.0), True),
        ((1.00, 0.3), (1.25, 0.0), False),
        ((1.00, 0.0), (1.25, 0.3), False),
        ((1.00, 0.2), (1.25, 0.2), True),
        ((1.00, 0.0), (0.50, 0.0), False),
    ],
)
def test_a_ratio_regresses_when_it_grows_by_more_than_a_tenth_and_either_spread(
    record, before, now, regressed
):
    old, new = (with_ratio(record, STEP, "ours/torch", *numbers) for numbers in (before, now))
    assert bool(find_regressions(new, old)) == regressed


def test_nothing_regresses_against_itself(record):
    assert find_regressions(record, record) == []


def test_a_ratio_between_two_things_of_this_library_is_not_compared(record):
    case = "inference/mlp/266-88-33/1"
    assert find_regressions(with_ratio(record, case, "compacted/dense", 9.0), record) == []
    (found,) = find_regressions(with_ratio(record, case, "compacted/torch", 9.0), record)
    assert (found.case, found.pair, found.now) == (case, "compacted/torch", 9.0)


def test_an_operation_regresses_against_its_floor(record):
    case = "ops/relu/LeNet-5 conv1/forward"
    assert len(find_regressions(with_ratio(record, case, "op/copy", 9.0), record)) == 1


def test_cases_and_pairs_that_only_one_record_has_are_passed_over(record):
    new, old = with_ratio(record, STEP, "ours/torch", 9.0), deepcopy(record)
    del old["cases"][STEP]
    assert find_regressions(new, old) == []
    old["cases"][STEP] = {"ratios": {}}
    assert find_regressions(new, old) == []


@pytest.mark.parametrize(
    ("new", "old", "reason"),
    [
        ({}, {}, None),
        ({"quick": True}, {}, "quick run"),
        ({}, {"quick": True}, "record is of a quick run"),
        ({"threads": 4}, {}, "2 threads, this run 4"),
    ],
)
def test_quick_records_and_other_threads_are_not_compared(record, new, old, reason):
    said = why_incomparable({**record, **new}, {**record, **old})
    assert said is None if reason is None else reason in said


def test_the_table_has_a_line_for_every_case_and_flags_regressions(record):
    slower = with_ratio(record, STEP, "ours/torch", 0.8)
    text = format_record(slower, find_regressions(slower, record))
    for case in all_cases():
        assert case.name.partition("/")[2] in text
    (line,) = [line for line in text.splitlines() if "REGRESSION" in line]
    assert line.split()[0] == "mlp/initial"
    assert "0.80 (0.80-0.80)  REGRESSION: ours/torch was 0.50 (+6" in line


def test_the_table_says_gflops_beside_the_products(record):
    text = format_record(record)
    (titles,) = [line for line in text.splitlines() if "product GFLOP/s" in line]
    assert titles.split()[:3] == ["case", "op", "ms"]
    (line,) = [line for line in text.splitlines() if "LeNet-5 conv2/forward" in line and "conv2d" in line]
    flops = 2 * 50 * 500 * 6400
    median = record["cases"]["ops/conv2d/LeNet-5 conv2/forward"]["values"]["op"]["median"]
    assert f"{flops / median / 1e6:.1f}" in line


def test_quick_is_said(record):
    assert "QUICK" in format_record({**record, "quick": True})
    assert "QUICK" not in format_record(record)


def test_notes_are_printed_under_their_table(record):
    noted = deepcopy(record)
    noted["cases"]["training/mlp/120 epochs"]["values"]["torch"]["notes"] = {"test error %": 4.8}
    assert "mlp/120 epochs, torch: test error % 4.80" in format_record(noted)


def test_no_name_of_the_machine_and_no_path_is_recorded(record):

    text = json.dumps({**record, "libraries": {"blas": numpy_blas()}})
    assert "/home" not in text
    assert "site-packages" not in text
    assert set(machine()) == {"cpu", "cores", "load", "system", "python"}


def test_peak_memory_counts_what_was_used():
    import numpy as np

    before = peak_mib()
    np.ones(int(before + 100) * 2**17).sum()  # MiB of float64, more than the peak so far
    assert peak_mib() > before + 50


def test_a_system_without_proc_and_resource_is_told(monkeypatch):
    import sys

    from l0edu.bench import environment

    monkeypatch.setattr(environment, "_lines", lambda path: iter(()))
    monkeypatch.setitem(sys.modules, "resource", None)
    with pytest.raises(InputError, match="leave it out of --cases"):
        peak_mib()
    assert numpy_blas()["kernel"] == "unknown"
    assert isinstance(machine()["cpu"], str)


def test_replacing_a_case_keeps_its_group():
    assert replace(all_cases()[0], name="ops/x").group == "ops"
