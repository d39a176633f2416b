"""Is the name of a run read as it was written, and are all others refused?"""

import pytest

from l0edu.errors import InputError
from l0edu.reproduce.run_names import RunName, read_run_name


@pytest.mark.parametrize(
    "name",
    ["dense", "dropout", "lam0.001", "target0.5-warm8", "flops0.3-drop0.05", "lam2-adam0.01-before-bn"],
)
def test_a_name_is_put_together_again(name):
    assert read_run_name(name).key == name


def test_a_name_says_what_is_done_with_the_gates():
    said = RunName("", "target", 0.5, 8, 0.05, 0.01, True)
    assert read_run_name("target.50-warm08-drop.05-adam.01-before-bn") == said
    assert said.key == "target0.5-warm8-drop0.05-adam0.01-before-bn"
    words = "gates from epoch 9, drop rate 0.05, gates with Adam's steps of 0.01, gates before batch norm"
    assert said.words == words
    assert said.variant == "-before-bn"


def test_a_network_without_gates_that_learn_has_a_variant_and_no_price():
    dense = read_run_name("dense")
    assert (dense.variant, dense.words, dense.price) == ("-dense", "dense", "")
    assert (read_run_name("lam0.5").variant, read_run_name("lam0.5").words) == ("", "")


@pytest.mark.parametrize(
    "name", ["", "lam", "lam-1", "dense-warm8", "lam0.5-warm", "lam0.5-before-bn-warm8", "mlp", "lam1e3"]
)
def test_other_names_are_refused_with_what_can_be_written(name):
    with pytest.raises(InputError, match=rf"no row '{name}': write dense, dropout, lam0.5, target0.5"):
        read_run_name(name)
