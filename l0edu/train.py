"""How is a network trained? The loop that minimizes Eq. 9, meant to be read and retyped.

Everything random in epoch e comes from the generator `default_rng((seed, e))` (`l0edu.epoch`), so a run that
stopped goes on exactly as if it had never stopped.

Where the training images lie, there the network is trained (`l0edu.gpu.to_device`). States and records are
those of the host all the same, so that a run can go on elsewhere. A device that draws the noise itself
(`Settings.repeatable` is False) draws other noise for the rest of an epoch inside which the run stopped.
"""

import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from l0edu.assessment import assess, sample_of
from l0edu.averaging import Average
from l0edu.checkpointing import Checkpointer
from l0edu.data import Images, flip_and_crop
from l0edu.divergence import refuse_state_not_finite
from l0edu.epoch import Epoch
from l0edu.errors import GateWarning, InputError
from l0edu.gate_steps import gates_only
from l0edu.gating import clamp_log_alpha, draw_noise, gate_parameters
from l0edu.gradient import value_and_grad
from l0edu.memory import keep_freed_memory
from l0edu.network import Network
from l0edu.objective import objective_terms
from l0edu.penalty import one_per_layer
from l0edu.prepared import prepared_sets
from l0edu.pursuit import Pursuit, begin_multipliers
from l0edu.records import Record, State
from l0edu.settings import Settings
from l0edu.tables import Array, FlatTable, Table, check_alike
from l0edu.target import Pull
from l0edu.watch import GateWatch
from l0edu.workspace import Workspace

__all__ = ["begin", "fit", "train_epoch"]

Terms = dict[str, float]
Track = Callable[[Iterable[Any]], Iterable[Any]]


def begin(net: Network, settings: Settings) -> State:
    """The state before the first epoch; its randomness comes from `default_rng((seed, 0))`.

    Parameters
    ----------
    net : Network
    settings : Settings

    Returns
    -------
    State

    Examples
    --------
    >>> from l0edu import mlp
    >>> state = begin(mlp(), Settings(epochs=1))
    >>> state.epoch, list(state.params)
    (0, ['gate1', 'fc1', 'gate2', 'fc2', 'gate3', 'fc3'])
    """
    params = net.init(np.random.default_rng((settings.seed, 0)), np.dtype(settings.dtype))
    average, target = Average(settings.averaging), settings.target
    multipliers = None if target is None else begin_multipliers(net, params, target, settings.clamp)
    rule = settings.gate_optimizer
    return State(
        0,
        params,
        settings.optimizer.init(params),
        average.init(params),
        multipliers=multipliers,
        gate_optimizer=None if rule is None else rule.init(gates_only(params, gate_parameters(net))),
    )


def fit(
    net: Network,
    train: Images,
    settings: Settings,
    test: Images | None = None,
    validation: Images | None = None,
    state: State | None = None,
    track: Track = iter,
    checkpointer: Checkpointer | None = None,
) -> Iterator[Record]:
    """Train, and yield a record after each epoch: `for record in fit(net, train, settings): ...`.

    Parameters
    ----------
    net : Network
    train : Dataset, ByteImages or DeviceImages
        x (N, ...) and y (N,); reshaped to the network's inputs when the sizes agree. With images on a device
        the network is trained there.
    settings : Settings
    test, validation : as train, optional
        Evaluated after each epoch, where train lies. Nothing is chosen on either.
    state : State, optional
        From an earlier record: go on after its epoch; or one that `checkpointer` got. Without it, start anew.
    track : callable, optional
        Wraps the epoch's batches, for example in a progress bar.
    checkpointer : Checkpointer, optional
        Gets the state from time to time inside an epoch.

    Yields
    ------
    Record
        With the run's whole state, 5 MB for the MLP: keep `record.metrics()` of each, not the records.

    Raises
    ------
    TrainingDivergedError
        When the loss or a parameter is not finite any more; the last record is still good. On a device it
        is noticed at the end of the epoch, where the losses are read, or when `checkpointer` takes a state.
    InputError
        For data that cannot be trained on: no examples, inputs that are not finite floats or do not fit the
        network, labels beyond its classes, one set on the host and one on a device; or for a lambda that
        does not fit. As `fit` is a generator, errors come when the first record is asked for, not with the
        call.

    Warns
    -----
    GateWarning
        When all gates of a layer are closed at test time, or none has moved for 5 epochs.

    Examples
    --------
    >>> from l0edu import mlp
    >>> from l0edu.data import load
    >>> train, test = load("mini")
    >>> for record in fit(mlp(), train, Settings(epochs=1), test):
    ...     print(record.epoch, record.architecture)
    1 [784, 300, 100]
    """
    train, test, validation = prepared_sets(net, settings, train=train, test=test, validation=validation)
    start = begin(net, settings)
    state = start if state is None else state
    check_alike(start.params, state.params, "state.params")
    _check_belongs(settings, state)
    watch = GateWatch(net)
    sample = sample_of(train, settings)
    while state.epoch < settings.epochs:
        started = time.perf_counter()
        state, losses, step_ms = train_epoch(net, train, settings, state, track, checkpointer)
        params = Average(settings.averaging).value(state.average)
        assessment = assess(net, params, sample, test, validation)
        state = replace(state, seconds=state.seconds + time.perf_counter() - started)
        if state.epoch > settings.warm_up:  # before, the gates rest
            _warn(state.epoch, watch.look(assessment["open_probabilities"], assessment["architecture"]))
        means = _mean_losses(losses)
        pursuit = _pursuit(net, settings, state, len(train)).report(params)
        yield Record(
            state.epoch, **means, **assessment, step_ms=step_ms, params=params, state=state, pursuit=pursuit
        )


