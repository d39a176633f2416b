"""What does the child process do that runs a student's file? It answers one request after the other.

It says that it is ready, gets a file and its limits, and loads the file. Each request then names a function
and its arguments. Requests come through what was standard input, and answers leave through what was standard
output. Both are moved first, so what the file prints goes to standard error.
"""

import os
import sys
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from l0edu.course.isolation.audit_hook import AuditHook
from l0edu.course.isolation.limits import Limits, limit_resources
from l0edu.course.isolation.pipe import decode, encode, receive, send
from l0edu.course.isolation.running import StudentError, call_function, load

__all__ = ["serve"]


def serve() -> None:
    """Answer requests until the parent closes the pipe."""
    requests, answers = _move_pipes()

    def reply(content: dict[str, Any]) -> Any:
        """Send an answer and return the next request."""
        send(partial(os.write, answers), encode(content))
        try:
            return decode(receive(partial(os.read, requests)))
        except EOFError:
            os._exit(0)  # threads that the file started may go on for ever

    sys.breakpointhook = _no_debugger
    request = reply({"ready": True})
    path = Path(request["path"])
    _fence_in(path, request)
    module, answer = _load(path)
    while True:
        request = reply({"number": request["number"], **answer})
        answer = _answer(module, path, request)


def _move_pipes() -> tuple[int, int]:
    """Descriptors of requests and answers."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, answers


def _no_debugger(*_: Any, **__: Any) -> None:
    raise RuntimeError(
        "breakpoint() stops only by hand, in `python -m pytest -s`: take it out before you hand in"
    )


def _fence_in(path: Path, order: dict[str, Any]) -> None:
    limit_resources(Limits(**order["limits"]))
    AuditHook(Path.cwd(), path, [Path(secret) for secret in order["secret"]]).install()


def _load(path: Path) -> tuple[ModuleType, dict[str, Any]]:
    try:
        return load(path), {"loaded": True}
    except StudentError as error:
        return ModuleType("not loaded"), {"error": str(error)}


def _answer(module: ModuleType, path: Path, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": call_function(module, path, request["function"], request["arguments"])}
    except StudentError as error:
        return {"error": str(error)}
    except NotImplementedError as error:
        return {"not started": str(error)}
