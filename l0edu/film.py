"""What does a film of a run show? The gates of every epoch, each at its place, and what they cost and gave.

A gate stands where its unit stands: pixels make an image, the inputs behind a Flatten blocks of the map that
they come from, all else a grid.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, isqrt, log, prod
from pathlib import Path
from typing import Any

import numpy as np

from l0edu.charging import Charge
from l0edu.errors import InputError
from l0edu.flops import flops
from l0edu.gates import HardConcrete
from l0edu.layers import Flatten, Gate, Layer, runs
from l0edu.network import Network
from l0edu.recording import Recording
from l0edu.records import Record
from l0edu.runs import RunFolder

__all__ = ["Film", "FilmLayer", "film_of", "load_film"]


@dataclass(frozen=True)
class FilmLayer:
    """A gated layer, and where its gates stand: blocks of rows and columns, `across` blocks side by side.

    Attributes
    ----------
    gate : str
        Name of the gated layer.
    place : str
        Where the gates stand, in words: "inputs of fc1".
    gates : int
    unit : str
        What has a gate: "pixel", "map", "input" (one of a map's), "unit" or "weight".
    rows, columns : int
        Of a block. Gate i is in block i // (rows * columns), and runs through it row after row.
    across : int
        Blocks side by side.
    closes_at : float or None
        Gates are closed at test time (Eq. 13) up to this P(z != 0); None where the law does not tell.

    Notes
    -----
    z-hat of a hard concrete gate is 0 up to log_alpha = log(-gamma / zeta)  (Eq. 13). P(z != 0) is then
    sigmoid((1 - beta) log(-gamma / zeta))  (Eq. 12): .310 with the paper's values.

    Examples
    --------
    >>> from l0edu import Settings, fit, lenet5
    >>> from l0edu.data import load
    >>> film = film_of(lenet5(), fit(lenet5(), load("mini")[0].take(range(100)), Settings(epochs=1)), "one")
    >>> [(layer.place, layer.unit, layer.rows, layer.columns, layer.across) for layer in film.layers][1:3]
    [('outputs of conv2', 'map', 1, 1, 10), ('inputs of fc1', 'input', 4, 4, 10)]
    >>> round(film.layers[0].closes_at, 3)
    0.31
    """

    gate: str
    place: str
    gates: int
    unit: str
    rows: int
    columns: int
    across: int
    closes_at: float | None


@dataclass(frozen=True)
class Film:
    """A recorded run: what `film_page` draws.

    Attributes
    ----------
    title, note : str
        The run in a few words, and a few more.
    layers : tuple of FilmLayer
        In the order of `net.gates()`.
    recording : Recording
        The gates of every epoch.
    records : list of dict
        One an epoch, with `test_error`, `flops` and `expected_flops`.
    dense_flops : int
        For one example, with every gate open.

    Examples
    --------
    >>> from l0edu import Settings, fit, mlp
    >>> from l0edu.data import load
    >>> film = film_of(mlp(), fit(mlp(), load("mini")[0], Settings(epochs=1)), "one epoch")
    >>> film.title, film.note, film.dense_flops
    ('one epoch', '1 epoch', 532400)
    """

    title: str
    note: str
    layers: tuple[FilmLayer, ...]
    recording: Recording
    records: list[dict[str, Any]]
    dense_flops: int


def load_film(folder: str | Path) -> Film:
    """The film of a run: from its checkpoint, or else from `film.npz` alone.

    Parameters
    ----------
    folder : path
        What `l0edu train --record --out` named; the run may still be going on.

    Returns
    -------
    Film

    Raises
    ------
    InputError
        When the folder holds no run, a damaged one, or one without a recording.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from l0edu.cli import main
    >>> with TemporaryDirectory() as folder:
    ...     status = main(["train", "mlp", "--epochs", "1", "--record", "--out", folder])
    ...     film = load_film(folder)
    mlp on mini, lambda 0.1/N: 5,000 images, in ...
    >>> film.title, film.recording.epochs
    ('mlp on mini, lambda 0.1/N', 1)
    """
    path = Path(folder)
    progress = RunFolder(path).load_film()
    assert progress.recording is not None
    config, records = progress.config, progress.records
    note = f"{path.resolve().name}: seed {config.seed}, {_epochs(records)}"
    return _film(config.build(), progress.recording, records, config.describe(), note)


def film_of(net: Network, records: Iterable[Record], title: str) -> Film:
    """The film of a network of your own, trained in Python.

    Parameters
    ----------
    net : Network
    records : iterable of Record
        What `fit` yields, from the first epoch on.
    title : str
        The run in a few words.

    Returns
    -------
    Film

    Raises
    ------
    InputError
        When there are no records, or the network has no gates.

    Examples
    --------
    >>> from l0edu import Settings, fit, mlp
    >>> from l0edu.data import load
    >>> film = film_of(mlp(), fit(mlp(), load("mini")[0], Settings(epochs=2)), "two epochs")
    >>> film.recording.epochs, [layer.place for layer in film.layers]
    (2, ['inputs of fc1', 'inputs of fc2', 'inputs of fc3'])
    """
    recording, metrics = Recording.begin(net), []
    for record in records:
        recording = recording.add_record(net, record)
        metrics.append(record.metrics())
    return _film(net, recording, metrics, title, _epochs(metrics))


def _epochs(records: Sequence[dict[str, Any]]) -> str:
    return f"{len(records)} epoch{'s' * (len(records) > 1)}"


def _film(
    net: Network, recording: Recording, records: Sequence[dict[str, Any]], title: str, note: str
) -> Film:
    if not records or not net.charges:
        raise InputError(f"{title}: a film needs a network with gates, and an epoch")
    layers = tuple(_layer(net, gate, charge) for gate, charge in zip(net.gates(), net.charges, strict=True))
    return Film(title, note, layers, recording, list(records), int(flops(net).total))


def _layer(net: Network, gate: Layer, charge: Charge) -> FilmLayer:
    unit, rows, columns, across = _layout(net, gate)
    return FilmLayer(
        gate.name, charge.place(), prod(net.gate_shape(gate)), unit, rows, columns, across, _closes_at(gate)
    )


def _layout(net: Network, gate: Layer) -> tuple[str, int, int, int]:
    """What has a gate, the rows and columns of a block, and how many blocks stand side by side."""
    shape = net.gate_shape(gate)
    if not isinstance(gate, Gate):
        return "weight", shape[0], prod(shape[1:]), 1
    if len(net.shapes[gate.name][0]) == 3:
        return "map", 1, 1, _across(shape[0])
    maps = _flattened(net, gate)
    if maps is not None:
        return "input", *maps[1:], _across(maps[0])
    side = isqrt(shape[0])
    if gate is net.layers[0] and side * side == shape[0]:
        return "pixel", side, side, 1
    return "unit", 1, 1, _across(shape[0])


def _flattened(net: Network, gate: Layer) -> tuple[int, int, int] | None:
    """(maps, height, width) of the images that become the gate's vector, unit by unit, if any do."""
    run = next(run for run in runs(net.body) if gate in run)
    for layer in reversed(run[: run.index(gate)]):
        if isinstance(layer, Flatten):
            before = net.shapes[layer.name][0]
            return (before[0], before[1], before[2]) if len(before) == 3 else None
        if not layer.keeps_units:
            return None
    return None


def _across(n: int) -> int:
    """Columns of a grid of n: full rows if its sides can be had within 1 : 4, else the last is short.

    Examples
    --------
    >>> _across(20), _across(50), _across(500), _across(300), _across(17)
    (5, 10, 25, 20, 5)
    """
    root = ceil(n**0.5)
    return next((across for across in range(root, 2 * root + 1) if n % across == 0), root)


def _closes_at(gate: Layer) -> float | None:
    """P(z != 0) of a hard concrete gate whose z-hat just reaches 0: at log_alpha = log(-gamma / zeta)."""
    law = gate.gate_law()
    if not isinstance(law, HardConcrete):
        return None
    return float(law.prob_open(np.array(log(-law.gamma / law.zeta))))
