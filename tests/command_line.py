"""The command line, called as a user would."""

import json
import time

from l0edu.cli import main

QUICK = ["train", "mlp", "--batch-size", "500", "--epochs", "2"]


def records(folder):
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def wait_for(file, process):
    while not file.exists() and process.poll() is None:
        time.sleep(0.01)


def one_line_error(capsys, arguments):
    """The message of a call that must fail with status 2, in one line and without a traceback."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("l0edu: ")
    assert "usage" not in printed.err
    return printed.err