def train_epoch(
    net: Network,
    train: Images,
    settings: Settings,
    state: State,
    track: Track = iter,
    checkpointer: Checkpointer | None = None,
) -> tuple[State, list[Terms], float]:
    """One pass over the data: a step of Eq. 9 for each batch.

    Parameters
    ----------
    net : Network
    train : Dataset, ByteImages or DeviceImages
        In the network's shape and the settings' dtype.
    settings : Settings
    state : State
        Where the epoch begins, or goes on.
    track : callable, optional
        Wraps the batches.
    checkpointer : Checkpointer, optional
        Gets the state from time to time.

    Returns
    -------
    State
        After the epoch.
    list of dict
        "data", "l0" and "l2" of each step's loss.
    float
        Mean wall time of a step, in milliseconds.

    Raises
    ------
    TrainingDivergedError
        When the loss or a parameter is not finite any more; on a device at the end of the epoch.
    InputError
        When lambda or the clamp does not fit the network.
    """
    keep_freed_memory()
    work = Workspace(state, settings, gate_parameters(net), train.y)
    pursuit = _pursuit(net, settings, state, len(train))
    evaluate = value_and_grad(_objective(net, settings, len(train)), into=work.grads)
    epoch = Epoch(train, settings, state)
    for x, y in track(epoch.batches()):
        x = flip_and_crop(epoch.rng, x) if settings.augment else x
        noise = None if epoch.warms_up else _noise(net, work.params, epoch.noise_rng, len(y), settings)
        terms, _ = evaluate(work.params, x, y, noise, pursuit.pull())
        pursuit.ascend(work.params)
        work.update_params(gates_rest=epoch.warms_up)
        _clamp_in_place(net, work.params, settings.clamp)
        work.update_average()
        epoch.add(terms)
        if checkpointer is not None and checkpointer.due():
            checkpointer.keep(_inside(work, epoch, pursuit, state))
    epoch.read_losses()
    after = replace(work.state(epoch.number, state.seconds), multipliers=pursuit.multipliers)
    refuse_state_not_finite(after)
    return after, epoch.losses, epoch.step_ms()


def _noise(net: Network, params: Table, rng: Any, examples: int, settings: Settings) -> FlatTable:
    return draw_noise(net, params, rng, examples if settings.per_example else None)


def _inside(work: Workspace, epoch: Epoch, pursuit: Pursuit, before: State) -> State:
    """The state in the middle of an epoch, from which the rest of it can be done."""
    part = epoch.part(work.sums())
    done = 0.0 if before.part is None else before.part.seconds
    state = work.state(before.epoch, before.seconds + part.seconds - done)
    refuse_state_not_finite(state)
    return replace(state, multipliers=pursuit.multipliers, part=part)


def _objective(net: Network, settings: Settings, examples: int) -> Callable[..., Any]:
    """Eq. 9 as a function of params, x, y, noise and pull; lambda is given in units of 1/N."""
    lam = [one / examples for one in one_per_layer(net, settings.lam)]
    fixed = {
        name: getattr(settings, name)
        for name in ("weight_decay", "gated_weight_decay", "decay_batch_norm", "conditional")
    }

    def objective(
        params: Table, x: Array, y: Array, noise: FlatTable | None, pull: Pull | None
    ) -> dict[str, Any]:
        return objective_terms(net, params, x, y, noise, lam, pull=pull, **fixed)

    return objective


def _pursuit(net: Network, settings: Settings, state: State, examples: int) -> Pursuit:
    """A target is pursued from the end of the warm-up, before which the count of steps is negative."""
    steps = -(-examples // settings.batch_size)  # an epoch
    done = steps * (state.epoch - settings.warm_up) + (0 if state.part is None else state.part.steps)
    all_steps = steps * (settings.epochs - settings.warm_up)
    return Pursuit(net, settings.target, state.multipliers, done, all_steps)


def _warn(epoch: int, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        warnings.warn(f"epoch {epoch}: {sentence}", GateWarning, stacklevel=3)


def _check_belongs(settings: Settings, state: State) -> None:
    parts = {"target": state.multipliers, "gate_optimizer": state.gate_optimizer}
    for name, part in parts.items():
        if (getattr(settings, name) is None) != (part is None):
            had, has = ("no", "a") if part is None else ("a", "no")
            raise InputError(
                f"the state comes from a run with {had} {name}, and the settings have {has} {name}"
            )


def _clamp_in_place(net: Network, params: Table, limit: float | None) -> None:
    if limit is None:
        return
    clamped = clamp_log_alpha(net, params, limit)
    for gate in net.gates():
        params[gate.name]["log_alpha"][...] = clamped[gate.name]["log_alpha"]


def _mean_losses(steps: list[Terms]) -> dict[str, Any]:
    """The epoch's means of the terms, and of their sum."""
    mean = {name: float(np.mean([terms[name] for terms in steps])) for name in ("data", "l0", "l2")}
    return {
        "train_loss": sum(mean.values()),
        "data_loss": mean["data"],
        "l0_penalty": mean["l0"],
        "l2_penalty": mean["l2"],
    }
