"""How is one file loaded again and again? It is compiled once, and run as a new module each time."""

import importlib.util
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType

from l0edu.errors import InputError

__all__ = ["Reloader"]


class Reloader(SourceFileLoader):
    """Loads a file of a student's tests.

    Parameters
    ----------
    path : str

    Examples
    --------
    >>> reloader = Reloader(__file__)
    >>> reloader.load() is reloader.load()
    False
    """

    def __init__(self, path: str) -> None:
        super().__init__("tests_of_a_student", path)
        self.code: CodeType | None = None

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        """The file's code, which needs to be read and compiled the first time only."""
        if self.code is None:
            self.code = self.source_to_code(self.get_data(self.path), self.path)
        return self.code

    def load(self) -> ModuleType:
        """A fresh module of the file.

        Raises
        ------
        InputError
            When Python finds no way to load it.
        """
        spec = importlib.util.spec_from_loader(self.name, self)
        if spec is None:
            raise InputError(f"{self.path} cannot be loaded")
        module = importlib.util.module_from_spec(spec)
        sys.modules[self.name] = module
        self.exec_module(module)
        return module
