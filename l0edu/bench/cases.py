"""What is measured? Cases: jobs that are timed in turns, and whose times are divided.

The jobs of a case have labels, in order. Each is compared with those behind it; the last is the yardstick:
torch, or for an operation the plain matrix product or copy that it cannot do without.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from math import prod
from typing import Any

from l0edu.errors import InputError

__all__ = ["ARCHITECTURES", "GROUPS", "YARDSTICKS", "Case", "Job", "all_cases", "select_cases"]

GROUPS = {
    "step": "a training step: batch, noise, forward, backward, Adam, averaging; batch 100 (WRN: 128)",
    "training": "whole training on the embedded digits, evaluated after each epoch",
    "inference": "inference for a batch of 1, 100 and 1,000",
    "ops": "single operations at the networks' shapes, batch 100",
    "growth": "a training step against width, batch size and share of closed gates",
    "memory": "peak memory of a process that trains LeNet-5 for 20 steps, batch 100",
}
YARDSTICKS = ("torch", "product", "copy")  # not this library's code: a ratio to one of them can regress
ARCHITECTURES = {  # Table 1: gates left in each gated layer
    "mlp": ([266, 88, 33],),
    "lenet5": ([20, 25, 45, 462], [9, 18, 65, 25]),
}
EPOCHS = {False: 120, True: 3}  # whole training, in full and quick


@dataclass(frozen=True)
class Job:
    """One thing to time.

    Attributes
    ----------
    side : str
        "ours" or "torch": whose process does it.
    task : str
        A key of that side's TASKS.
    arguments : dict
        For the task; anything that JSON can hold.
    """

    side: str
    task: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """Jobs that are timed in turns.

    Attributes
    ----------
    name : str
        As in "step/mlp/initial"; the first part is the group.
    jobs : dict from label to Job
        The yardstick last.
    unit : str
        Of the measured values.
    count : int or None
        Repetitions in one measurement; None to choose what fills `seconds`.
    most : int
        No more repetitions than that.
    seconds : float
        Wanted length of a measurement.
    rounds : int or None
        No more rounds than that.
    fresh : bool
        Whether each measurement needs a new process.
    flops : int
        Floating-point operations of one repetition; 0 where they are not what costs.
    """

    name: str
    jobs: dict[str, Job]
    unit: str = "ms"
    count: int | None = None
    most: int = 200
    seconds: float = 0.5
    rounds: int | None = None
    fresh: bool = False
    flops: int = 0

    @property
    def group(self) -> str:
        """The name's first part: a key of GROUPS."""
        return self.name.split("/")[0]

    def pairs(self) -> list[tuple[str, str]]:
        """The labels whose values are divided: each by those behind it."""
        return list(combinations(self.jobs, 2))


def all_cases(quick: bool = False) -> list[Case]:
    """Every case, in the order of GROUPS.

    Parameters
    ----------
    quick : bool
        Shortens whole training; all else is shortened by fewer rounds.

    Examples
    --------
    >>> [case.name for case in all_cases()][:2]
    ['step/mlp/initial', 'step/mlp/266-88-33']
    >>> {case.group for case in all_cases()} == set(GROUPS)
    True
    """
    return [
        *_steps(),
        *_wide_steps(),
        _training(EPOCHS[quick]),
        *_inference(),
        *_ops(),
        *_growth(),
        _memory(),
    ]


def select_cases(cases: Sequence[Case], names: Sequence[str], torch: bool) -> list[Case]:
    """The cases whose names begin with one of `names`; without torch, with the other jobs alone.

    Parameters
    ----------
    cases : sequence of Case
    names : sequence of str
        Groups, or longer parts of names as in "step/mlp". None of them: all cases.
    torch : bool
        Whether torch can be measured.

    Raises
    ------
    InputError
        When no case has such a name.

    Examples
    --------
    >>> [case.name for case in select_cases(all_cases(), ["memory"], torch=False)]
    ['memory/lenet5']
    """
    for name in names:
        if not any(_begins(case, name) for case in cases):
            groups = dict.fromkeys(case.group for case in cases)
            raise InputError(f"no case is called {name!r}: choose from {', '.join(groups)}")
    chosen = [case for case in cases if not names or any(_begins(case, name) for name in names)]
    return chosen if torch else [_without_torch(case) for case in chosen]


def _begins(case: Case, name: str) -> bool:
    return f"{case.name}/".startswith(f"{name}/")


def _without_torch(case: Case) -> Case:
    return replace(case, jobs={label: job for label, job in case.jobs.items() if job.side != "torch"})


def _both(task: str, **arguments: Any) -> dict[str, Job]:
    return {library: Job(library, task, arguments) for library in ("ours", "torch")}


def _steps() -> Iterator[Case]:
    """Beside torch with its gates on the weights, and with its gates on the activations."""
    for on_activations, network in product((False, True), ARCHITECTURES):
        for counts in (None, *ARCHITECTURES[network]):
            what: dict[str, Any] = {"network": network, "counts": counts}
            yield _step(network, _dashes(counts) if counts else "initial", what, on_activations)


def _wide_steps() -> Iterator[Case]:
    """The same of a wide ResNet, as initialised and with half of its gates closed."""
    for on_activations, closed in product((False, True), (None, 0.5)):
        what = {"network": "wrn-16-1", "batch": 128, "closed": closed}
        yield _step("wrn-16-1", "half closed" if closed else "initial", what, on_activations)


