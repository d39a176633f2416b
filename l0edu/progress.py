"""How is the progress of a run put into tables for a file, and is what a file holds such a progress?"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from l0edu.averaging import Average
from l0edu.checkpoint import check_fits, flatten
from l0edu.config import Config
from l0edu.errors import InputError
from l0edu.gate_steps import gates_only
from l0edu.gating import gate_parameters
from l0edu.layers import BatchNorm
from l0edu.pursuit import Multipliers
from l0edu.recording import Recording
from l0edu.records import PartOfEpoch, State
from l0edu.tables import Table

__all__ = ["TIMES", "Progress", "contents_of", "film_of", "progress_of"]

LOSSES = ("train_loss", "data_loss", "l0_penalty", "l2_penalty")
COSTS = ("expected_l0", "expected_flops", "expected_flops_own_gates", "flops")
TIMES = ("step_ms", "seconds")
TERMS = ("data", "l0", "l2")
RULES = ("optimizer", "average", "gate_optimizer")
MOMENTS = {"adam": (("m", "v"), ("g_sum", "g2_sum")), "sgd": (("v",), ("v",))}
UNTIMED = (*LOSSES, *COSTS)


@dataclass
class Progress:
    """How far a run has come.

    Attributes
    ----------
    config : Config
    records : list of dict
        One an epoch, as in metrics.jsonl.
    state : State or None
        After the last of these epochs, or inside the next; None before the first.
    recording : Recording or None
        The gates of these epochs; None when they are not recorded, and before the first.
    stats : table or None
        Batch norm's moments under the parameters that the last of these epochs was evaluated with.
    evaluated : table or None
        These parameters, where the state has gone on from them into the next epoch.
    """

    config: Config
    records: list[dict[str, Any]] = field(default_factory=list)
    state: State | None = None
    recording: Recording | None = None
    stats: Table | None = None
    evaluated: Table | None = None

    def evaluated_params(self) -> Table | None:
        """The averaged parameters that the last of the records tells of; None when they were not kept."""
        if self.state is None or not self.records or self.state.part is not None:
            return self.evaluated
        return Average(self.config.averaging).value(self.state.average)

    def is_finished(self) -> bool:
        """Whether all epochs are done that are asked for."""
        return len(self.records) >= self.config.epochs

    def steps_done(self) -> tuple[int, int]:
        """Whole epochs, and steps of the next."""
        part = None if self.state is None else self.state.part
        return len(self.records), 0 if part is None else part.steps


def contents_of(progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tables of arrays and a dictionary for JSON that hold a progress with a state, for `save_tables`."""
    state, recording = progress.state, progress.recording
    assert state is not None
    tables = {
        "params": state.params,
        "optimizer": state.optimizer,
        "average": state.average,
        "multipliers": None if state.multipliers is None else state.multipliers.arrays(),
        "gate_optimizer": state.gate_optimizer,
        "stats": progress.stats,
        "evaluated": progress.evaluated,
        "film": None if recording is None else recording.tables(),
        "part": None if state.part is None else state.part.sums,
    }
    meta = {
        "config": progress.config.to_json(),
        "records": progress.records,
        "seconds": state.seconds,
        "part": None if state.part is None else _without_arrays(state.part),
    }
    return {name: table for name, table in tables.items() if table is not None}, meta


def progress_of(tables: dict[str, Any], meta: dict[str, Any], origin: str) -> Progress:
    """The progress in what `contents_of` gave; `origin` says in a message where that was.

    Raises
    ------
    InputError
        When parts are missing or damaged, or do not fit each other.
    """
    config = Config.of_json(meta.get("config"), origin)
    try:
        records = [_record(record, number) for number, record in enumerate(meta["records"], start=1)]
        state = _state(config, len(records), tables, meta)
        stats = _stats(config, records, tables)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError(f"{origin} is no checkpoint of a run ({error}): restore a copy") from None
    _check_tables(config, state, origin)
    recording = _recording(config, tables, records, origin) if records else None
    evaluated = None if state.part is None or not records else tables.get("evaluated")
    if evaluated is not None:
        check_fits(config.build(), evaluated, f"{origin} (evaluated)", config.dtype)
    return Progress(config, records, state, recording, stats, evaluated)


def film_of(tables: dict[str, Any], meta: dict[str, Any], origin: str) -> Progress:
    """The progress without a state in a film's file; as `progress_of`."""
    config = Config.of_json(meta.get("config"), origin)
    try:
        records = [_record(record, number, UNTIMED) for number, record in enumerate(meta["records"], 1)]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{origin} is no film of a run ({error}): restore a copy") from None
    return Progress(config, records, None, _recording(config, tables, records, origin))


def _state(config: Config, epoch: int, tables: dict[str, Any], meta: dict[str, Any]) -> State:
    optimizer, average = (_with_counter(tables[name]) for name in ("optimizer", "average"))
    state = State(
        epoch,
        tables["params"],
        optimizer,
        average,
        float(meta["seconds"]),
        _multipliers(config, tables),
        None if meta.get("part") is None else _part(config, meta["part"], tables["part"]),
        None if config.gate_step_size is None else _with_counter(tables["gate_optimizer"], least=0),
    )
    _check_steps(config, state)
    return state


def _with_counter(rule_state: dict[str, Any], least: int = 1) -> dict[str, Any]:
    """A rule's state as it was saved: its count of steps is a number, not an array."""
    t = rule_state["t"]
    if t.shape != () or t.dtype.kind not in "iu" or t < least:
        raise ValueError(f"a count of steps is {t}")
    return {**rule_state, "t": int(t)}


