"""Are launches counted by the rule, and is every transfer that was not asked for noticed?"""

import pickle

import numpy as np
import pytest

from l0edu.gpu import stand_in as xp


@pytest.fixture
def x():
    return xp.asarray(np.arange(6, dtype=np.float32).reshape(2, 3))


def costs(f, x):
    with xp.counting() as counts:
        f(x)
    return counts


@pytest.mark.parametrize(
    ("f", "launches"),
    [
        (lambda x: x.T, 0),
        (lambda x: x.reshape(3, 2), 0),
        (lambda x: x[:, 1:][None], 0),
        (lambda x: np.squeeze(x), 0),
        (lambda x: np.broadcast_to(x, (4, 2, 3)), 0),
        (lambda x: np.split(x, 3, axis=1), 0),
        (lambda x: xp.empty((2, 2)), 0),
        (lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1), 0),
        (lambda x: np.shape(x), 0),
        (lambda x: x.ravel(), 0),
        (lambda x: x + 1.0, 1),
        (lambda x: x.sum(axis=0), 1),
        (lambda x: x @ x.T, 1),
        (lambda x: xp.zeros_like(x), 1),
        (lambda x: x.T.reshape(-1), 1),
        (lambda x: x.astype(np.float64), 1),
        (lambda x: x.copy(), 1),
        (lambda x: x.fill(0.0), 1),
        (lambda x: np.concatenate([x, x, x]), 1),
        (lambda x: x.__setitem__((..., 0), 1.0), 1),
        (lambda x: np.stack([x, x]), 1),
        (lambda x: np.add.at(x, np.zeros_like(x[:, 0], dtype=int), 1.0), 2),
        (lambda x: 2.0 * x + 1.0, 2),
        (lambda x: x.var(), 2),
        (lambda x: x[:, ::2] @ x[:, ::2].T, 3),
        (lambda x: x.take(x[0].astype(int), axis=1, out=None), 2),
    ],
)
def test_a_launch_is_counted_for_what_computes_or_copies_and_none_for_views(f, launches, x):
    x = x[:, [0, 1, 2]] if f is None else x
    counts = costs(f, x)
    assert counts.launches == launches
    assert counts.hidden == []


def test_adding_in_place_to_a_part_is_one_launch(x):
    def add(x):
        x[1:] += 1.0

    assert costs(add, x).launches == 1


def test_gathering_and_scattering_by_a_device_index_are_one_launch_each(x):
    rows = xp.asarray([1, 0])
    assert costs(lambda x: x[rows], x).launches == 1
    assert costs(lambda x: x.__setitem__(rows, 0.0), x).launches == 1
    assert costs(lambda x: x[rows, rows], x).hidden == []


def test_what_is_asked_for_is_counted_and_not_hidden(x):
    counts = costs(
        lambda x: (xp.asarray(np.ones(3)), xp.asarray(x), x.get(), xp.asnumpy(x), np.asarray([1, 2], like=x)),
        x,
    )
    assert (counts.uploads, counts.downloads, counts.hidden) == (2, 2, [])


@pytest.mark.parametrize(
    ("f", "word"),
    [
        (lambda x: bool(x[0, 0]), "bool"),
        (lambda x: float(x.sum()), "float"),
        (lambda x: int(x.max()), "int"),
        (repr, "repr"),
        (str, "str"),
        (lambda x: f"{x.sum():.2f}", "format"),
        (lambda x: x.sum().item(), "item"),
        (lambda x: x.tolist(), "tolist"),
        (lambda x: x.tobytes(), "tobytes"),
        (lambda x: 0.0 in x[0], "bool"),
        (lambda x: sorted(x[0]), "bool"),
        (lambda x: x[np.array([0])], "index"),
        (lambda x: x[[0, 1]], "index"),
        (lambda x: x[0, np.array([True, False, True])], "index"),
        (lambda x: x[x > 1], "mask"),
        (lambda x: x.__setitem__([0], 1.0), "index"),
        (lambda x: x.take([0]), "take"),
        (lambda x: np.take(x, np.array([0])), "take"),
        (lambda x: np.nonzero(x), "nonzero"),
        (lambda x: np.unique(x), "unique"),
        (lambda x: np.where(x), "where"),
        (lambda x: np.nanmax(x), "nanmax"),
        (lambda x: np.add.at(x, np.array([0]), 1.0), "index"),
        (pickle.dumps, "pickling"),
        (lambda x: x.__setitem__(xp.asarray([0]), np.ones(3)), "host array"),
    ],
)
def test_what_is_not_asked_for_is_noted_and_under_strict_an_error(f, word, x):
    assert word in costs(f, x).hidden[0]
    with xp.strict(), pytest.raises(xp.HiddenTransfer, match=word):
        f(x)


def test_assigning_under_a_mask_waits_for_its_count_even_with_a_number(x):
    def assign(value):
        return lambda x: x.__setitem__(x > 1.0, value)

    assert all(costs(assign(value), x).hidden for value in (xp.full(4, 9.0), x[0, 2], 0.0))
    np.testing.assert_array_equal(x.get(), [[0, 1, 0], [0, 0, 0]])
    assert costs(lambda x: np.copyto(x, 7.0, where=x < 1.0), x).hidden == []
    np.testing.assert_array_equal(x.get(), [[7, 1, 7], [7, 7, 7]])


def test_an_index_of_several_arrays_is_made_one_by_a_fill_and_a_launch_each(x):
    rows, columns = xp.asarray([0, 1]), xp.asarray([2, 0])
    assert costs(lambda x: x[rows, columns], x).launches == 4
    assert costs(lambda x: x.__setitem__((rows, columns), 1.0), x).launches == 4
    assert costs(lambda x: x[rows, 0], x).launches == 1
    assert costs(lambda x: np.take_along_axis(x, columns[:, None], 1), x).launches == 5
    assert costs(lambda x: np.take_along_axis(x[0], columns, 0), x).launches == 1


def test_an_average_waits_only_where_its_weights_are_checked(x):
    assert costs(lambda x: np.average(x), x).hidden == []
    assert "average" in costs(lambda x: np.average(x, weights=x), x).hidden[0]
    assert "average" in costs(lambda x: xp.average(x, None, x), x).hidden[0]


def test_one_launch_counts_all_inside_as_one_and_still_notes_what_is_hidden(x):
    with xp.counting() as counts, xp.one_launch():
        float((2.0 * x + 1.0).sum())
    assert counts.launches == 1
    assert len(counts.hidden) == 1


def test_counts_of_nested_blocks_are_independent(x):
    with xp.counting() as outer:
        x + 1.0
        with xp.counting() as inner:
            x + 1.0
        x + 1.0
    x + 1.0
    assert (outer.launches, inner.launches) == (3, 1)


def test_after_an_error_nothing_is_strict_or_merged_any_more(x):
    with pytest.raises(xp.HiddenTransfer), xp.one_launch(), xp.strict():
        float(x.sum())
    assert costs(lambda x: [x + 1.0, bool(x.sum())], x).launches == 2
