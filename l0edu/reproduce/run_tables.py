"""What did single runs give? Tables with a line for each run: with a target, over lambdas, on CIFAR."""

import re
from collections.abc import Sequence

from l0edu.collected import CollectedRun
from l0edu.collected.wide_resnets import gates_in_words
from l0edu.reproduce.markdown import markdown_table
from l0edu.reproduce.table1 import Measured

__all__ = ["choose_lambda_markdown", "targets_markdown", "wide_resnets_markdown"]

TARGETS = ("network, data, epochs", "seed", "target", "expected share", "units left", "test error %")
WIDE_RESNETS = ("gates", "seed", "closed", "units left", "test error %", "training error %", "FLOPs left")
LAMBDAS = ("lambda N", "inputs of fc1, fc2, fc3 left", "validation error", "FLOPs left")


def targets_markdown(measured: Sequence[Measured]) -> str:
    """How near did runs come to the size that was asked for? The expected share at their end is compared.

    Parameters
    ----------
    measured : sequence of Measured
        Of runs with a target.
    """
    return markdown_table(TARGETS, [_with_target(run) for one in measured for run in one.runs])


def choose_lambda_markdown(measured: Sequence[Measured]) -> str:
    """Which error and which size has each lambda? Of each row its first run, as one has when one chooses.

    Parameters
    ----------
    measured : sequence of Measured
        Of runs of the MLP with one lambda and a part of the images held out.
    """
    return markdown_table(LAMBDAS, [_with_lambda(one.runs[0]) for one in measured])


def wide_resnets_markdown(runs: Sequence[CollectedRun]) -> str:
    """How many gates did wide ResNets close, and at which error? In order of gates closed.

    Parameters
    ----------
    runs : sequence of CollectedRun
        Of wide ResNets on CIFAR, finished.
    """
    return markdown_table(WIDE_RESNETS, [_wide_resnet(run) for run in sorted(runs, key=_closed)])


def _closed(run: CollectedRun) -> int:
    return sum(charge.gates for charge in run.config.build().charges) - sum(run.architecture)


def _wide_resnet(run: CollectedRun) -> tuple[str, ...]:
    gates = _closed(run) + sum(run.architecture)
    return (
        gates_in_words(run.config),
        str(run.config.seed),
        f"{_closed(run)} of {gates}" if gates else "",
        "-".join(map(str, run.architecture)),
        f"{run.test_error:.2f}",
        f"{run.last['train_error']:.1f}",
        f"{100 * run.flops_left:.1f} %",
    )


def _with_target(run: CollectedRun) -> tuple[str, ...]:
    config = run.config
    what, share = ("weights", config.target_l0) if config.target_l0 else ("FLOPs", config.target_flops)
    reached = run.last["pursuit"]["share"]
    return (
        f"{config.network}, {config.data}, {config.epochs}",
        str(config.seed),
        f"{share:g} of the {what}",
        f"{reached:.4f} ({reached / share - 1:+.2%})",
        "-".join(map(str, run.architecture)),
        f"{run.test_error:.2f}",
    )


def _with_lambda(run: CollectedRun) -> tuple[str, ...]:
    return (
        re.sub(r"^0\.", ".", f"{run.config.lam[0]:g}"),
        "-".join(map(str, run.architecture)),
        f"{run.last['validation_error']:.1f} %",
        f"{100 * run.flops_left:.0f} %",
    )
