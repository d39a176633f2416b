"""What do the steps of an epoch write in place?

Parameters, gradients, the optimizer's sums and the average's lie in one buffer each: an update is a dozen
NumPy calls for the whole network. They are copies: the state that an epoch began with stays as it was.
"""

from collections.abc import Sequence
from typing import Any

from l0edu.averaging import Average
from l0edu.gate_steps import GateSteps
from l0edu.gpu import beside, to_host
from l0edu.optim import as_tables, in_place, pack_again
from l0edu.packing import pack, unpack, zeros_like
from l0edu.records import State
from l0edu.settings import Settings

__all__ = ["Workspace"]


class Workspace:
    """Packed copies of a state's tables.

    Parameters
    ----------
    state : State
    settings : Settings
        Its optimizer and its averaging. An optimizer of your own needs `init` and `update` only.
    gates : sequence of (layer, array)
        What takes steps larger by `settings.gate_step_factor`: from `l0edu.gating.gate_parameters`.
    like : array, optional
        The copies lie where it lies; the state's tables are those of the host.

    Attributes
    ----------
    params : table
        The parameters; views of their buffer, as are the gradients.
    grads : table
        Where gradients are to be written before `update_params`.

    Examples
    --------
    >>> import numpy as np
    >>> from l0edu import mlp
    >>> from l0edu.train import begin
    >>> state = begin(mlp((2, 1), (0.5,)), Settings(epochs=1))
    >>> work = Workspace(state, Settings(epochs=1))
    >>> work.grads["fc1"]["W"][:] = 1
    >>> work.update_params()
    >>> work.update_average()
    >>> after = work.state(epoch=1, seconds=0.0)
    >>> (after.params["fc1"]["W"] - state.params["fc1"]["W"]).round(6)  # Adam's step size
    array([[-0.001, -0.001]], dtype=float32)
    """

    def __init__(
        self, state: State, settings: Settings, gates: Sequence[tuple[str, str]] = (), like: Any = None
    ) -> None:
        self._params = pack(beside(like, state.params))
        self._gates = [self._params.table[layer][name] for layer, name in gates]
        self._gate_factor = settings.gate_step_factor
        self._grads = zeros_like(self._params)
        self._gate_grads = [self._grads.table[layer][name] for layer, name in gates]
        self.params, self.grads = self._params.table, self._grads.table
        self._optimizer, self._average = in_place(settings.optimizer), Average(settings.averaging)
        self._moments = self._optimizer.pack_state(beside(like, state.optimizer))
        self._sums = self._average.pack_state(beside(like, state.average))
        self._gate_steps = None
        if settings.gate_optimizer is not None and state.gate_optimizer is not None:
            tables = self.params, self.grads, gates
            self._gate_steps = GateSteps(settings.gate_optimizer, beside(like, state.gate_optimizer), *tables)
        if state.part is not None:
            self._take_up(beside(like, state.part.sums))

    def update_params(self, gates_rest: bool = False) -> None:
        """One step along the gradients; of the gates by their own rule or factor, or none if they rest."""
        if gates_rest:
            for grad in self._gate_grads:
                grad[...] = 0
        elif self._gate_steps is not None:
            self._gate_steps.take()
        before = [phi.copy() for phi in self._gates] if self._gate_factor != 1 else []
        self._optimizer.update_in_place(self._params, self._grads, self._moments)
        for phi, old in zip(self._gates, before, strict=False):
            phi[...] = old + self._gate_factor * (phi - old)

    def update_average(self) -> None:
        """One more step in the average."""
        self._average.update_in_place(self._sums, self._params)

    def sums(self) -> dict[str, Any]:
        """What the optimizer and the average have added up, to the bit, for a state inside an epoch."""
        gates = {} if self._gate_steps is None else {"gate_optimizer": as_tables(self._gate_steps.moments)}
        sums = {"optimizer": as_tables(self._moments), "average": as_tables(self._sums), **gates}
        return {name: to_host(tables) for name, tables in sums.items()}

    def _take_up(self, sums: dict[str, Any]) -> None:
        self._moments = pack_again(sums["optimizer"], self._moments)
        self._sums = pack_again(sums["average"], self._sums)
        if self._gate_steps is not None:
            self._gate_steps.moments = pack_again(sums["gate_optimizer"], self._gate_steps.moments)

    def state(self, epoch: int, seconds: float) -> State:
        """The state after an epoch, in arrays of its own, on the host."""
        return State(
            epoch,
            to_host(unpack(self._params)),
            to_host(self._optimizer.unpack_state(self._moments)),
            to_host(self._average.unpack_state(self._sums)),
            seconds,
            gate_optimizer=None if self._gate_steps is None else to_host(self._gate_steps.state()),
        )
