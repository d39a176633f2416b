"""Which options does training take on the command line, and how are they explained?"""

import argparse
from typing import Any

from l0edu.config import DEVICES, OPTIMIZERS
from l0edu.data import NAMES

__all__ = ["add_options"]


def add_options(parser: Any) -> None:
    """Add all options that decide a run, but for its seed, to a parser."""
    _add_data(parser.add_argument_group("data"))
    objective = parser.add_argument_group("objective")
    _add_price(objective)
    _add_decay(objective)
    _add_steps(parser.add_argument_group("optimizer"))
    gates = parser.add_argument_group("gates")
    _add_start(gates)
    _add_gate_steps(gates)
    _add_gates(gates)
    _add_device(parser.add_argument_group("device"))


def _add_data(group: Any) -> None:
    group.add_argument("--data", choices=NAMES, help="mini: 5,000 digits inside the package (default)")
    group.add_argument("--data-dir", metavar="D", help="folder with its files (default: $L0EDU_DATA)")
    group.add_argument(
        "--augment",
        action=argparse.BooleanOptionalAction,
        help="flip and crop the training images at random (wide ResNets yes, others no)",
    )
    group.add_argument("--dtype", choices=("float32", "float64"), help="of parameters and images (float32)")
    group.add_argument("--validation", type=float, metavar="V", help="share of training images held out (0)")


def _add_price(group: Any) -> None:
    group.add_argument(
        "--lam",
        type=float,
        nargs="+",
        metavar="L",
        help="lambda in units of 1/N, one or one a gated layer (.1; lenet5 on mini .02)",
    )
    target = group.add_mutually_exclusive_group()
    target.add_argument(
        "--target-l0", type=float, metavar="T", help="no lambda: expected share of gated weights left, as .1"
    )
    target.add_argument(
        "--target-flops", type=float, metavar="T", help="no lambda: expected share of the dense FLOPs left"
    )


def _add_decay(group: Any) -> None:
    group.add_argument(
        "--weight-decay",
        type=float,
        metavar="W",
        help="weight of the L2 term (0; wide ResNets 5e-4); not times N",
    )
    group.add_argument(
        "--gated-weight-decay",
        type=float,
        metavar="G",
        help="another one for weights with a gate (wide ResNets W / .7)",
    )
    group.add_argument(
        "--decay-batch-norm",
        action=argparse.BooleanOptionalAction,
        help="batch norm's scale and shift decay too (wide ResNets yes, others no)",
    )


def _add_steps(group: Any) -> None:
    group.add_argument("--epochs", type=int, metavar="E", help="120 on the embedded digits, else 200")
    group.add_argument("--batch-size", type=int, metavar="B", help="examples a step (100; wide ResNets 128)")
    group.add_argument(
        "--optimizer", choices=OPTIMIZERS, help="sgd has Nesterov momentum .9 (adam; wide ResNets sgd)"
    )
    group.add_argument("--step-size", type=float, metavar="S", help="the optimizer's (1e-3; wide ResNets .1)")
    group.add_argument(
        "--step-drops",
        type=float,
        nargs="+",
        metavar="D",
        help="shares of the run after which steps become .2 times as large (none; wide ResNets .3 .6 .8)",
    )
    group.add_argument("--averaging", type=float, metavar="A", help="decay of the averages (.999; mini .99)")


def _add_start(group: Any) -> None:
    group.add_argument(
        "--drop-rate", type=float, metavar="P", help="the gates' initial drop rate (the network's own)"
    )
    group.add_argument(
        "--warm-up", type=int, metavar="E", help="epochs at the start that train without gates (0)"
    )


def _add_gate_steps(group: Any) -> None:
    group.add_argument(
        "--gate-step-factor",
        type=float,
        metavar="F",
        help="how many times larger the gates' steps are (1; 10 with a target)",
    )
    group.add_argument(
        "--gate-step-size",
        type=float,
        metavar="S",
        help="the gates take Adam's steps of this size (no; .01 for a target beside sgd)",
    )


def _add_gates(group: Any) -> None:
    group.add_argument(
        "--conditional",
        action=argparse.BooleanOptionalAction,
        help="skip in each step what closed gates make useless (yes; the same up to rounding)",
    )
    group.add_argument(
        "--per-example",
        action=argparse.BooleanOptionalAction,
        help="draw the gates anew for each example of a batch (no; with dropout yes)",
    )


def _add_device(group: Any) -> None:
    group.add_argument(
        "--device",
        choices=DEVICES,
        help="where to train (cpu); gpu takes CuPy; stand-in behaves as a GPU does and is slow: for checks "
        "without one",
    )
    group.add_argument(
        "--repeatable",
        action=argparse.BooleanOptionalAction,
        help="with a device, take the gates' noise from the CPU: the same batches and noise as there (no)",
    )
