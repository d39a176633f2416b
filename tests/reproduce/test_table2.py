"""Does the table of wide ResNets say what the runs recorded, and what others have published?"""

import json
import re

import pytest
from wide_resnet_runs import write

from l0edu.collected import collect
from l0edu.flops import flops
from l0edu.models import build
from l0edu.reproduce.quoted_cifar import TABLE_2
from l0edu.reproduce.table1 import Measured
from l0edu.reproduce.table2 import table2_markdown


def cells(table, start):
    """The cells of the one line that begins so."""
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {start}")]
    return [cell.strip() for cell in line.split("|")[1:-1]]


def measured(folder):
    """A row for each folder in it, as `l0edu reproduce` has them."""
    return [Measured(None, collect(path)) for path in sorted(folder.iterdir())]


@pytest.fixture
def table(tmp_path):
    for seed, error in enumerate((40.0, 42.0)):
        write(tmp_path / "a" / str(seed), lam=[0.5], seed=seed, error=error)
    write(tmp_path / "b", "-dense", data="cifar100", data_crc=4, images=50_000, epochs=2)
    return table2_markdown(measured(tmp_path))


def test_runs_are_shown_with_mean_and_range(table):
    left = 100 * int(flops(build("wrn-10-1")).total / 16) / flops(build("wrn-10-1")).total
    assert cells(table, "lambda 0.5 / N") == [
        *("lambda 0.5 / N", "2", "28 (28 to 28) of 112"),
        *("48.50 (47.50 to 49.50)", "48.50 (47.50 to 49.50)", "38.5 (37.5 to 39.5)"),
        *(f"{left:.1f} ({left:.1f} to {left:.1f})", "25.0 (25.0 to 25.0)", "6 (6 to 6)"),
    ]


def test_the_best_epoch_need_not_be_the_last(tmp_path):
    folder = write(tmp_path / "a", lam=[0.5])
    last = {"test_error": 90.0}
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    lines[-1] = json.dumps({**json.loads(lines[-1]), **last})
    (folder / "metrics.jsonl").write_text("\n".join(lines) + "\n")
    summary = json.loads((folder / "summary.json").read_text())
    (folder / "summary.json").write_text(json.dumps({**summary, **last}))
    assert cells(table2_markdown(measured(tmp_path)), "lambda 0.5 / N")[3:5] == ["90.00", "50.00"]


def test_where_no_gate_learns_there_is_a_dash(table, tmp_path):
    assert cells(table, "dense")[:3] == ["dense", "1", "-"]
    write(tmp_path / "c", "-dropout")
    assert cells(table2_markdown(measured(tmp_path)), "dropout")[:3] == ["dropout", "1", "-"]


def test_each_data_set_has_a_table_that_says_what_it_is(table):
    assert "WRN-10-1 on a subset of CIFAR-10, 1,280 training images, 4 epochs.\n\n| run " in table
    assert "WRN-10-1 on CIFAR-100, 50,000 training images, 2 epochs.\n\n| run " in table


def test_the_papers_rows_are_quoted_with_their_sources(table):
    found = cells(table, "WRN-28-10, L0, lambda 0.001 / N")
    assert found[1:] == ["3.83", "18.75", "3.83 read in a public note; 18.75 recalled"]
    assert cells(table, "pre-activation")[1:] == ["6.37", "-", "recalled"]
    assert "not to be compared with runs on a subset" in table


def test_what_is_quoted_says_whether_it_was_read_or_recalled():
    assert all(re.search(r"\b(read|recalled)\b", row.source) for row in TABLE_2)
    assert [row.cifar10 for row in TABLE_2] == [6.43, 6.37, 4.0, 3.89, 3.83, 3.93]
    assert [row.cifar100 for row in TABLE_2] == [25.16, None, 21.18, 18.85, 18.75, 19.04]
    assert "doubtful" in next(row for row in TABLE_2 if row.cifar100 == 21.18).source
