"""What can be reproduced, from which runs, and which of their numbers are compared?

The paper's Table 1 and Figure 3 (`rows.py`), and what this project publishes beside them:

    frontier        error against size, over lambdas and over targets: the MLP on the embedded digits
    targets         how near runs come to the size that was asked for
    choose-lambda   error and size against lambda, with a part of the digits held out

Figure 4 has the paper's rows here, and others for a smaller network (`wide_resnet_rows.py`).

The fast form of these has fewer epochs, and gates that take ten times larger steps. A target needs 40: in 20
epochs the ramp to .05 of the weights closed a whole layer. LeNet-5's runs with a target have no fast form of
their own, as one of 24 epochs ended 14 % below its target.
"""

from collections.abc import Callable
from dataclasses import dataclass

from l0edu.collected import CollectedRun
from l0edu.reproduce.quantities import (
    Quantity,
    of_choose_lambda,
    of_figure3,
    of_figure4,
    of_table1,
    of_targets,
)
from l0edu.reproduce.rows import ROWS, Form, Row
from l0edu.reproduce.wide_resnet_rows import PAPERS_ROWS

__all__ = ["CHOOSE_LAMBDA_ROWS", "EXHIBITS", "FRONTIER_ROWS", "TARGET_ROWS", "Exhibit"]

FRONTIER_LAMBDAS = (0.02, 0.05, 0.1, 0.15, 0.2)
FRONTIER_TARGETS = (0.5, 0.281171, 0.158114, 0.088914, 0.05)  # 0.05:0.5:log:5
CHOOSE_FROM = (0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
HELD_OUT = 0.2


def _with_lambda(lam: float, epochs: int, validation: float = 0.0) -> Row:
    """The MLP on the embedded digits."""
    full = Form("mini", epochs, (lam,), validation=validation)
    fast = Form("mini", 20, (lam,), gate_factor=10.0, validation=validation)
    return Row(f"lam{lam:g}", "mlp", "MLP", full, fast)


def _frontier_target(target: float) -> Row:
    """The same with a target."""
    full, fast = (Form("mini", epochs, target_l0=target, gate_factor=10.0) for epochs in (100, 40))
    return Row(f"target-l0_{target:g}", "mlp", "MLP", full, fast)


FRONTIER_ROWS = (
    *(_with_lambda(lam, 100) for lam in FRONTIER_LAMBDAS),
    *(_frontier_target(target) for target in FRONTIER_TARGETS),
)
CHOOSE_LAMBDA_ROWS = tuple(_with_lambda(lam, 120, HELD_OUT) for lam in CHOOSE_FROM)
LENET5_L0 = Form("mini", 120, target_l0=0.1, gate_factor=10.0)
LENET5_FLOPS = Form("mini", 120, target_flops=0.3, gate_factor=10.0)
TARGET_ROWS = (
    Row(
        *("mlp-l0", "mlp", "MLP"),
        full=Form("mnist", 30, target_l0=0.1, gate_factor=10.0),
        fast=Form("mini", 40, target_l0=0.1, gate_factor=10.0),
    ),
    Row(
        *("mlp-flops", "mlp", "MLP"),
        full=Form("mnist", 30, target_flops=0.2, gate_factor=10.0),
        fast=Form("mini", 40, target_flops=0.2, gate_factor=10.0),
    ),
    Row("lenet5-l0", "lenet5", "LeNet-5", LENET5_L0, LENET5_L0),
    Row("lenet5-flops", "lenet5", "LeNet-5", LENET5_FLOPS, LENET5_FLOPS),
)


@dataclass(frozen=True)
class Exhibit:
    """A table or figure that is made from runs.

    Attributes
    ----------
    rows : tuple of Row
    folder : str
        Where its runs are kept, below "reproduced" and below "docs/results".
    quantities : callable
        From a run to the numbers that a receipt has of it.
    published : bool
        Whether its runs and a receipt come with the package.
    """

    rows: tuple[Row, ...]
    folder: str
    quantities: Callable[[CollectedRun], tuple[Quantity, ...]]
    published: bool = True


EXHIBITS = {
    "table1": Exhibit(ROWS, "table1", of_table1),
    "figure3": Exhibit(ROWS, "table1", of_figure3),
    "figure4": Exhibit(PAPERS_ROWS, "figure4", of_figure4, published=False),
    "frontier": Exhibit(FRONTIER_ROWS, "frontier", of_table1),
    "targets": Exhibit(TARGET_ROWS, "targets", of_targets),
    "choose-lambda": Exhibit(CHOOSE_LAMBDA_ROWS, "choose-lambda", of_choose_lambda),
}
