"""How do costs fall while the runs of Table 1 train? Figure 3 from their records, drawn and written."""

from collections.abc import Mapping, Sequence
from math import ceil, inf
from pathlib import Path

from l0edu.errors import InputError
from l0edu.figures import save_png
from l0edu.figures.figure3 import figure3, figure3_alt
from l0edu.figures.training_costs import Costs, StepTimes, flat_flops
from l0edu.reproduce.rows import rows_of
from l0edu.reproduce.table1 import Measured

__all__ = ["costs_of", "write_figure3"]

TITLES = {"mlp": "MLP, 784-300-100", "lenet5": "LeNet-5, 20-50-800-500"}
CURVES = {  # by what a row's key ends in, in the order of the legend
    "dense": "dense",
    "dropout": "dropout",
    "lam0.1": "lambda 0.1 / N",
    "separate": "a lambda for each layer",
}
OTHER_LAMBDA = "one lambda for all layers"  # of fast runs, which differ in it


def write_figure3(
    measured: Sequence[Measured], out: Path, times: Mapping[str, StepTimes] | None = None
) -> list[Path]:
    """Draw the figure and write it as figure3.png into a folder; the path, in a list.

    Parameters
    ----------
    measured : sequence of Measured
        Of at least one row whose gates are learned.
    out : Path
    times : dict, optional
        Step times that were measured apart from training, by a row's key: they are drawn in place of those
        that the runs recorded.
    """
    networks = costs_of(measured, times)
    path = out / "figure3.png"
    save_png(figure3(networks), path, figure3_alt(networks))
    return [path]


def costs_of(measured: Sequence[Measured], times: Mapping[str, StepTimes] | None = None) -> list[Costs]:
    """What is drawn, a column for each network of which a gated row was measured.

    A network whose gates do not learn costs the same in every step. Its runs are drawn, for their times, when
    they are as long as the others; else only this constant.

    Raises
    ------
    InputError
        When no gated row was measured.
    """
    curves = _curves(measured)
    found = [_costs(network, measured, times or {}, curves) for network in TITLES]
    if not any(costs.runs for costs in found):
        raise InputError("Figure 3 needs a run whose gates are learned: add mlp-lam0.1 to --rows")
    return [costs for costs in found if costs.runs]


def _curves(measured: Sequence[Measured]) -> dict[str, str]:
    """CURVES, with a name that does not lie when the single lambda is not the paper's."""
    single = [run for one in measured if one.row.key.endswith("lam0.1") for run in one.runs]
    other = any(run.config.lam != [0.1] for run in single)
    return {**CURVES, "lam0.1": OTHER_LAMBDA} if other else CURVES


def _costs(
    network: str, measured: Sequence[Measured], times: Mapping[str, StepTimes], curves: Mapping[str, str]
) -> Costs:
    here = {one.row.key: one for one in measured if one.row.network.startswith(network)}
    epochs = max((_epochs(one) for one in here.values() if one.row.gated), default=inf)
    runs, flat = {}, {}
    for ending, curve in curves.items():
        row = rows_of([f"{network}-{ending}"])[0]
        if row.key in here and (row.gated or _epochs(here[row.key]) >= epochs):
            runs[curve] = [run.records for run in here[row.key].runs]
        elif not row.gated:
            flat[curve] = flat_flops(row.network)
    keys = {f"{network}-{ending}": curve for ending, curve in curves.items()}
    apart = {curve: times[key] for key, curve in keys.items() if key in times}
    return Costs(TITLES[network], _steps(here), runs, flat, apart)


def _epochs(one: Measured) -> int:
    return len(one.runs[0].records)


def _steps(measured: Mapping[str, Measured]) -> int:
    """Iterations an epoch."""
    configs = (run.config for one in measured.values() for run in one.runs)
    return max((ceil(config.images / config.batch_size) for config in configs), default=1)
