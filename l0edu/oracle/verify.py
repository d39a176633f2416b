"""Do the gradients agree? The paper's networks against torch and against finite differences, in a table.

For the paper's wide ResNet stands the smallest one, which is made of the same layers.

Against torch, an array's error is max|ours - torch's| / max|torch's|, in float64 and in float32. Finite
differences are taken in float64 only (`l0edu.oracle.differences`).
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from l0edu.errors import InputError
from l0edu.gating import gate_parameters
from l0edu.models import build
from l0edu.network import Network
from l0edu.oracle.case import Case, draw_case
from l0edu.oracle.differences import difference_errors

__all__ = ["PAPERS", "Row", "compare_with_torch", "format_table", "torch_is_installed", "verify"]

PAPERS = ("mlp", "lenet5", "wrn-10-1")
TORCH_TOLERANCES = {"float64": 1e-10, "float32": 1e-4}
DIFFERENCES_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes
    ----------
    network, dtype : str
    against : str
        "torch" or "differences".
    name : str
        The parameter, as in "gate1/log_alpha"; or "loss".
    error : float
        Relative; nan where something was not a number.
    tolerance : float
        The largest error that passes.
    """

    network: str
    dtype: str
    against: str
    name: str
    error: float
    tolerance: float

    @property
    def passed(self) -> bool:
        """Whether error <= tolerance; nan does not pass."""
        return self.error <= self.tolerance


def verify(
    nets: Sequence[str] = PAPERS,
    dtypes: Sequence[Any] = (np.float64, np.float32),
    seed: int = 0,
    batch: int = 4,
) -> list[Row]:
    """Compare the loss and every gradient of the paper's networks with torch and finite differences.

    Parameters
    ----------
    nets : sequence of str
        Names of models, as `l0edu.models.build` takes them.
    dtypes : sequence
        Among float64 and float32, for the comparison with torch.
    seed : int
        Decides parameters, data and noise.
    batch : int
        How many examples.

    Returns
    -------
    list of Row
        Without torch only those against differences.

    Raises
    ------
    InputError
        For a network or a dtype of another name.

    Examples
    --------
    >>> rows = verify(nets=["mlp"], dtypes=[], batch=2)  # differences only
    >>> len(rows), all(row.passed for row in rows)
    (9, True)
    """
    rows = []
    for name in nets:
        net = build(name)
        if torch_is_installed():
            for dtype in dtypes:
                rows += compare_with_torch(name, draw_case(net, np.random.default_rng(seed), batch, dtype))
        rng = np.random.default_rng(seed)
        rows += _compare_with_differences(name, draw_case(net, rng, batch), rng)
    return rows


def torch_is_installed() -> bool:
    """Whether torch can be found; it is not imported."""
    return importlib.util.find_spec("torch") is not None


def compare_with_torch(network: str, case: Case) -> list[Row]:
    """A row for the loss, whose error is the worst of its terms', and one for each array's gradient.

    Parameters
    ----------
    network : str
        What to call the network in the rows.
    case : Case
        In float64 or float32, which decides the tolerance.
    """
    from l0edu.oracle import torch_twin  # only here: torch is optional

    dtype = case.x.dtype.name
    if dtype not in TORCH_TOLERANCES:
        raise InputError(f"dtype {dtype}: gradients are compared in float64 and float32")
    ours, our_grads = case.evaluate()
    theirs, their_grads = torch_twin.evaluate(case)
    errors = {"loss": float(np.max([_relative_error(ours[term], theirs[term]) for term in theirs]))}
    for layer, table in their_grads.items():
        for name, array in table.items():
            errors[f"{layer}/{name}"] = _relative_error(our_grads[layer][name], array)
    return [Row(network, dtype, "torch", name, e, TORCH_TOLERANCES[dtype]) for name, e in errors.items()]


def _compare_with_differences(network: str, case: Case, rng: np.random.Generator) -> list[Row]:
    errors = difference_errors(
        lambda params: float(sum(case.terms(params).values())), case.params, case.evaluate()[1], rng
    )
    return [
        Row(network, "float64", "differences", name, error, DIFFERENCES_TOLERANCE)
        for name, error in errors.items()
        if name not in _fixed(case.net)
    ]


def _fixed(net: Network) -> set[str]:
    """What does not learn, as dropout's rates: its gradient is 0 by decree, whatever differences say."""
    names = {layer.name: f"{layer.name}/{layer.gate_law().parameter}" for layer in net.gates()}  # type: ignore[union-attr]
    return set(names.values()) - {f"{layer}/{name}" for layer, name in gate_parameters(net)}


def _relative_error(ours: Any, theirs: Any) -> float:
    """max|ours - theirs| / max|theirs|; 0 if all are 0."""
    error, size = float(np.max(np.abs(ours - theirs))), float(np.max(np.abs(theirs)))
    if size == 0:
        return 0.0 if error == 0 else np.inf
    return error / size


def format_table(rows: Sequence[Row]) -> str:
    """The rows as text, a line each, under a line of titles.

    Examples
    --------
    >>> print(format_table([Row("mlp", "float64", "torch", "fc1/W", 3e-16, 1e-10)]))
    network  dtype    against  parameter  max relative error  tolerance  verdict
    mlp      float64  torch    fc1/W                 3.0e-16      1e-10  ok
    """
    titles = ("network", "dtype", "against", "parameter", "max relative error", "tolerance", "verdict")
    lines = [titles, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    align = "<<<<>><"
    return "\n".join(
        "  ".join(f"{c:{a}{w}}" for c, a, w in zip(line, align, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    verdict = "ok" if row.passed else "FAIL"
    names = (row.network, row.dtype, row.against, row.name)
    return (*names, f"{row.error:.1e}", f"{row.tolerance:.0e}", verdict)
