"""What did wide ResNets cost while they were trained, and what did they give? Figure 4, beside Table 2."""

from collections.abc import Sequence
from pathlib import Path

from l0edu.checkpoint import write_atomically
from l0edu.figures import save_png
from l0edu.figures.figure4 import figure4, figure4_alt
from l0edu.figures.wide_resnet_runs import wide_resnet_costs
from l0edu.reproduce.table1 import Measured
from l0edu.reproduce.table2 import table2_markdown

__all__ = ["write_figure4"]


def write_figure4(measured: Sequence[Measured], out: Path) -> list[Path]:
    """Write figure4.png and table2.md into a folder; the paths.

    Parameters
    ----------
    measured : sequence of Measured
        Of at least one row whose gates are learned.
    out : Path

    Raises
    ------
    InputError
        When there is no such row.
    """
    networks = wide_resnet_costs(run for one in measured for run in one.runs)
    save_png(figure4(networks), out / "figure4.png", figure4_alt(networks))
    write_atomically(out / "table2.md", f"{table2_markdown(measured)}\n".encode())
    return [out / "figure4.png", out / "table2.md"]
