"""How is a table or figure written from its runs? By a function each, into the runs' folder.

What draws is imported where it is needed: to train and to check, nothing is drawn.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from l0edu.checkpoint import write_atomically
from l0edu.reproduce.run_tables import choose_lambda_markdown, targets_markdown
from l0edu.reproduce.table1 import Measured, write_table1

__all__ = ["write_exhibit"]

Writer: TypeAlias = Callable[[Sequence[Measured], Path, bool], list[Path]]


def write_exhibit(what: str, measured: Sequence[Measured], out: Path, fast: bool = False) -> list[Path]:
    """Write a table or a figure into a folder.

    Parameters
    ----------
    what : str
        One of `l0edu.reproduce.exhibits.EXHIBITS`.
    measured : sequence of Measured
        At least one.
    out : Path
    fast : bool
        Whether the runs are those of the fast form, which Table 1 says.

    Returns
    -------
    list of Path
        Of what was written.
    """
    return WRITERS[what](measured, out, fast)


def _figure3(measured: Sequence[Measured], out: Path, _: bool) -> list[Path]:
    from l0edu.reproduce.figure3 import write_figure3
    from l0edu.reproduce.step_times import STEP_TIMES, read_step_times

    times = out / STEP_TIMES
    runs = {one.row.key: one.runs[0] for one in measured if one.row.gated}
    return write_figure3(measured, out, read_step_times(times, runs) if times.exists() else None)


def _figure4(measured: Sequence[Measured], out: Path, _: bool) -> list[Path]:
    from l0edu.reproduce.figure4 import write_figure4

    return write_figure4(measured, out)


def _frontier(measured: Sequence[Measured], out: Path, _: bool) -> list[Path]:
    from l0edu.figures import save_png
    from l0edu.figures.frontier import frontier_alt, frontier_figure

    runs = [run for one in measured for run in one.runs]
    return [save_png(frontier_figure(runs), out / "frontier.png", frontier_alt(runs))]


def _as_text(name: str, table: Callable[[Sequence[Measured]], str]) -> Writer:
    def write(measured: Sequence[Measured], out: Path, _: bool) -> list[Path]:
        write_atomically(out / name, f"{table(measured)}\n".encode())
        return [out / name]

    return write


WRITERS: dict[str, Writer] = {
    "table1": write_table1,
    "figure3": _figure3,
    "figure4": _figure4,
    "frontier": _frontier,
    "targets": _as_text("targets.md", targets_markdown),
    "choose-lambda": _as_text("choose-lambda.md", choose_lambda_markdown),
}
