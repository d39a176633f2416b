"""What can be done from a shell? `l0edu COMMAND`; each command is one small file beside this one."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

from tqdm import tqdm

import l0edu
from l0edu.cli import (
    assign,
    bench,
    compact,
    data,
    doctor,
    figure,
    film,
    gradcheck,
    microscope,
    paper,
    reproduce,
    runs,
    step,
    sweep,
    train,
    tutorials,
    verify,
)
from l0edu.errors import InputError

__all__ = ["main"]

COMMANDS = (
    train,
    sweep,
    runs,
    reproduce,
    compact,
    verify,
    doctor,
    data,
    figure,
    bench,
    step,
    paper,
    tutorials,
    microscope,
    film,
    gradcheck,
    assign,
)
BAD_INPUT = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, without a usage block."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see {self.prog} --help)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those of the process.

    Returns
    -------
    int
        Exit status: 0 done, 1 a check failed, 2 bad input, 130 interrupted.

    Examples
    --------
    >>> main(["train", "resnet-9000"])
    2
    """
    try:
        return _run(arguments)
    except InputError as error:
        return _failed(error, BAD_INPUT)
    except KeyboardInterrupt:
        return _failed("interrupted", INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe has gone, as in `l0edu ... | head`
        _forget_output()
        return 0
    except UnicodeError as error:
        return _failed(f"{error}: keep to the terminal's letters, or set PYTHONUTF8=1", BAD_INPUT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        what = f"{where}{error.strerror or error}"
        status = _failed(f"{what}: check the path, its permissions and the disk", BAD_INPUT)
        _forget_output()
        return status


def _run(arguments: Sequence[str] | None) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = _one_line  # type: ignore[assignment]
        options = _parser().parse_args(arguments)
        status = int(options.run(options))
    sys.stdout.flush()
    return status


def _failed(why: object, status: int) -> int:
    """Say why, in one line; the exit status."""
    print(f"l0edu: {why}", file=sys.stderr)
    return status


def _one_line(message: Warning | str, *_: Any) -> None:
    tqdm.write(f"warning: {message}", file=sys.stderr)


def _forget_output() -> None:
    """Let Python not fail a second time, at its exit, on output that could not be written."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="l0edu", description=l0edu.__doc__)
    parser.add_argument("--version", action="version", version=f"l0edu {l0edu.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser
