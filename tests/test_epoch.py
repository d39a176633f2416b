"""A state that is kept inside an epoch is enough to go on as if nothing had happened."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from small_runs import blobs, tiny_mlp

from l0edu import SGD, Adam, Dataset, HardConcrete, Target, lenet5
from l0edu.checkpointing import Checkpointer
from l0edu.epoch import Epoch
from l0edu.optim import StepDecay
from l0edu.settings import Settings
from l0edu.train import begin, fit

SHORT = Settings(epochs=3, batch_size=16, averaging=0.9)  # 4 steps an epoch
ON_TARGET = replace(SHORT, epochs=4, lam=0, target=Target(0.5, ramp=0.9), warm_up=1, gate_step_factor=10)
KINDS = {
    "Adam": SHORT,
    "SGD whose steps drop": replace(SHORT, optimizer=SGD(StepDecay(0.1, (2, 7), 0.2), 0.9, True)),
    "a warm-up": replace(SHORT, warm_up=2, weight_decay=1e-3),
    "a target after a warm-up": ON_TARGET,
    "gates with steps of their own": replace(
        SHORT, optimizer=SGD(0.1, 0.9, True), gate_optimizer=Adam(0.01), warm_up=1
    ),
    "gates for each example": replace(SHORT, per_example=True),
}


def kept_states(settings, net=None, data=None):
    """The states of all steps but the last of each epoch, and the last record."""
    states = []
    records = list(
        fit(net or tiny_mlp(), data or blobs(), settings, checkpointer=Checkpointer(states.append, every=0))
    )
    return states, records


def same_bits(one, other):
    np.testing.assert_equal(asdict(replace(one, seconds=0)), asdict(replace(other, seconds=0)))


@pytest.mark.parametrize("kind", KINDS)
def test_going_on_inside_an_epoch_ends_where_the_whole_run_ends(kind):
    settings = KINDS[kind]
    states, whole = kept_states(settings)
    assert [(one.epoch, one.part.steps) for one in states[:5]] == [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1)]
    for state in states[1::3]:
        rest = list(fit(tiny_mlp(), blobs(), settings, state=state))
        same_bits(rest[-1].state, whole[-1].state)
        assert rest[0].train_loss == whole[state.epoch].train_loss


def test_flips_and_crops_go_on_too():
    images = np.random.default_rng(0).random((6, 1, 28, 28), np.float32)
    data = Dataset(images, np.arange(6), "noise")
    settings = replace(SHORT, epochs=1, batch_size=2, augment=True)
    states, whole = kept_states(settings, lenet5(HardConcrete()), data)
    rest = list(fit(lenet5(HardConcrete()), data, settings, state=states[0]))
    same_bits(rest[-1].state, whole[-1].state)
    plain = list(fit(lenet5(HardConcrete()), data, replace(settings, augment=False)))
    assert plain[-1].train_loss != whole[-1].train_loss


def test_a_part_counts_the_time_of_its_steps_before_and_after():
    states, _ = kept_states(SHORT)
    part = replace(states[2].part, seconds=1000.0)
    state = replace(states[2], part=part, seconds=2000.0)
    record = next(iter(fit(tiny_mlp(), blobs(), SHORT, state=state)))
    assert record.step_ms > 1000 * 1000 / 4
    assert 2000 < record.state.seconds < 2100
    kept = []
    list(fit(tiny_mlp(), blobs(), SHORT, state=state, checkpointer=Checkpointer(kept.append, every=0)))
    assert 1000 < kept[0].part.seconds < 1100
    assert 2000 < kept[0].seconds < 2100


def test_an_epoch_gives_the_batches_that_are_left():
    net = tiny_mlp()
    states, _ = kept_states(SHORT)
    left = [len(y) for _, y in Epoch(blobs(), SHORT, states[1]).batches()]
    assert left == [16, 12]
    assert [len(y) for _, y in Epoch(blobs(), SHORT, begin(net, SHORT)).batches()] == [16, 16, 16, 12]


def test_a_checkpointer_waits_from_one_writing_to_the_next():
    now, written = [0.0], []
    checkpointer = Checkpointer(written.append, every=10, clock=lambda: now[0])
    due = []
    for now[0] in (5, 10, 15, 20, 25):
        due.append(checkpointer.due())
        if due[-1]:
            checkpointer.keep(now[0])
    assert (due, written) == ([False, True, False, True, False], [10, 20])


def test_a_checkpointer_waits_anew_after_an_epoch_that_was_saved_otherwise():
    now = [0.0]
    checkpointer = Checkpointer(print, every=10, clock=lambda: now[0])
    now[0] = 9.0
    checkpointer.restart()
    now[0] = 18.0
    assert not checkpointer.due()
    now[0] = 19.0
    assert checkpointer.due()


def test_no_checkpointer_costs_nothing_and_changes_nothing():
    _, with_checkpoints = kept_states(replace(SHORT, optimizer=Adam(0.01)))
    without = list(fit(tiny_mlp(), blobs(), replace(SHORT, optimizer=Adam(0.01))))
    same_bits(with_checkpoints[-1].state, without[-1].state)
