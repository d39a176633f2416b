"""Which parts of the pages are printed from records? `python docs/results_tables.py` prints them anew.

Between `<!-- NAME -->` and `<!-- end of NAME -->` of a page stands what the function of that name gives.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from l0edu.collected import CollectedRun, collect
from l0edu.reproduce.exhibits import EXHIBITS
from l0edu.reproduce.lambda_search import distance
from l0edu.reproduce.markdown import markdown_table
from l0edu.reproduce.run_tables import choose_lambda_markdown, targets_markdown, wide_resnets_markdown
from l0edu.reproduce.table1 import Measured, measured_rows, table1_markdown

DOCS = Path(__file__).parent
RECORDS = DOCS / "results"


def table1() -> str:
    """Without its title."""
    return table1_markdown(_measured("table1"), fast=False).partition("\n\n")[2]


def targets() -> str:
    """A line for each run with a target."""
    return targets_markdown(_measured("targets"))


def lambdas() -> str:
    """A line for each lambda."""
    return choose_lambda_markdown(_measured("choose-lambda"))


def search() -> str:
    """A line for each run of the search for lambdas, the closest marked."""
    runs = collect(RECORDS / "mlp-separate-search")
    wanted = [int(one) for one in (RECORDS / "mlp-separate-search" / "wanted.txt").read_text().split("-")]
    nearest = min(runs, key=lambda run: distance(run.architecture, wanted))
    heads = ("run", "lambda N", "units left", "largest distance", "validation error %")
    rows = [_search_row(run, wanted, run is nearest) for run in runs]
    return markdown_table(heads, rows)


def wide_resnets() -> str:
    """A line for each run of WRN-10-2 on the subset of CIFAR-10."""
    return wide_resnets_markdown(collect(RECORDS / "cifar10-subset"))


Tables = Mapping[str, Callable[[], str]]
PAGES: dict[str, Tables] = {
    "results.md": {"table1": table1, "targets": targets, "search": search, "wide resnets": wide_resnets},
    "howto/choose_lambda.md": {"lambdas": lambdas},
}


def rewritten(page: str, tables: Tables) -> str:
    """The page with its tables printed anew."""
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"the page needs {begin} and {end}, once each")
        page = re.sub(
            f"{begin}.*?{end}",
            lambda _, t=table, b=begin, e=end: f"{b}\n\n{t().strip()}\n\n{e}",
            page,
            flags=re.S,
        )
    return page


def _measured(what: str) -> list[Measured]:
    exhibit = EXHIBITS[what]
    return measured_rows(exhibit.rows, RECORDS / exhibit.folder)


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
    for name, tables in PAGES.items():
        page = DOCS / name
        page.write_text(rewritten(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
