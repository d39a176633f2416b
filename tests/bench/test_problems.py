import numpy as np
import pytest

from l0edu import InputError, architecture, compact, lenet5, mlp
from l0edu.bench.cases import ARCHITECTURES
from l0edu.bench.problems import OPEN, digits, epochs_of, make_problem, pruned_params
from l0edu.models import build

pruned = [(network, counts) for network, rows in ARCHITECTURES.items() for counts in rows]


@pytest.mark.parametrize(("network", "counts"), pruned)
def test_pruned_params_have_the_papers_architectures(network, counts):
    net, params = make_problem(network, counts)
    assert architecture(net, params) == counts
    assert {float(abs(a)) for gate in net.gates() for a in params[gate.name]["log_alpha"]} == {OPEN}
    assert params["fc1"]["W"].dtype == np.float32


@pytest.mark.parametrize("counts", ARCHITECTURES["lenet5"])
def test_open_inputs_of_fc1_are_pixels_of_open_maps_and_every_open_map_is_read(counts):
    _, params = make_problem("lenet5", counts)
    maps = np.flatnonzero(params["gate2"]["log_alpha"] > 0)
    read = np.flatnonzero(params["gate3"]["log_alpha"] > 0) // 16
    assert set(read) == set(maps)
    share = np.bincount(read)[maps]
    assert share.max() - share.min() <= 1


@pytest.mark.parametrize(("network", "counts"), pruned)
def test_so_compaction_leaves_just_these_units(network, counts):
    shapes = [
        table["W"].shape for table in compact(*make_problem(network, counts)).params.values() if "W" in table
    ]
    if network == "mlp":
        assert shapes == [(88, 266), (33, 88), (10, 33)]
    else:
        assert [shape[0] for shape in shapes] == [*counts[:2], counts[3], 10]


@pytest.mark.parametrize("closed", [0.0, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("network", ARCHITECTURES)
def test_a_share_of_closed_gates_is_that_of_every_layer(network, closed):
    net, params = make_problem(network, closed=closed)
    for charge, count in zip(net.charges, architecture(net, params), strict=True):
        assert 0 <= count - charge.gates * (1 - closed) < 1


def test_half_of_the_gates_of_every_block_of_a_wide_resnet_can_be_closed():
    net, params = make_problem("wrn-10-1", closed=0.5)
    assert architecture(net, params) == [8, 16, 32]
    assert compact(net, params).params["stage2_block1_conv1"]["W"].shape == (16, 16, 3, 3)


def test_in_colour_the_digits_are_as_large_as_the_images_of_cifar():
    train, test = digits(build("wrn-10-1"))
    assert train.x.shape[1:] == test.x.shape[1:] == (3, 32, 32)
    np.testing.assert_array_equal(train.x[:, 2, 2:-2, 2:-2], digits(lenet5())[0].x[:, 0])
    assert train.x[:, :, :2].max() == 0


def test_without_a_wish_gates_are_as_initialised():
    _, params = make_problem("lenet5")
    initial = build("lenet5").init(np.random.default_rng(0))
    np.testing.assert_array_equal(params["gate3"]["log_alpha"], initial["gate3"]["log_alpha"])


def test_the_params_given_are_not_changed():
    net = mlp()
    params = net.init(np.random.default_rng(0))
    before = params["gate1"]["log_alpha"].copy()
    assert pruned_params(net, params, [1, 1, 1])["fc1"] is params["fc1"]
    np.testing.assert_array_equal(params["gate1"]["log_alpha"], before)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([266, 88], "2 counts for 4 gated layers"),
        ([9, 18, 17, 25], r"17 open gates in 'gate3': give 18 to 288"),
        ([9, 18, 289, 25], r"289 open gates in 'gate3'"),
        ([0, 18, 65, 25], r"0 open gates in 'gate1': give 1 to 20"),
        ([9, 18, 65, 501], r"501 open gates in 'gate4'"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, message):
    net = lenet5()
    with pytest.raises(InputError, match=message):
        pruned_params(net, net.init(np.random.default_rng(0)), counts)


def test_epochs_have_the_digits_of_so_many_steps():
    assert [len(data) for data in epochs_of(mlp(), 7, 1000)] == [5000, 2000]
    assert digits(lenet5())[1].x.shape == (1000, 1, 28, 28)
