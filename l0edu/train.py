"""How is a network trained? The loop that minimizes Eq. 9, meant to be read and retyped.

Everything random in epoch e comes from the generator `default_rng((seed, e))`: the order of the batches and
the noise of the gates. So the state of a run holds no generator, and a run that stopped after epoch e goes
on exactly as if it had never stopped.
"""

import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from l0edu.averaging import Average
from l0edu.data import Dataset, batches
from l0edu.divergence import refuse_loss_not_finite, refuse_state_not_finite
from l0edu.errors import GateWarning, InputError
from l0edu.evaluation import batch_norm_stats, error_percent
from l0edu.flops import flops
from l0edu.gating import (
    architecture,
    clamp_log_alpha,
    draw_noise,
    gate_parameters,
    open_at_test,
    open_probabilities,
    test_gates,
)
from l0edu.gradient import value_and_grad
from l0edu.memory import keep_freed_memory
from l0edu.network import Network
from l0edu.objective import objective_terms
from l0edu.penalty import expected_l0, one_per_layer
from l0edu.pursuit import Pursuit, begin_multipliers
from l0edu.records import Record, Settings, State
from l0edu.tables import Array, FlatTable, Table, check_alike
from l0edu.target import Pull
from l0edu.watch import GateWatch
from l0edu.workspace import Workspace

__all__ = ["begin", "fit", "train_epoch"]

MOMENT_EXAMPLES = 1000  # batch norm's moments for evaluation come from so many training examples

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
    return State(0, params, settings.optimizer.init(params), average.init(params), multipliers=multipliers)


def fit(
    net: Network,
    train: Dataset,
    settings: Settings,
    test: Dataset | None = None,
    validation: Dataset | None = None,
    state: State | None = None,
    track: Track = iter,
) -> Iterator[Record]:
    """Train, and yield a record after each epoch: `for record in fit(net, train, settings): ...`.

    Parameters
    ----------
    net : Network
    train : Dataset
        x (N, ...) and y (N,); reshaped to the network's inputs when the sizes agree.
    settings : Settings
    test, validation : Dataset, optional
        Evaluated after each epoch. Nothing is chosen on either.
    state : State, optional
        From an earlier record: go on after its epoch. Without it, start anew.
    track : callable, optional
        Wraps the epoch's batches, for example in a progress bar.

    Yields
    ------
    Record
        With the run's whole state, 5 MB for the MLP: keep `record.metrics()` of each, not the records.

    Raises
    ------
    TrainingDivergedError
        When the loss or a parameter is not finite any more; the last record is still good.
    InputError
        For data that cannot be trained on: no examples, inputs that are not finite floats or do not fit the
        network, labels beyond its classes; or for a lambda that does not fit. As `fit` is a generator,
        errors come when the first record is asked for, not with the call.

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
    train, test, validation = (_prepared(data, net, settings) for data in (train, test, validation))
    start = begin(net, settings)
    state = start if state is None else state
    check_alike(start.params, state.params, "state.params")
    _check_multipliers(settings, state)
    watch = GateWatch(net)
    sample = _moment_examples(train, settings)
    while state.epoch < settings.epochs:
        started = time.perf_counter()
        state, losses, step_ms = train_epoch(net, train, settings, state, track)
        params = Average(settings.averaging).value(state.average)
        assessment = _assess(net, params, sample, test, validation)
        state = replace(state, seconds=state.seconds + time.perf_counter() - started)
        for sentence in watch.look(assessment["open_probabilities"], assessment["architecture"]):
            warnings.warn(f"epoch {state.epoch}: {sentence}", GateWarning, stacklevel=2)
        means = _mean_losses(losses)
        pursuit = _pursuit(net, settings, state, len(train)).report(params)
        yield Record(
            state.epoch, **means, **assessment, step_ms=step_ms, params=params, state=state, pursuit=pursuit
        )


def train_epoch(
    net: Network, train: Dataset, settings: Settings, state: State, track: Track = iter
) -> tuple[State, list[Terms], float]:
    """One pass over the data: a step of Eq. 9 for each batch.

    Parameters
    ----------
    net : Network
    train : Dataset
        In the network's shape and the settings' dtype.
    settings : Settings
    state : State
        Where the epoch begins.
    track : callable, optional
        Wraps the batches.

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
        When the loss or a parameter is not finite any more.
    InputError
        When lambda or the clamp does not fit the network.
    """
    keep_freed_memory()
    work = Workspace(state, settings, gate_parameters(net))
    pursuit = _pursuit(net, settings, state, len(train))
    evaluate = value_and_grad(_objective(net, settings, len(train)), into=work.grads)
    epoch = state.epoch + 1
    rng = np.random.default_rng((settings.seed, epoch))
    losses: list[Terms] = []
    started = time.perf_counter()
    for x, y in track(batches(rng, train, settings.batch_size)):
        noise = draw_noise(net, work.params, rng, len(y) if settings.per_example else None)
        terms, _ = evaluate(work.params, x, y, noise, pursuit.pull())
        pursuit.ascend(work.params)
        work.update_params()
        _clamp_in_place(net, work.params, settings.clamp)
        work.update_average()
        losses.append(_finite(terms, epoch, len(losses) + 1))
    step_ms = 1000 * (time.perf_counter() - started) / len(losses)
    after = replace(work.state(epoch, state.seconds), multipliers=pursuit.multipliers)
    refuse_state_not_finite(after)
    return after, losses, step_ms


def _objective(net: Network, settings: Settings, examples: int) -> Callable[..., Any]:
    """Eq. 9 as a function of params, x, y, noise and pull; lambda is given in units of 1/N."""
    lam = [one / examples for one in one_per_layer(net, settings.lam)]
    decay, conditional = settings.weight_decay, settings.conditional

    def objective(params: Table, x: Array, y: Array, noise: FlatTable, pull: Pull | None) -> dict[str, Any]:
        return objective_terms(
            net, params, x, y, noise, lam, weight_decay=decay, conditional=conditional, pull=pull
        )

    return objective


def _pursuit(net: Network, settings: Settings, state: State, examples: int) -> Pursuit:
    steps = -(-examples // settings.batch_size)  # an epoch
    done, all_steps = steps * state.epoch, steps * settings.epochs
    return Pursuit(net, settings.target, state.multipliers, done, all_steps)


def _check_multipliers(settings: Settings, state: State) -> None:
    if (settings.target is None) != (state.multipliers is None):
        had, has = ("no", "a") if state.multipliers is None else ("a", "no")
        raise InputError(f"the state comes from a run with {had} target, and the settings have {has} target")


def _clamp_in_place(net: Network, params: Table, limit: float | None) -> None:
    if limit is None:
        return
    clamped = clamp_log_alpha(net, params, limit)
    for gate in net.gates():
        params[gate.name]["log_alpha"][...] = clamped[gate.name]["log_alpha"]


def _finite(terms: dict[str, Any], epoch: int, step: int) -> Terms:
    numbers = {name: float(term) for name, term in terms.items()}
    refuse_loss_not_finite(numbers, epoch, step)
    return numbers


def _mean_losses(steps: list[Terms]) -> dict[str, Any]:
    """The epoch's means of the terms, and of their sum."""
    mean = {name: float(np.mean([terms[name] for terms in steps])) for name in ("data", "l0", "l2")}
    return {
        "train_loss": sum(mean.values()),
        "data_loss": mean["data"],
        "l0_penalty": mean["l0"],
        "l2_penalty": mean["l2"],
    }


