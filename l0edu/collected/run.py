"""What did a run give? What it recorded, and what follows from that.

A record holds how many units are left in each gated layer, not which. What is derived here from these counts
follows from them alone: weights left are products of widths, as in Table 1, and FLOPs are counted again only
in the paper's convention, each layer by its own gates. `flops` of the live network is what the run recorded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from l0edu.collected.widths import first_open, weights_between
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.flops import flops

__all__ = ["CollectedRun"]


@dataclass(frozen=True)
class CollectedRun:
    """What a run was asked for, and what it recorded.

    Attributes
    ----------
    name : str
        Its folder, as seen from where runs were collected.
    path : Path
    config : Config
    records : list of dict
        One an epoch, as in metrics.jsonl; none of a run that was killed in its first.
    finished : bool
        Whether it did all its epochs and wrote its summary.

    Raises
    ------
    InputError
        By the properties about results, when there is no record yet.
    """

    name: str
    path: Path
    config: Config
    records: list[dict[str, Any]]
    finished: bool

    @property
    def last(self) -> dict[str, Any]:
        """The record of the last epoch."""
        if not self.records:
            raise InputError(f"{self.path} has no epoch yet: go on with it, with --resume")
        return self.records[-1]

    @property
    def architecture(self) -> list[int]:
        """Units left in each gated layer."""
        return list(self.last["architecture"])

    @property
    def test_error(self) -> float | None:
        """Percent wrong after the last epoch; None without a test set."""
        return self.last["test_error"]

    @property
    def best_error(self) -> tuple[float, int] | None:
        """The lowest test error of all epochs in percent, and the first epoch that had it."""
        errors = [(record["test_error"], record["epoch"]) for record in self.records]
        return min((error for error in errors if error[0] is not None), default=None)

    @property
    def weights_left(self) -> float:
        """Share of the gated weights, in [0, 1], that lie between open units; 1 without gates.

        From the widths alone, as in Table 1: 219-214-100 leaves 219 214 + 214 100 + 100 10 of 266,200.
        """
        net = self.config.build()
        whole = sum(charge.gates * charge.group_size for charge in net.charges)
        left = sum(weights_between(self.config.network, tuple(self.architecture)).values())
        return left / whole if whole else 1.0

    @property
    def flops(self) -> int:
        """Of the network that is left, for one example, exactly: live units only."""
        return self.last["flops"]

    @property
    def flops_left(self) -> float:
        """`flops` as a share of the dense network's, in [0, 1]."""
        return self.flops / self.dense_flops

    @property
    def flops_own_gates(self) -> float:
        """The same in the paper's convention, each layer by its own gates as if its neighbours were dense."""
        net = self.config.build()
        opened = first_open(net, dict(zip(net.gate_shapes, self.architecture, strict=True)))
        return flops(net, opened, "own-gates").total

    @property
    def expected_flops(self) -> float:
        """To be expected under the gates' probabilities of being open: live units only."""
        return self.last["expected_flops"]

    @property
    def expected_flops_own_gates(self) -> float:
        """The same in the paper's convention, which is that of Figure 3."""
        return self.last["expected_flops_own_gates"]

    @property
    def dense_flops(self) -> float:
        """Of the network with all its units."""
        return flops(self.config.build()).total

    @property
    def seconds(self) -> float:
        """Wall time of all epochs."""
        return self.last["seconds"]
