"""Does `l0edu paper` tell of every item, and refuse the rest in one line?"""

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import one_line_error

from l0edu.cli import main
from l0edu.paper import ERRATA, ITEMS, place

ROOT = Path(__file__).parents[2]


def printed(capsys, *words):
    assert main(["paper", *words]) == 0
    return capsys.readouterr().out


def test_without_an_item_all_are_listed_with_what_to_type(capsys):
    lines = printed(capsys).splitlines()
    assert [line.split()[0] for line in lines[: len(ITEMS)]] == list(ITEMS)
    assert all(item.title in line for item, line in zip(ITEMS.values(), lines, strict=False))


@pytest.mark.parametrize("key", ITEMS)
def test_an_item_is_told_in_full(key, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    item, text = ITEMS[key], printed(capsys, key)
    assert text.startswith(f"{item.name}: {item.title}\n")
    for part in (*item.formula, *item.tests, *item.tutorials, item.derivation, *item.commands):
        assert part in text
    assert all(f"{entry}: {ERRATA[entry]}" in text for entry in item.errata)
    for where in map(place, item.code):
        assert f"{Path(where.path)}:{where.line} {where.name}" in text


def test_a_number_is_computed(capsys):
    assert "P(z != 0) = 0.1976, 0.8318, 0.99" in printed(capsys, "eq12")


def test_elsewhere_than_in_a_checkout_files_are_named_in_full(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    where = place("l0edu.gates:hard_concrete")
    assert f"{where.file}:{where.line} hard_concrete" in printed(capsys, "11")


def test_words_of_the_shell_are_one_reference_or_several(capsys):
    assert printed(capsys, "Eq.", "11") == printed(capsys, "eq11")
    both = printed(capsys, "eq11", "table1")
    assert both.index("Equation 11") < both.index("\n\nTable 1")


def test_an_unknown_item_is_refused_with_what_there_is(capsys):
    assert "eq1 to eq17" in one_line_error(capsys, ["paper", "eq99"])


def test_nothing_is_drawn_to_tell_of_a_figure():
    code = "import sys; from l0edu.cli import main; main(['paper', 'figure2']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "l0edu.paper" in done.stdout
    assert "matplotlib" not in done.stdout.split()