def _without_arrays(part: PartOfEpoch) -> dict[str, Any]:
    return {"losses": part.losses, "generator": part.generator, "seconds": part.seconds}


def _part(config: Config, content: Any, sums: Any) -> PartOfEpoch:
    """What is done of an epoch, as it was saved."""
    rules = [name for name in RULES if name != "gate_optimizer" or config.gate_step_size is not None]
    sums = {name: _with_counter(sums[name], least=0) for name in rules}
    losses = [{name: float(terms[name]) for name in TERMS} for terms in content["losses"]]
    np.random.default_rng().bit_generator.state = content["generator"]  # ValueError if it is none
    part = PartOfEpoch(losses, content["generator"], float(content["seconds"]), sums)
    numbers = [part.seconds, *(term for terms in losses for term in terms.values())]
    if part.steps == 0 or not np.isfinite(numbers).all():
        raise ValueError("what is done of its epoch is damaged")
    return part


def _check_steps(config: Config, state: State) -> None:
    """Every rule takes one step with each batch, those of gates and multipliers after the warm-up."""
    done = config.steps_per_epoch * state.epoch + (0 if state.part is None else state.part.steps)
    with_gates = max(0, done - config.steps_per_epoch * config.warm_up)
    if state.part is not None and state.part.steps > config.steps_per_epoch:
        raise ValueError("more steps of its epoch are done than it has")
    if not 0 <= state.seconds < float("inf") or done == 0 or state.epoch > config.epochs:
        raise ValueError("its time or its epochs are off")
    sums = {} if state.part is None else state.part.sums
    ascent = None if state.multipliers is None else state.multipliers.optimizer
    always = [state.optimizer, state.average, *(sums[name] for name in sums if name != "gate_optimizer")]
    later = [ascent, state.gate_optimizer, sums.get("gate_optimizer")]
    if {rule["t"] for rule in always} != {done} or not {rule["t"] for rule in later if rule} <= {with_gates}:
        raise ValueError("its counts of steps are off")


def _stats(config: Config, records: list[dict[str, Any]], tables: dict[str, Any]) -> Table | None:
    """Batch norm's moments, which belong to the last of the records."""
    net = config.build()
    units = {one.name: net.shapes[one.name][0][:1] for one in net.layers if isinstance(one, BatchNorm)}
    if not units or not records:
        return None
    stats: Table = tables["stats"]
    for name, shape in units.items():
        moments = [stats[name][moment] for moment in ("mean", "var")]
        fits = all(array.shape == shape and array.dtype == config.dtype for array in moments)
        if not (fits and np.isfinite(moments).all() and (moments[1] >= 0).all()):
            raise ValueError(f"the moments of {name} are damaged")
    return stats


def _multipliers(config: Config, tables: Any) -> Multipliers | None:
    has_target = config.target_l0 is not None or config.target_flops is not None
    if has_target and "multipliers" not in tables:
        raise ValueError("it lacks the multipliers of its target")
    return Multipliers.of_arrays(tables["multipliers"]) if has_target else None


def _record(record: Any, number: int, names: tuple[str, ...] = (*UNTIMED, *TIMES)) -> dict[str, Any]:
    """An epoch's record as it was saved, with the entries that are read again."""
    numbers = [record[name] for name in names]
    errors = [record[name] for name in ("test_error", "validation_error")]
    good = record["epoch"] == number and all(_is_finite(entry) for entry in numbers)
    good = good and all(error is None or _is_finite(error) for error in errors)
    good = good and all(isinstance(left, int) for left in record["architecture"])
    if not good:
        raise ValueError(f"the record of epoch {number} is damaged")
    return dict(record)


def _is_finite(entry: Any) -> bool:
    return isinstance(entry, int | float) and abs(entry) < float("inf")


def _recording(config: Config, tables: Any, records: list[dict[str, Any]], origin: str) -> Recording | None:
    if not config.record:
        return None
    architectures = [record["architecture"] for record in records]
    try:
        return Recording.of_tables(config.build(), tables.get("film"), architectures)
    except InputError as error:
        raise InputError(f"{origin} is damaged: {error}: restore a copy, or start anew") from None


def _check_tables(config: Config, state: State, origin: str) -> None:
    net = config.build()
    moments, sums = MOMENTS[config.optimizer]
    tables = {
        "params": state.params,
        "average/sum": state.average.get("sum"),
        **{f"optimizer/{name}": state.optimizer.get(name) for name in moments},
    }
    if state.part is not None:
        kept = state.part.sums
        tables["part/average/p_sum"] = kept["average"].get("p_sum")
        tables |= {f"part/optimizer/{name}": kept["optimizer"].get(name) for name in sums}
    for name, table in tables.items():
        check_fits(net, table, f"{origin} ({name})", config.dtype)
    if state.gate_optimizer is not None:
        _check_gate_steps(gates_only(state.params, gate_parameters(net)), state, origin)


def _check_gate_steps(gates: Table, state: State, origin: str) -> None:
    """What the gates' own rule remembers, against the gates' parameters."""
    tables = [(state.gate_optimizer or {}).get(name) for name in MOMENTS["adam"][0]]
    if state.part is not None:
        tables += [state.part.sums["gate_optimizer"].get(name) for name in MOMENTS["adam"][1]]
    wanted = [(path, array.shape, array.dtype) for path, array in flatten(gates, "")]
    for table in tables:
        found = list(flatten(table, "")) if isinstance(table, dict) else []
        if [(path, array.shape, array.dtype) for path, array in found] != wanted or not all(
            np.isfinite(array).all() for _, array in found
        ):
            raise InputError(f"{origin}: the gates' own moments are damaged: restore a copy, or start anew")
