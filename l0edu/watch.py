"""Do the gates do what nobody wants? Sentences about layers that died, and about gates that do not move."""

import numpy as np

from l0edu.gating import gate_parameters
from l0edu.network import Network
from l0edu.tables import FlatTable

__all__ = ["GateWatch"]

STILL_EPOCHS = 5
STILL = 1e-4  # the largest change of an open probability that counts as none


class GateWatch:
    """Looks at the gates once an epoch and says what should worry the reader, each thing once.

    Parameters
    ----------
    net : Network

    Examples
    --------
    >>> from l0edu import mlp
    >>> watch = GateWatch(mlp())
    >>> watch.look({"gate1": np.ones(784)}, architecture=[784, 0, 100])
    ['all 300 gates of gate2 are closed at test time: nothing passes this layer; use a smaller lambda, ...']
    >>> watch.look({"gate1": np.ones(784)}, architecture=[784, 0, 100])
    []
    """

    def __init__(self, net: Network) -> None:
        self._charges = net.charges
        self._learns = bool(gate_parameters(net))
        self._history: list[FlatTable] = []
        self._said: set[str] = set()

    def look(self, probabilities: FlatTable, architecture: list[int]) -> list[str]:
        """New sentences, after one more epoch with these open probabilities and open gates.

        Parameters
        ----------
        probabilities : dict
            From `open_probabilities`.
        architecture : list of int
            Gates open at test time, one number a gated layer.

        Returns
        -------
        list of str
            Empty when there is nothing new to say.
        """
        self._history = [*self._history, probabilities][-STILL_EPOCHS - 1 :]
        sentences = self._closed_layers(architecture) + self._still_gates()
        new = [sentence for sentence in sentences if sentence not in self._said]
        self._said.update(new)
        return new

    def _closed_layers(self, architecture: list[int]) -> list[str]:
        return [
            f"all {charge.gates} gates of {charge.gate} are closed at test time: "
            "nothing passes this layer; use a smaller lambda, or a larger target"
            for charge, left in zip(self._charges, architecture, strict=True)
            if left == 0
        ]

    def _still_gates(self) -> list[str]:
        if not self._learns or len(self._history) <= STILL_EPOCHS:
            return []
        first, last = self._history[0], self._history[-1]
        moved = max(float(np.abs(last[name] - first[name]).max()) for name in last)
        if moved >= STILL:
            return []
        always_open = min(float(last[name].min()) for name in last) > 1 - STILL
        why = (
            "all are open with probability 1, so look at gamma, zeta and beta"
            if always_open
            else "lambda may be missing or far too small, or the gates cannot hear the data"
        )
        moved_by = f"by less than {STILL:g} of an open probability"
        return [f"no gate has moved for {STILL_EPOCHS} epochs ({moved_by}): {why}"]
