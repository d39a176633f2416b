"""Are the tables of the pages those that the records give?"""

import importlib.util
import json
import re
import statistics
from pathlib import Path

import pytest

from l0edu.collected import collect

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def tables():
    spec = importlib.util.spec_from_file_location("results_tables", DOCS / "results_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_as_printed_from_the_records(tables):
    for name, printed in tables.PAGES.items():
        page = (DOCS / name).read_text(encoding="utf-8")
        assert tables.rewritten(page, printed) == page, "run: python docs/results_tables.py"


def test_the_runs_of_table_1_are_as_near_to_the_paper_as_the_page_says():
    runs = {run.name: run for run in collect(DOCS / "results" / "table1")}
    for seed in range(3):
        for left, paper in zip(runs[f"mlp-lam0.1-seed{seed}"].architecture, (219, 214, 100), strict=True):
            assert abs(left / paper - 1) <= 0.03
        for left, paper in zip(
            runs[f"lenet5-lam0.1-seed{seed}"].architecture, (20, 25, 45, 462), strict=True
        ):
            assert abs(left / paper - 1) <= 0.25
    errors = {
        row: [runs[f"{row}-seed{seed}"].test_error for seed in range(3)]
        for row in ("mlp-lam0.1", "lenet5-lam0.1")
    }
    assert sum(errors["mlp-lam0.1"]) / 3 <= 1.6
    assert sum(errors["lenet5-lam0.1"]) / 3 <= 1.0
    assert runs["lenet5-separate-seed0"].test_error <= 1.2


def test_every_target_was_met_within_two_percent():
    reached = [
        (run.records[-1]["pursuit"]["share"], run.config.target_l0 or run.config.target_flops)
        for run in collect(DOCS / "results" / "targets")
    ]
    assert len(reached) >= 6
    assert all(abs(share / wanted - 1) <= 0.02 for share, wanted in reached)


def test_no_checkpoint_and_nothing_large_is_kept():
    kept = list((DOCS / "results").rglob("*"))
    assert not [file for file in kept if file.name == "checkpoint.npz"]
    assert all(file.stat().st_size < 2**20 for file in kept if file.is_file())


def test_no_record_names_a_folder_of_somebodys_machine():
    for file in (DOCS / "results").rglob("config.json"):
        assert json.loads(file.read_text())["data_dir"] in (None, "data/mnist", "data/cifar-10"), file


@pytest.mark.parametrize("row", ["mlp-lam0.1", "mlp-separate", "lenet5-lam0.1", "lenet5-separate"])
def test_the_readme_quotes_the_means_of_the_records(row):
    runs = [run for run in collect(DOCS / "results" / "table1") if run.name.startswith(f"{row}-seed")]
    units = "-".join(
        f"{statistics.mean(left):.0f}" for left in zip(*(run.architecture for run in runs), strict=True)
    )
    error = f"{statistics.mean(run.test_error for run in runs):.2f}".removeprefix("0")
    line = rf"^\| .* \| {len(runs)} \| {units} \| {error} %"
    assert re.search(line, (DOCS.parent / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_quotes_the_measured_ratios_to_torch():
    times = json.loads((DOCS / "results" / "table1" / "step_times.json").read_text())["networks"]
    ratios = {
        key: one["median"] for network in times.values() for key, one in network["run_over_torch"].items()
    }
    quoted = [ratios[key] for key in ("mlp-lam0.1", "mlp-separate", "lenet5-lam0.1", "lenet5-separate")]
    words = [f"{ratio:.2f}".removeprefix("0") for ratio in quoted]
    page = " ".join((DOCS / "results.md").read_text(encoding="utf-8").split())
    assert f"took {', '.join(words[:3])} and {words[3]} of torch's time" in page
