"""How are the gates of every epoch kept, in about a byte each, without a lie about which are open?

For each gated layer two arrays of bytes, with a row for each epoch:

    probabilities   (epochs, gates)               P(z != 0) of Eq. 12 in steps of 1/255, the nearest
    opened          (epochs, ceil(gates / 8))     whether z-hat > 0 (Eq. 13), a bit a gate: exact

A rounded probability cannot tell whether a gate is open at test time: z-hat is 0 up to P(z != 0) = .310, and
gates on both sides of that threshold round to the same step. Hence the bits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gating import open_at_test
from l0edu.network import Network
from l0edu.records import Record
from l0edu.tables import Array, FlatTable

__all__ = ["STEPS", "Recording"]

STEPS = 255  # from 0 to 1


@dataclass(frozen=True)
class Recording:
    """The gates of a run, epoch by epoch.

    Attributes
    ----------
    probabilities : dict from gated layer to uint8 array (epochs, gates)
        round(255 P(z != 0)): off by 1/510 at most. 255 says .998 or more, not 1.
    opened : dict from gated layer to uint8 array (epochs, ceil(gates / 8))
        The bits of z-hat > 0, as `numpy.packbits` puts them: the first gate is the highest bit of the first
        byte; bits without a gate are 0.

    Notes
    -----
    P(z != 0) is that of Eq. 12, z-hat that of Eq. 13.

    Examples
    --------
    >>> from l0edu import mlp
    >>> recording = Recording.begin(mlp((3, 2), drop_rates=(0.5,)))
    >>> p, opened = np.array([0.31, 0.32, 0.9]), np.array([False, True, True])
    >>> recording = recording.add({"gate1": p}, {"gate1": opened})
    >>> recording.probabilities["gate1"], recording.opened["gate1"]
    (array([[ 79,  82, 230]], dtype=uint8), array([[96]], dtype=uint8))
    >>> recording.epochs, recording.open_at_test("gate1").tolist(), recording.architecture()
    (1, [[False, True, True]], [[2]])
    """

    probabilities: FlatTable
    opened: FlatTable

    @classmethod
    def begin(cls, net: Network) -> "Recording":
        """A recording of no epochs.

        Parameters
        ----------
        net : Network
            Has the gates that are to be recorded.

        Returns
        -------
        Recording
        """
        gates = {name: prod(shape) for name, shape in net.gate_shapes.items()}
        return cls(
            {name: np.zeros((0, n), np.uint8) for name, n in gates.items()},
            {name: np.zeros((0, -(-n // 8)), np.uint8) for name, n in gates.items()},
        )

    @property
    def epochs(self) -> int:
        """How many epochs are recorded."""
        return min((len(rows) for rows in self.probabilities.values()), default=0)

    def add(self, probabilities: Mapping[str, Array], opened: Mapping[str, Array]) -> "Recording":
        """The recording with one more epoch.

        Parameters
        ----------
        probabilities : dict from gated layer to array
            P(z != 0) of each gate, from `open_probabilities`.
        opened : dict from gated layer to bool array
            From `l0edu.open_at_test`.

        Returns
        -------
        Recording
            A new one; this one stays as it is.
        """
        return Recording(
            {name: _below(rows, _steps(probabilities[name])) for name, rows in self.probabilities.items()},
            {name: _below(rows, np.packbits(opened[name].ravel())) for name, rows in self.opened.items()},
        )

    def add_record(self, net: Network, record: Record) -> "Recording":
        """The recording with the epoch of a record that `fit` gave.

        Parameters
        ----------
        net : Network
            The one that was trained.
        record : Record

        Returns
        -------
        Recording
            A new one; this one stays as it is.
        """
        return self.add(record.open_probabilities, open_at_test(net, record.params))

    def open_at_test(self, layer: str) -> Array:
        """Whether each gate of a layer is open at test time.

        Parameters
        ----------
        layer : str
            Name of a gated layer.

        Returns
        -------
        bool array (epochs, gates)
            z-hat > 0  (Eq. 13).
        """
        gates = self.probabilities[layer].shape[1]
        return np.unpackbits(self.opened[layer], axis=1, count=gates).astype(bool)

    def architecture(self) -> list[list[int]]:
        """How many gates are open at test time.

        Returns
        -------
        list of list of int
            A list for each epoch, a number for each gated layer.
        """
        counts = [self.open_at_test(layer).sum(axis=1).tolist() for layer in self.opened]
        return [list(epoch) for epoch in zip(*counts, strict=True)]

    def tables(self) -> dict[str, dict[str, Array]]:
        """The same as nested dictionaries, for a file.

        Returns
        -------
        dict
            `{gated layer: {"probabilities": array, "opened": array}}`
        """
        return {
            layer: {"probabilities": rows, "opened": self.opened[layer]}
            for layer, rows in self.probabilities.items()
        }

    @classmethod
    def of_tables(cls, net: Network, tables: Any, architectures: Sequence[list[int]]) -> "Recording":
        """What `tables` gave, after a check that it is a recording of this network and these epochs.

        Parameters
        ----------
        net : Network
        tables : nested dictionaries of arrays
        architectures : sequence of list of int
            What the records of the run say is open at test time: one list for each epoch.

        Returns
        -------
        Recording

        Raises
        ------
        InputError
            When an array is missing or of another shape, or the counts differ.
        """
        empty = cls.begin(net).tables()
        if not isinstance(tables, dict) or tables.keys() != empty.keys():
            raise InputError(f"a recording of {net.body.name} has the layers {', '.join(empty)}")
        for layer, arrays in empty.items():
            _check_rows(layer, arrays, tables[layer], len(architectures))
        found = cls(
            *({layer: tables[layer][name] for layer in empty} for name in ("probabilities", "opened"))
        )
        if found.architecture() != [list(counts) for counts in architectures]:
            raise InputError("its recording counts other open gates than its records")
        return found


def _steps(probabilities: Array) -> Array:
    return np.rint(STEPS * np.asarray(probabilities, np.float64)).astype(np.uint8).ravel()


def _below(rows: Array, row: Array) -> Array:
    return np.concatenate([rows, row[None]])


def _check_rows(layer: str, wanted: dict[str, Array], found: Any, epochs: int) -> None:
    for name, array in wanted.items():
        rows = found.get(name) if isinstance(found, dict) else None
        shape = (epochs, array.shape[1])
        if not isinstance(rows, np.ndarray) or rows.dtype != np.uint8 or rows.shape != shape:
            raise InputError(f"its recording of {layer} has no {name} for {epochs} epochs")
