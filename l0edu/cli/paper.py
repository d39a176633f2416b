"""`l0edu paper`: where in the library is an equation, a figure or a table of the paper?"""

import argparse
from typing import Any

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command `paper` to what `ArgumentParser.add_subparsers` returned.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser.add_subparsers())
    >>> parser.parse_args(["paper", "Eq.", "11"]).item
    ['Eq.', '11']
    """
    parser = commands.add_parser(
        "paper",
        help="look up an equation, figure or table of the paper",
        description="What an item of the paper says, which function and test hold it, what it gives in "
        "numbers, and where slides or the reference code differ.",
    )
    parser.add_argument("item", nargs="*", help='eq11, "Eq. 11", figure2, table1, appendixB; none: a list')
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the items asked for, or a list of all."""
    from l0edu.paper import ITEMS, describe, find, listing

    found = find(" ".join(args.item))
    if found:
        print("\n\n".join(map(describe, found)))
    else:
        print(f"{listing(ITEMS.values())}\n\nl0edu paper eq11 tells all about one of them.")
    return 0