def _step(network: str, gates: str, what: dict[str, Any], on_activations: bool) -> Case:
    theirs = {**what, "on_activations": on_activations}
    jobs = {"ours": Job("ours", "step", what), "torch": Job("torch", "step", theirs)}
    return Case(f"step/{network}/{gates}{' on activations' if on_activations else ''}", jobs)


def _dashes(counts: Sequence[int]) -> str:
    return "-".join(map(str, counts))


def _training(epochs: int) -> Case:
    jobs = _both("training", network="mlp", epochs=epochs)
    return Case(f"training/mlp/{epochs} epochs", jobs, unit="s", count=1, rounds=3)


def _inference() -> Iterator[Case]:
    for network, architectures in ARCHITECTURES.items():
        for counts, batch in product(architectures, (1, 100, 1000)):
            what = {"network": network, "counts": counts, "batch": batch}
            jobs = {
                "compacted": Job("ours", "inference", {**what, "compacted": True}),
                "dense": Job("ours", "inference", what),
                "torch": Job("torch", "inference", what),
            }
            yield Case(f"inference/{network}/{_dashes(counts)}/{batch}", jobs, most=10_000)


def _growth() -> Iterator[Case]:
    for width in (1, 2, 4):
        yield Case(f"growth/width/mlp/{width}", _both("step", network="mlp", width=width))
    for network, batch in product(ARCHITECTURES, (10, 100, 1000)):
        yield Case(f"growth/batch/{network}/{batch}", _both("step", network=network, batch=batch))
    for network, closed in product(ARCHITECTURES, (0.0, 0.25, 0.5, 0.75, 0.9)):
        yield Case(f"growth/closed/{network}/{closed:g}", _both("step", network=network, closed=closed))


def _memory() -> Case:
    jobs = _both("memory", network="lenet5")
    return Case("memory/lenet5", jobs, unit="MiB", count=20, rounds=3, fresh=True)


# ---- operations: shapes of the arguments, which of them have a gradient, and the products behind both


def _ops() -> Iterator[Case]:
    yield from _conv("LeNet-5 conv1", maps=1, side=28, filters=20, by=[1, 2])
    yield from _conv("LeNet-5 conv2", maps=20, side=12, filters=50, by=[0, 1, 2])
    yield from _affine("MLP fc1", 784, 300)
    yield from _affine("MLP fc2", 300, 100)
    yield from _affine("LeNet-5 fc1", 800, 500)
    for place, shape in {"LeNet-5 conv1": [20, 24, 24, 100], "LeNet-5 conv2": [50, 8, 8, 100]}.items():
        yield from _against_copy("max_pool", place, [shape, 2], by=[0])
        yield from _against_copy("relu", place, [shape], by=[0])
    yield from _against_copy("batch_norm", "LeNet-5 conv1", [[20, 24, 24, 100], [20], [20]], by=[0, 1, 2])
    yield from _against_copy("cross_entropy", "10 classes", [[100, 10], "labels"], by=[0])


def _conv(place: str, maps: int, side: int, filters: int, by: list[int]) -> Iterator[Case]:
    window, columns = maps * 25, (side - 4) ** 2 * 100
    forward, dW, dx = (filters, window, columns), (filters, columns, window), (window, filters, columns)
    arguments = [[maps, side, side, 100], [filters, maps, 5, 5], [filters]]
    yield _op("conv2d", place, arguments, [forward])
    yield _op("conv2d", place, arguments, [dW, dx] if 0 in by else [dW], by)


def _affine(place: str, inputs: int, outputs: int) -> Iterator[Case]:
    forward, dW, dx = (outputs, inputs, 100), (outputs, 100, inputs), (inputs, outputs, 100)
    arguments = [[inputs, 100], [outputs, inputs], [outputs]]
    yield _op("affine", place, arguments, [forward])
    yield _op("affine", place, arguments, [dW, dx], by=[0, 1, 2])


def _op(op: str, place: str, arguments: list[Any], products: list[Any], by: Sequence[int] = ()) -> Case:
    """An operation, or with `by` its gradient, beside products (m, k) @ (k, n)."""
    flops = sum(2 * m * k * n for m, k, n in products)
    return _timed(op, place, arguments, by, "product", {"products": products}, flops)


def _against_copy(op: str, place: str, arguments: list[Any], by: Sequence[int]) -> Iterator[Case]:
    numbers = {"numbers": prod(arguments[0])}
    yield _timed(op, place, arguments, (), "copy", numbers)
    yield _timed(op, place, arguments, by, "copy", numbers)


def _timed(
    op: str,
    place: str,
    arguments: list[Any],
    by: Sequence[int],
    yardstick: str,
    yardstick_arguments: dict[str, Any],
    flops: int = 0,
) -> Case:
    what = {"op": op, "arguments": arguments, "by": list(by)}
    jobs = {"op": Job("ours", "op", what), yardstick: Job("ours", yardstick, yardstick_arguments)}
    name = f"ops/{op}/{place}/{'backward' if by else 'forward'}"
    return Case(name, jobs, most=10_000, seconds=0.1, flops=flops)
