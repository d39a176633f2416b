"""What was done with the gates of a wide ResNet, and on which images was it trained? In a few words."""

from l0edu.collected.groups import price_numbers, way
from l0edu.config import Config
from l0edu.data.cifar_files import LAYOUTS
from l0edu.recipes import defaults

__all__ = ["gates_in_words", "is_on_cifar", "network_and_data", "without_variant"]

IMAGES = 50_000  # that CIFAR-10 and CIFAR-100 have to train on
VARIANTS = ("-dense", "-dropout", "-before-bn")
COARSE = {"cifar100-coarse": ", coarse labels"}
PRICES = {
    "lambda": "lambda{} {} / N",
    "target-l0": "target{} {} of the weights",
    "target-flops": "target{} {} of the FLOPs",
}


def is_on_cifar(config: Config) -> bool:
    """Whether it is a wide ResNet on CIFAR-10 or CIFAR-100."""
    return config.network.startswith("wrn-") and config.data in LAYOUTS


def without_variant(network: str) -> str:
    """A model's name without what is done with its gates.

    Examples
    --------
    >>> without_variant("wrn-10-2-dense"), without_variant("wrn-10-2")
    ('wrn-10-2', 'wrn-10-2')
    """
    for variant in VARIANTS:
        network = network.removesuffix(variant)
    return network


def gates_in_words(config: Config) -> str:
    """What was done with the gates: "dense", "dropout", or the price of a weight and what else differs.

    Examples
    --------
    >>> from l0edu.recipes import defaults
    >>> asked = {"network": "wrn-10-2-before-bn", "data": "cifar10", "lam": [0.5]}
    >>> gates_in_words(Config(**{**defaults(asked), **asked, "images": 50_000, "data_crc": 0}))
    'lambda 0.5 / N, before batch norm'
    """
    if config.network.endswith(("-dense", "-dropout")):
        return config.network.rpartition("-")[2]
    price = PRICES[way(config)].format("s" * (len(config.lam) > 1), price_numbers(config))
    details = {
        f"gates from epoch {config.warm_up + 1}": config.warm_up > 0,
        f"drop rate {config.drop_rate}": config.drop_rate is not None,
        _gate_steps(config): config.gate_step_size != _usual_gate_step(config),
        "before batch norm": config.network.endswith("-before-bn"),
    }
    return ", ".join([price, *(detail for detail, given in details.items() if given)])


def _usual_gate_step(config: Config) -> float | None:
    """What a run takes that asks for the same price."""
    names = ("network", "data", "optimizer", "target_l0", "target_flops")
    step: float | None = defaults({name: getattr(config, name) for name in names})["gate_step_size"]
    return step


def _gate_steps(config: Config) -> str:
    if config.gate_step_size is None:
        return f"gates with {config.optimizer.upper()}"
    return f"gates with Adam's steps of {config.gate_step_size:g}"


def network_and_data(config: Config) -> str:
    """As in the title of a figure: "WRN-10-2 on a subset of CIFAR-10, 10,000 training images"."""
    data = LAYOUTS[config.data].title + COARSE.get(config.data, "")
    subset = "a subset of " * (config.images < IMAGES)
    return f"{without_variant(config.network).upper()} on {subset}{data}, {config.images:,} training images"
