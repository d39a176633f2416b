"""What is recorded of one operation, and how does a gradient pass it on its way back?

autograd makes a node for every operation that is applied to a recorded value. The nodes here put themselves
on a tape, a list in the order of the operations. Read from its end, every node comes after all those that
depend on it, when its gradient is complete; that is all the order that the chain rule needs.
"""

from typing import Any

import numpy as np
from autograd.core import SparseObject, VJPNode, add_outgrads
from autograd.tracer import isbox, notrace_primitives

from l0edu.errors import InputError
from l0edu.tables import Array

__all__ = ["FROM_EARLIER", "Accumulator", "Node"]

FROM_EARLIER = (
    "the objective used a value that an earlier evaluation had recorded: compute it anew in every call, or "
    "keep `getval(value)` (l0edu.tape), an ordinary array"
)


class Accumulator:
    """An array in which the gradients that reach a parameter are added up.

    Parameters
    ----------
    array : array
        Overwritten.
    """

    def __init__(self, array: Array):
        self.array = array
        self.empty = True

    def add(self, gradient: Any) -> None:
        """The first one overwrites the array, later ones are added to it."""
        if isbox(gradient):
            raise InputError(
                "a gradient that is itself differentiated cannot be written into an array: leave out `into`"
            )
        if isinstance(gradient, SparseObject):
            self.zeros_if_empty()
            gradient.mut_add(self.array)
        elif np.shape(gradient) != self.array.shape:
            raise InputError(
                f"a gradient of shape {np.shape(gradient)} arrived at an array {self.array.shape}: an "
                "operation's gradient must have the shape of its argument"
            )
        elif self.empty:
            self.array[...] = gradient
        else:
            self.array += gradient
        self.empty = False

    def zeros_if_empty(self) -> None:
        """Fill the array with zeros if no gradient has arrived."""
        if self.empty:
            self.array.fill(0)


class Node(VJPNode):  # type: ignore[misc] # autograd has no types
    """A recorded operation.

    Attributes
    ----------
    parents : sequence of Node
        Those that made its differentiated arguments.
    vjp : callable
        From dL/d(output) to dL/d(argument) for each of these.
    tape : list of Node
        Where it stands.
    arrived : pair or None
        The gradient that has arrived so far, and whether it may be added to in place.
    accumulator : Accumulator or None
        Where a parameter's gradient goes, if it is not to be a new array.
    """

    __slots__ = ("accumulator", "arrived", "tape")

    def __init__(self, value: Any, function: Any, args: Any, kwargs: Any, argnums: Any, parents: Any):
        super().__init__(value, function, args, kwargs, argnums, parents)
        self.arrived: Any = None
        self.accumulator: Accumulator | None = None
        self.tape: list[Node] = parents[0].tape
        for parent in parents:
            if parent.tape is not self.tape:
                raise InputError(FROM_EARLIER)
        self.tape.append(self)

    @classmethod
    def of_parameter(cls, tape: list["Node"], array: Array | None = None) -> "Node":
        """A node that no operation made; its gradient is written into `array`, if that is given."""
        node = cls.__new__(cls)
        node.parents, node.vjp, node.tape, node.arrived = (), None, tape, None
        node.accumulator = None if array is None else Accumulator(array)
        return node

    def receive(self, gradient: Any) -> None:
        """One more dL/d(output)."""
        if self.accumulator is None:
            self.arrived = add_outgrads(self.arrived, gradient)
        else:
            self.accumulator.add(gradient)

    def pass_on(self) -> None:
        """Multiply what has arrived by the operation's derivatives, give it to the parents, and keep nothing.

        The loss holds its node, and every node its parents: what a node did not drop would stay to the end.
        """
        parents, vjp, arrived = self.parents, self.vjp, self.arrived
        del self.parents, self.vjp, self.arrived
        if arrived is not None:
            for parent, gradient in zip(parents, vjp(arrived[0]), strict=True):
                parent.receive(gradient)


notrace_primitives[Node] = notrace_primitives[VJPNode]  # comparisons, shapes: what autograd does not record
