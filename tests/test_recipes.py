"""What a run takes where nothing is asked for, and how a config becomes settings."""

from dataclasses import replace

import pytest

from l0edu import SGD, Adam, InputError
from l0edu.config import Config
from l0edu.optim import StepDecay
from l0edu.recipes import DEFAULTS, defaults
from l0edu.request import settings_of

PLAIN = Config("mlp", "mini", None, [0.1], 0.0, 10, 100, 1e-3, 0.99, 0, "float32", True, 0.0, 5000, 1)


def test_every_option_has_a_default_and_no_other():
    for network in ("mlp", "lenet5-dropout", "wrn-10-1", "wrn-28-10-dense"):
        assert defaults({"network": network}).keys() == DEFAULTS.keys()


def test_wide_resnets_take_the_recipe_of_the_reference_code():
    taken = defaults({"network": "wrn-28-10", "data": "cifar10"})
    assert (taken["epochs"], taken["batch_size"], taken["optimizer"]) == (200, 128, "sgd")
    assert taken["step_size"] == 0.1
    assert [round(200 * share) for share in taken["step_drops"]] == [60, 120, 160]
    assert (taken["weight_decay"], taken["gated_weight_decay"]) == (5e-4, 5e-4 / 0.7)
    assert (taken["averaging"], taken["lam"]) == (0.99, [0.001])
    assert taken["augment"] is taken["decay_batch_norm"] is True
    assert defaults({"network": "wrn-28-10-dense"})["lam"] == [0]
    assert defaults({"network": "wrn-28-10-dropout"})["per_example"]


def test_a_target_takes_the_place_of_the_recipes_lambda():
    taken = defaults({"network": "wrn-10-2", "target_l0": 0.5})
    assert (taken["lam"], taken["gate_step_factor"], taken["gate_step_size"]) == ([0], 1, 0.01)
    taken = defaults({"network": "wrn-10-2", "target_l0": 0.5, "optimizer": "adam"})
    assert (taken["gate_step_factor"], taken["gate_step_size"]) == (10, None)


def test_configs_of_before_mean_what_they_meant():
    settings = settings_of(PLAIN)
    assert settings.optimizer == Adam(1e-3)
    assert (settings.warm_up, settings.augment, settings.gated_weight_decay) == (0, False, None)


def test_steps_drop_after_shares_of_the_run():
    dropping = replace(PLAIN, optimizer="sgd", step_size=0.1, step_drops=[0.3, 0.6, 0.8], batch_size=128)
    expected = StepDecay(0.1, milestones=(120, 240, 320), factor=0.2)  # of 10 epochs of 40 steps
    assert settings_of(dropping).optimizer == SGD(expected, momentum=0.9, nesterov=True)
    assert settings_of(replace(dropping, optimizer="adam")).optimizer == Adam(expected)


@pytest.mark.parametrize("drops", [[0.5, 0.2], [0.0], [1.0], [-0.1, 0.5], [float("nan")]])
def test_drops_are_shares_in_order(drops):
    with pytest.raises(InputError, match=r"--step-drops .*: give shares of the run in order, as in .3 .6 .8"):
        settings_of(replace(PLAIN, step_drops=drops))


def test_a_network_has_as_many_outputs_as_its_data_have_classes():
    shapes = {
        data: replace(PLAIN, network="wrn-10-1", data=data).build().body.out_shape((3, 32, 32))
        for data in ("cifar10", "cifar100", "cifar100-coarse")
    }
    assert shapes == {"cifar10": (10,), "cifar100": (100,), "cifar100-coarse": (20,)}


def test_the_drop_rate_is_that_of_all_gates():
    net = replace(PLAIN, drop_rate=0.05).build()
    assert {layer.gate_law().drop_rate for layer in net.gates()} == {0.05}
    assert {layer.gate_law().drop_rate for layer in PLAIN.build().gates()} == {0.2, 0.5}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": "rmsprop"}, "optimizer = 'rmsprop': choose one of adam, sgd"),
        ({"step_drops": []}, "step_drops"),
        ({"warm_up": 1.5}, "warm_up"),
        ({"drop_rate": "0.3"}, "drop_rate"),
        ({"augment": 1}, "augment"),
        ({"batch_size": 0}, "batch_size = 0: both must be at least 1"),
    ],
)
def test_a_config_refuses_what_cannot_be_meant(change, message):
    with pytest.raises(InputError, match=message):
        replace(PLAIN, **change)


@pytest.mark.parametrize("decay", [0, 1e-3])
def test_the_decay_of_gated_weights_follows_that_of_the_others(decay):
    taken = defaults({"network": "wrn-10-1", "weight_decay": decay})
    assert taken["gated_weight_decay"] == decay / 0.7
    assert defaults({"network": "mlp", "weight_decay": decay})["gated_weight_decay"] is None


@pytest.mark.parametrize("asked", [{"gate_step_size": 0.02}, {"gate_step_factor": 2.0, "optimizer": "sgd"}])
def test_steps_of_the_gates_that_are_asked_for_are_the_only_ones(asked):
    wanted = {"network": "mlp", "target_l0": 0.5, **asked}
    config = replace(PLAIN, **{**defaults(wanted), **wanted, "images": 5000})
    assert (config.lam, config.gate_step_size) == ([0], asked.get("gate_step_size"))
    assert settings_of(config).gate_step_factor == asked.get("gate_step_factor", 1)