def _moment_examples(train: Dataset, settings: Settings) -> Array:
    """Training images for batch norm's moments, drawn at random, as the set may be in some order."""
    rng = np.random.default_rng((settings.seed, 0, 2))
    return train.x[rng.permutation(len(train))[:MOMENT_EXAMPLES]]


def _assess(
    net: Network, params: Table, sample: Array, test: Dataset | None, validation: Dataset | None
) -> dict[str, Any]:
    """What the averaged parameters are worth."""
    stats = batch_norm_stats(net, params, sample, test_gates(net, params))
    probabilities = open_probabilities(net, params)
    return {
        "test_error": None if test is None else error_percent(net, params, test, stats),
        "validation_error": None if validation is None else error_percent(net, params, validation, stats),
        "architecture": architecture(net, params),
        "expected_l0": float(expected_l0(net, params)),
        "expected_flops": float(flops(net, probabilities).total),
        "expected_flops_own_gates": float(flops(net, probabilities, "own-gates").total),
        "flops": int(flops(net, open_at_test(net, params)).total),
        "open_probabilities": probabilities,
    }


def _prepared(data: Any, net: Network, settings: Settings) -> Any:
    if data is None:
        return None
    classes = net.body.out_shape(net.in_shape)[0]
    if len(data) == 0:
        raise InputError(f"{data.name} is empty: give at least one example")
    if data.x.dtype.kind != "f" or not np.isfinite(data.x).all():
        raise InputError(
            f"{data.name}: inputs ({data.x.dtype}) must be finite floats: write x / 255 for bytes"
        )
    if data.y.min() < 0 or data.y.max() >= classes:
        found = f"{data.y.min()} to {data.y.max()}"
        raise InputError(f"{data.name}: labels out of range: {found}, for {classes} classes")
    return data.reshaped(net.in_shape).as_dtype(np.dtype(settings.dtype))
