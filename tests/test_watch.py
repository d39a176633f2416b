import numpy as np
from small_runs import tiny_mlp

from l0edu.watch import STILL_EPOCHS, GateWatch


def open_at(p):
    return {"gate1": np.full(6, p), "gate2": np.full(5, 0.5), "gate3": np.full(4, 0.5)}


def test_a_layer_that_died_is_named_once():
    watch = GateWatch(tiny_mlp())
    first, second = (watch.look(open_at(p), [6, 0, 4]) for p in (0.5, 0.6))
    assert [sentence.split(" are ")[0] for sentence in first] == ["all 5 gates of gate2"]
    assert second == []


def test_gates_that_move_a_little_each_epoch_are_not_reported():
    watch = GateWatch(tiny_mlp())
    assert [watch.look(open_at(0.5 + 1e-3 * k), [6, 5, 4]) for k in range(20)] == [[]] * 20


def test_still_gates_are_reported_after_enough_epochs_and_once():
    watch = GateWatch(tiny_mlp())
    said = [bool(watch.look(open_at(0.5), [6, 5, 4])) for _ in range(20)]
    assert said.index(True) == STILL_EPOCHS
    assert sum(said) == 1
