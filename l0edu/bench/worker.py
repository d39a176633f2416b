"""What does a worker do? It reads jobs as lines of JSON, does one after the other, and writes its answers.

A request is {"case": name, "task": name, "arguments": {...}, "count": repetitions}. An answer has a "value",
the measured value of one repetition, and "notes"; or an "error", for bad input and for a GPU that fails or
whose memory is full. Any other exception ends the process. What a task has prepared is kept until the next
case begins.

`python -m l0edu.bench.worker ours` is such a process; it ends when its input does.
"""

import json
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from l0edu.bench import on_device, ours
from l0edu.errors import GateWarning, InputError
from l0edu.gpu.availability import in_one_line

__all__ = ["LIBRARIES", "main", "serve", "tasks_of"]

LIBRARIES = ("ours", "torch")


def main(library: str) -> None:
    """Serve on this process's standard input and output; whatever prints is led to standard error."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warnings.simplefilter("ignore", GateWarning)  # pruned gates are meant to be closed here
    serve(sys.stdin, replies, tasks_of(library))


def tasks_of(library: str) -> Mapping[str, Any]:
    """The tasks of a library, which is imported only here.

    Raises
    ------
    InputError
        For another name than "ours" and "torch".

    Examples
    --------
    >>> "step" in tasks_of("ours")
    True
    """
    if library not in LIBRARIES:
        raise InputError(f"there is no worker for {library!r}: choose one of {', '.join(LIBRARIES)}")
    if library == "ours":
        return {**ours.TASKS, **on_device.DEVICE_TASKS}
    from l0edu.bench import torch_on_device, torch_reference

    torch_reference.use_threads(int(os.environ["OMP_NUM_THREADS"]))
    return {**torch_reference.TASKS, **torch_on_device.DEVICE_TASKS}


def serve(requests: Iterable[str], replies: TextIO, tasks: Mapping[str, Any]) -> None:
    """Answer every request, in order.

    Parameters
    ----------
    requests : iterable of str
        Lines of JSON.
    replies : file
        Gets a line of JSON for each.
    tasks : dict
        What a task's name stands for: a function of the arguments that returns one of the count.

    Examples
    --------
    >>> request = '{"case": "c", "task": "double", "arguments": {"x": 3}, "count": 2}'
    >>> serve([request], sys.stdout, {"double": lambda x: lambda count: {"value": 2 * x * count}})
    {"value": 12}
    """
    case: str | None = None
    prepared: dict[str, Any] = {}
    for line in requests:
        request = json.loads(line)
        if request["case"] != case:
            case, prepared = request["case"], {}
        replies.write(json.dumps(_answer(request, prepared, tasks)) + "\n")
        replies.flush()


def _answer(request: Any, prepared: dict[str, Any], tasks: Mapping[str, Any]) -> dict[str, Any]:
    key = json.dumps([request["task"], request["arguments"]])
    try:
        if key not in prepared:
            prepared[key] = tasks[request["task"]](**request["arguments"])
        answer: dict[str, Any] = prepared[key](request["count"])
    except (InputError, MemoryError) as error:  # CuPy's OutOfMemoryError is a MemoryError
        return {"error": str(error)}
    except Exception as error:  # torch's is none, and CuPy's others have no common base
        if (sentence := in_one_line(error)) is None:
            raise
        return {"error": sentence}
    return answer


if __name__ == "__main__":
    main(sys.argv[1])
