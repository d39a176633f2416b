"""Which parts of docs/results.md are printed from records? `python docs/results_tables.py` prints them anew.

Between `<!-- NAME -->` and `<!-- end of NAME -->` stands what the function of that name in TABLES gives.
"""

import re
from collections.abc import Callable
from pathlib import Path

from l0edu.collected import CollectedRun, collect
from l0edu.reproduce.lambda_search import distance
from l0edu.reproduce.markdown import markdown_table
from l0edu.reproduce.rows import ROWS
from l0edu.reproduce.table1 import measured_rows, table1_markdown

DOCS = Path(__file__).parent
RECORDS = DOCS / "results"


def table1() -> str:
    """Without its title."""
    printed = table1_markdown(measured_rows(ROWS, RECORDS / "table1", fast=False), fast=False)
    return printed.partition("\n\n")[2]


def targets() -> str:
    """A line for each run with a target."""
    runs = sorted(collect(RECORDS / "targets"), key=lambda run: (run.config.network, run.name))
    heads = ("network, data, epochs", "seed", "target", "expected share", "units left", "test error %")
    return markdown_table(heads, [_target_row(run) for run in runs])


def search() -> str:
    """A line for each run of the search for lambdas, the closest marked."""
    runs = collect(RECORDS / "mlp-separate-search")
    wanted = [int(one) for one in (RECORDS / "mlp-separate-search" / "wanted.txt").read_text().split("-")]
    nearest = min(runs, key=lambda run: distance(run.architecture, wanted))
    heads = ("run", "lambda N", "units left", "largest distance", "validation error %")
    rows = [_search_row(run, wanted, run is nearest) for run in runs]
    return markdown_table(heads, rows)


TABLES: dict[str, Callable[[], str]] = {"table1": table1, "targets": targets, "search": search}


def rewritten(page: str) -> str:
    """The page with its tables printed anew."""
    for name, table in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"results.md needs {begin} and {end}, once each")
        page = re.sub(
            f"{begin}.*?{end}",
            lambda _, t=table, b=begin, e=end: f"{b}\n\n{t().strip()}\n\n{e}",
            page,
            flags=re.S,
        )
    return page


def _target_row(run: CollectedRun) -> tuple[str, ...]:
    config, last = run.config, run.records[-1]
    what, share = ("weights", config.target_l0) if config.target_l0 else ("FLOPs", config.target_flops)
    reached = last["pursuit"]["share"]
    return (
        f"{config.network}, {config.data}, {config.epochs}",
        str(config.seed),
        f"{share:g} of the {what}",
        f"{reached:.4f} ({reached / share - 1:+.2%})",
        "-".join(map(str, run.architecture)),
        f"{last['test_error']:.2f}",
    )


def _search_row(run: CollectedRun, wanted: list[int], nearest: bool) -> tuple[str, ...]:
    cells = (
        run.name,
        ", ".join(f"{lam:g}" for lam in run.config.lam),
        "-".join(map(str, run.architecture)),
        f"{distance(run.architecture, wanted):.0%}",
        f"{run.records[-1]['validation_error']:.2f}",
    )
    return tuple(f"**{cell}**" for cell in cells) if nearest else cells


if __name__ == "__main__":
    page = DOCS / "results.md"
    page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
