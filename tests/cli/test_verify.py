import argparse
import sys

import pytest

from l0edu import InputError, mlp, ops
from l0edu.cli.verify import add
from l0edu.models import MODELS


@pytest.fixture(autouse=True)
def _small_networks(monkeypatch):
    """The command is under test, not the paper's networks."""
    monkeypatch.setitem(MODELS, "mlp", lambda: mlp((40, 8, 4), (0.2, 0.5)))
    monkeypatch.setitem(MODELS, "lenet5", lambda: mlp((3, 2), (0.2,)))
    monkeypatch.setattr("l0edu.cli.verify.PAPERS", ("mlp", "lenet5"))


def call(*arguments):
    parser = argparse.ArgumentParser(prog="l0edu")
    add(parser.add_subparsers())
    args = parser.parse_args(["verify", *arguments])
    return args.run(args)


def lines_of(capsys):
    return capsys.readouterr().out.splitlines()


@pytest.mark.torch
def test_prints_a_table_and_the_verdict(capsys):
    pytest.importorskip("torch")
    assert call() == 0
    titles, *rows, verdict = lines_of(capsys)
    assert titles.split()[:4] == ["network", "dtype", "against", "parameter"]
    assert verdict == f"all {len(rows)} comparisons passed"
    assert all(row.endswith("ok") for row in rows)
    assert {row.split()[0] for row in rows} == {"mlp", "lenet5"}
    assert {row.split()[2] for row in rows} == {"torch", "differences"}


@pytest.mark.parametrize(
    ("arguments", "networks"),
    [
        (["--network", "mlp"], {"mlp"}),
        (["--network", "lenet5", "--seed", "5"], {"lenet5"}),
        (["--network", "mlp", "--network", "lenet5"], {"mlp", "lenet5"}),
    ],
)
def test_checks_the_networks_asked_for(capsys, monkeypatch, arguments, networks):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert call(*arguments) == 0
    _, _, *rows, _ = lines_of(capsys)
    assert {row.split()[0] for row in rows} == networks


@pytest.mark.parametrize("torch_is_there", [pytest.param(True, marks=pytest.mark.torch), False])
def test_a_wrong_gradient_ends_with_1_and_is_named(capsys, monkeypatch, torch_is_there):
    if torch_is_there:
        pytest.importorskip("torch")
    else:
        monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(ops.relu._gradients, "x", lambda values: {"x": values["g"]})
    assert call("--network", "mlp") == 1
    *lines, verdict = lines_of(capsys)
    failed = [line for line in lines if line.endswith("FAIL")]
    assert {line.split()[3] for line in failed} == {"gate1/log_alpha", "fc1/W", "fc1/b"}
    assert {line.split()[2] for line in failed} == {"differences"} | ({"torch"} if torch_is_there else set())
    total = len([line for line in lines if line.startswith("mlp")])
    assert verdict == f"{len(failed)} of {total} comparisons FAILED"


def test_without_torch_one_line_says_so_and_differences_are_taken(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert call() == 0
    said, _titles, *rows, verdict = lines_of(capsys)
    assert "torch is not installed" in said
    assert 'pip install "l0edu[torch]"' in said
    assert {row.split()[2] for row in rows} == {"differences"}
    assert verdict == f"all {len(rows)} comparisons passed"


def test_an_unknown_network_is_refused():
    with pytest.raises(InputError, match=r"no network 'resnet'.*lenet5.*wrn-D-K"):
        call("--network", "resnet")
