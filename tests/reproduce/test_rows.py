"""Are the rows those of Table 1, and are the quoted numbers told from measured ones?"""

from dataclasses import replace

import pytest

from l0edu.errors import InputError
from l0edu.models import MODELS
from l0edu.reproduce import rows
from l0edu.reproduce.quoted import LITERATURE, PAPER
from l0edu.reproduce.rows import L0_ROWS, ROWS, rows_of
from l0edu.request import resolve

KEPT = {  # percent, computed from the widths by another program than this library
    (219, 214, 100): 26.02,
    (266, 88, 33): 10.01,
    (512, 114, 72): 25.28,
    (278, 98, 13): 10.76,
    (311, 86, 14): 10.55,
    (20, 25, 45, 462): 8.92,
    (9, 18, 65, 25): 1.43,
    (14, 19, 242, 131): 9.29,
    (3, 12, 192, 500): 23.69,
    (7, 13, 208, 16): 1.38,
    (3, 18, 284, 283): 19.66,
    (8, 13, 88, 13): 0.95,
    (5, 10, 76, 16): 0.64,
}


ERRORS = (1.4, 1.8, 0.9, 1.0, *(1.8, 1.8, 1.8), *(1.0, 1.0, 1.1, 0.9, 1.0, 1.0))  # the paper's rows first


def test_there_are_two_networks_in_four_ways():
    assert [row.key for row in ROWS] == [
        f"{network}-{way}"
        for network in ("mlp", "lenet5")
        for way in ("lam0.1", "separate", "dense", "dropout")
    ]
    assert {row.network for row in ROWS} == set(MODELS)


def test_full_runs_are_asked_for_as_the_paper_has_them():
    options = rows_of(["lenet5-separate"])[0].options(seed=2, data_dir="somewhere")
    assert options["lam"] == [10.0, 0.5, 0.1, 10.0]
    assert (options["data"], options["epochs"], options["averaging"]) == ("mnist", 200, 0.999)
    assert (options["step_size"], options["batch_size"], options["weight_decay"]) == (1e-3, 100, 0.0)
    assert (options["seed"], options["data_dir"]) == (2, "somewhere")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_fast_run_can_be_trained_and_is_what_the_command_line_would_train(row):
    config = resolve(row.options(seed=1, fast=True)).progress.config
    words = {"lam": list(row.fast.lam), "epochs": row.fast.epochs, "gate_step_factor": row.fast.gate_factor}
    plain = resolve({"network": row.network, **words, "seed": 1})
    assert config == plain.progress.config


def test_the_penalty_is_learned_from_in_four_rows():
    assert [row.key for row in L0_ROWS] == list(PAPER)
    assert all(row.paper is PAPER[row.key] for row in L0_ROWS)
    assert rows_of(["mlp-dense"])[0].paper is None


def test_weights_left_of_quoted_rows_are_computed():
    for one in (*PAPER.values(), *LITERATURE):
        assert round(100 * one.weights_left, 2) == KEPT[one.architecture]


def test_quoted_errors_are_those_that_were_noted():
    assert tuple(one.error for one in (*PAPER.values(), *LITERATURE)) == ERRORS


def test_every_quoted_row_says_what_was_read_and_what_is_recalled():
    for one in (*PAPER.values(), *LITERATURE):
        assert "recalled" in one.source or one.source.startswith("read in")
    read = {one.architecture for one in LITERATURE if one.source == "read in Tang et al. (2018)"}
    assert read == {(7, 13, 208, 16), (3, 18, 284, 283), (8, 13, 88, 13), (5, 10, 76, 16)}
    assert PAPER["mlp-lam0.1"].source == "recalled"
    assert PAPER["mlp-separate"].source == (
        "architecture read in Evci et al. (2020); error recalled (1.6 there)"
    )


def test_separate_lambdas_of_full_and_fast_runs_are_constants_of_their_own():
    """The full ones are found by a search; receipts of fast runs outlive it."""
    row = rows_of(["mlp-separate"])[0]
    assert row.full.lam == rows.MLP_SEPARATE
    assert row.fast.lam == rows.FAST_MLP_SEPARATE
    assert (
        replace(row, full=replace(row.full, lam=(0.07, 0.5, 2.0))).title() == "MLP, lambdas 0.07, 0.5, 2 / N"
    )
    assert row.title(fast=True) == "MLP, lambdas 0.1, 0.3, 0.4 / N"
    assert rows_of(["mlp-dropout"])[0].title(fast=True) == "MLP, dropout .2/.5/.5"


def test_rows_come_in_the_tables_order_and_once():
    keys = ["lenet5-dense", "mlp-lam0.1", "lenet5-dense"]
    assert [row.key for row in rows_of(keys)] == ["mlp-lam0.1", "lenet5-dense"]
    assert rows_of(None) == ROWS


def test_an_unknown_row_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"no row 'mlp': choose from mlp-lam0\.1, mlp-separate"):
        rows_of(["mlp"])


def test_fast_runs_take_enough_steps_to_close_a_gate():
    for row in L0_ROWS:
        steps = 50 * row.fast.epochs
        assert steps * 1e-3 * row.fast.gate_factor > 2.4  # about the length of Adam's steps
