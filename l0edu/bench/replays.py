"""How long is a training step of a network whose gates stand as in some epoch of a recorded run?

What a step costs depends on its gates and hardly on its weights. So a run that kept its gates (`--record`)
can be timed again on an idle machine, in any order of epochs, and beside networks whose gates do not learn.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from l0edu.bench.timing import Measure
from l0edu.bench.training_steps import steps_from
from l0edu.errors import InputError
from l0edu.gates import HardConcrete
from l0edu.models import build
from l0edu.network import Network
from l0edu.recording import STEPS, Recording
from l0edu.runs import RunFolder
from l0edu.settings import Settings
from l0edu.tables import Array, Table
from l0edu.train import begin

__all__ = ["fresh_step", "recorded_params", "recorded_step"]

BATCH = 100


def recorded_step(folder: str, epoch: int) -> Measure:
    """Milliseconds of a training step with the gates that a run had after an epoch.

    Parameters
    ----------
    folder : str
        Of a run that was recorded; its film is enough.
    epoch : int
        From 1.
    """
    network, lam, recording = _run(folder)
    net = build(network)
    if not 1 <= epoch <= recording.epochs:
        raise InputError(f"epoch {epoch}: {folder} has recorded 1 to {recording.epochs}")
    settings = Settings(epochs=1, batch_size=BATCH, lam=lam, averaging=0.999)
    start = begin(net, settings)
    return steps_from(
        net, settings, replace(start, params=recorded_params(net, start.params, recording, epoch))
    )


def fresh_step(network: str) -> Measure:
    """Milliseconds of a training step of a network as it begins; with dropout, each example has its draw.

    Examples
    --------
    >>> fresh_step("mlp-dense")(2)["value"] > 0
    True
    """
    net = build(network)
    per_example = network.endswith("-dropout")
    settings = Settings(epochs=1, batch_size=BATCH, lam=0.0, averaging=0.999, per_example=per_example)
    return steps_from(net, settings, begin(net, settings))


def recorded_params(net: Network, params: Table, recording: Recording, epoch: int) -> Table:
    """Params whose log_alpha gives each gate the P(z != 0) that was recorded (Eq. 12, solved for log_alpha).

    It is kept within 1/1020 of 0 and of 1, as the recording's steps are 1/255.
    """
    placed = dict(params)
    for gate in net.gates():
        law = gate.gate_law()
        assert isinstance(law, HardConcrete)
        p = recording.probabilities[gate.name][epoch - 1].reshape(net.gate_shape(gate)) / STEPS
        log_alpha = _logit(np.clip(p, 1 / (4 * STEPS), 1 - 1 / (4 * STEPS))) + law.beta * np.log(
            -law.gamma / law.zeta
        )
        old = params[gate.name]["log_alpha"]
        placed[gate.name] = {**params[gate.name], "log_alpha": log_alpha.astype(old.dtype)}
    return placed


@cache
def _run(folder: str) -> tuple[str, float | tuple[float, ...], Recording]:
    progress = RunFolder(Path(folder)).load_film()
    assert progress.recording is not None
    lam = progress.config.lam
    return progress.config.network, lam[0] if len(lam) == 1 else tuple(lam), progress.recording


def _logit(p: Array) -> Array:
    return np.log(p) - np.log1p(-p)
