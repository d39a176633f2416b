import json
import re

import pytest
from wide_resnet_runs import write

from l0edu import InputError
from l0edu.cli import main
from l0edu.collected import collect
from l0edu.figures.gates_closed import gates_closed_alt, gates_closed_figure


@pytest.fixture
def runs(tmp_path):
    """Dense, two lambdas behind batch norm, and one in front; 16 + 32 + 64 gates."""
    write(tmp_path / "dense", "-dense", error=20)
    write(tmp_path / "few", least=2, error=25, lam=[0.5])  # 8 + 16 + 32 gates left
    write(tmp_path / "many", error=30, lam=[2.0])  # 4 + 8 + 16
    write(tmp_path / "before", "-before-bn", error=35, lam=[2.0])
    return collect(tmp_path)


def points(figure, panel, colour):
    """The points of a colour in a panel, as (x, y)."""
    line = next(line for line in figure.axes[panel].lines if line.get_color() == colour)
    return sorted(zip(*(map(float, values) for values in line.get_data()), strict=True))


def test_each_run_lies_where_its_record_says(runs):
    figure = gates_closed_figure(runs)
    behind, before = points(figure, 0, "#0072B2"), points(figure, 0, "#D55E00")
    assert behind == [(50.0, 25 + 7.5), (75.0, 30 + 7.5)]
    assert before == [(75.0, 35 + 7.5)]
    left = {run.name: 100 * run.flops_left for run in runs}
    assert points(figure, 1, "#0072B2") == sorted([(left["few"], 32.5), (left["many"], 37.5)])
    assert [ax.xaxis_inverted() for ax in figure.axes] == [False, True]  # smaller to the right in both


def test_the_line_is_the_network_without_gates(runs):
    heights = [line.get_ydata()[0] for line in gates_closed_figure(runs).axes[0].lines]
    assert 20 + 7.5 in heights


def test_the_key_names_every_number_in_order_of_gates_closed(runs):
    key = gates_closed_figure(runs).get_supxlabel()
    assert key.splitlines()[1:] == [
        " 1  lambda 0.5 / N",
        " 2  lambda 2 / N",
        " 3  lambda 2 / N, before batch norm",
    ]
    numbers = {text.get_text() for text in gates_closed_figure(runs).axes[0].texts}
    assert {"1", "2", "3"} <= numbers


def test_seeds_are_told_apart_where_there_are_several(tmp_path, runs):
    write(tmp_path / "again", least=2, error=26, lam=[0.5], seed=1)
    key = gates_closed_figure(collect(tmp_path)).get_supxlabel()
    assert " 1  lambda 0.5 / N, seed 0\n 2  lambda 0.5 / N, seed 1" in key
    assert "seed" not in gates_closed_figure(runs).get_supxlabel()


def test_the_alt_text_has_every_number(runs):
    alt = gates_closed_alt(runs)
    assert "lambda 0.5 / N: 50 % of the gates closed" in alt
    assert "error 42.5 %" in alt
    assert re.search(r"Without gates: 27\.5 %\.$", alt)


def test_runs_of_two_networks_are_refused(tmp_path, runs):
    write(tmp_path / "more", images=640)
    with pytest.raises(InputError, match="several networks or sets of images"):
        gates_closed_figure(collect(tmp_path))


def test_without_gates_there_is_nothing_to_draw(tmp_path):
    write(tmp_path / "dense", "-dense")
    with pytest.raises(InputError, match="no finished run of a wide ResNet with gates on CIFAR: train one"):
        gates_closed_figure(collect(tmp_path))


def test_the_title_is_that_of_finished_runs(tmp_path, runs):
    write(tmp_path / "a", images=640)
    (tmp_path / "a" / "summary.json").unlink()
    assert next(run.name for run in collect(tmp_path)) == "a"
    assert gates_closed_alt(collect(tmp_path)) == gates_closed_alt(runs)
    assert "1,280 training images" in gates_closed_figure(collect(tmp_path)).get_suptitle()


def test_a_run_that_closed_every_gate_is_drawn_too(tmp_path):
    write(tmp_path / "none", epochs=1, error=60, lam=[9.0])
    for file in (tmp_path / "none" / "metrics.jsonl", tmp_path / "none" / "summary.json"):
        file.write_text(json.dumps({**json.loads(file.read_text()), "architecture": [0, 0, 0]}) + "\n")
    assert points(gates_closed_figure(collect(tmp_path)), 0, "#0072B2") == [(100.0, 90.0)]


def test_the_command_draws_it_and_says_what_it_left_out(tmp_path, runs, capsys):
    write(tmp_path / "going-on", lam=[9.0])
    (tmp_path / "going-on" / "summary.json").unlink()
    file = tmp_path / "closed.png"
    assert main(["figure", "gates-closed", str(tmp_path), "--out", str(file)]) == 0
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "going-on" in capsys.readouterr().err
    assert len(runs) == 4


def test_runs_of_other_lengths_are_refused(tmp_path, runs):
    write(tmp_path / "longer", epochs=8)
    with pytest.raises(InputError, match=r"runs of \[4, 8\] epochs: .* one length"):
        gates_closed_figure([*runs, *collect(tmp_path)])
