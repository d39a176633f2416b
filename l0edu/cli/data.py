"""`l0edu data`: which data sets are there, and how does a full one get here?"""

import argparse
from pathlib import Path
from typing import Any

from l0edu.cli.doctor import data_report
from l0edu.data import fetch
from l0edu.data.registry import ARCHIVES, MIRRORS

__all__ = ["add", "run_fetch", "run_list"]


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("data", help="list the data sets, or fetch a full one")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="say which data sets are found")
    listing.add_argument("--data-dir", metavar="D", help="folder with their files (default: $L0EDU_DATA)")
    listing.set_defaults(run=run_list)
    fetching = actions.add_parser(
        "fetch", help="download a set, verified by checksum (needs the extra `data`)"
    )
    fetching.add_argument("name", choices=tuple(MIRRORS))
    fetching.add_argument("--data-dir", metavar="D", type=Path, default=Path("data"), help="where to (data)")
    fetching.set_defaults(run=run_fetch)


def run_list(options: argparse.Namespace) -> int:
    """Print what is found."""
    for _, what, remedy in data_report(options.data_dir):
        print(what + (f": {remedy}" if remedy else ""))
    return 0


def run_fetch(options: argparse.Namespace) -> int:
    """Download, and say where it is."""
    folder = fetch(options.name, options.data_dir)
    network = "wrn-16-4" if options.name in ARCHIVES else "mlp"
    print(f"{options.name} is in {folder}: l0edu train {network} --data {options.name} --data-dir {folder}")
    return 0
