"""How does a child process start without importing all of l0edu?

A script, run by its path: `bare.py MODULE FOLDER...`. It puts empty packages in the place of l0edu's, imports
MODULE through them, takes them away again, and calls the module's `serve`. That saves 0.1 s in each process,
and a student's `import l0edu` gets the real one. The FOLDERs are those to import from: `python -I` knows no
others than its own.
"""

import sys
import types
from importlib import import_module
from pathlib import Path

PACKAGES = ("l0edu", "l0edu.course", "l0edu.course.isolation", "l0edu.course.hunt")


def _import_bare(module: str) -> types.ModuleType:
    root = Path(__file__).parents[3]
    for name in PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package
    return import_module(module)


def _forget_l0edu() -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "l0edu"]:
        del sys.modules[name]


if __name__ == "__main__":
    sys.path += [folder for folder in sys.argv[2:] if folder not in sys.path]
    child = _import_bare(sys.argv[1])
    _forget_l0edu()
    child.serve()
