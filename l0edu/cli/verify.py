"""`l0edu verify`: are the gradients right on this machine?"""

import argparse
from typing import Any

from l0edu.errors import InputError
from l0edu.models import FAMILY, MODELS
from l0edu.oracle import format_table, torch_is_installed, verify
from l0edu.oracle.verify import PAPERS

__all__ = ["add", "run"]


def add(commands: Any) -> None:
    """Add the command to argparse's subparsers."""
    parser = commands.add_parser(
        "verify",
        help="compare loss and gradients with torch and with finite differences",
        description="Compares the loss and every gradient of the paper's networks with torch, fed the same "
        "parameters and noise, and with finite differences. Exits with 1 if any of them differs.",
    )
    parser.add_argument("--seed", type=int, default=0, help="of parameters, data and noise (default: 0)")
    parser.add_argument(
        "--network",
        action="append",
        metavar="NETWORK",
        help=f"{', '.join(MODELS)} or {FAMILY}; may be given twice (default: {', '.join(PAPERS)})",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the table and the verdict; 0 if all agree, else 1."""
    if args.seed < 0:
        raise InputError(f"--seed {args.seed}: it must be 0 or positive")
    if not torch_is_installed():
        print('torch is not installed, so only finite differences: pip install "l0edu[torch]" adds it')
    rows = verify(nets=args.network or PAPERS, seed=args.seed)
    print(format_table(rows))
    failed = sum(not row.passed for row in rows)
    print(f"{failed} of {len(rows)} comparisons FAILED" if failed else f"all {len(rows)} comparisons passed")
    return 1 if failed else 0
