"""What does CuPy offer, and which arguments does it take? A file made from the real package says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["AT", "CUPY", "REDUCE", "SPECIAL", "UFUNCS", "Parameters", "parameters"]

_FILE = Path(__file__).parent / "signatures.json"
CUPY: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
UFUNCS, AT, REDUCE, SPECIAL = (frozenset(CUPY[key].split()) for key in ("ufuncs", "at", "reduce", "special"))


@dataclass(frozen=True)
class Parameters:
    """The parameters of one function of CuPy's.

    Parameters
    ----------
    name : str
    positional : tuple of str
        Those that may be given by position.
    by_name : frozenset of str
        Those that may be given by keyword.
    needed : tuple of str
        Those of `positional` that have no default.
    rest, keywords : bool
        Whether it takes `*args`, and `**kwargs`.
    """

    name: str
    positional: tuple[str, ...]
    by_name: frozenset[str]
    needed: tuple[str, ...]
    rest: bool
    keywords: bool

    def check(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """TypeError, as Python words it, for arguments that do not fit."""
        if len(args) > len(self.positional) and not self.rest:
            raise TypeError(
                f"{self.name}() takes {len(self.positional)} positional arguments but {len(args)} were given"
            )
        for key in kwargs:
            if key not in self.by_name and not self.keywords:
                raise TypeError(f"{self.name}() got an unexpected keyword argument {key!r}")
            if key in self.positional[: len(args)]:
                raise TypeError(f"{self.name}() got multiple values for argument {key!r}")
        for needed in self.needed[len(args) :]:
            if needed not in kwargs:
                raise TypeError(f"{self.name}() missing required argument: {needed!r}")


@cache
def parameters(kind: str, name: str) -> Parameters:
    """Those of a function, method or draw, read from signatures.json.

    Parameters
    ----------
    kind : "functions", "methods" or "draws"
    name : str

    Examples
    --------
    >>> parameters("functions", "sum").positional
    ('a', 'axis', 'dtype', 'out', 'keepdims')
    """
    words = CUPY[kind][name].split()
    rest = any(word.startswith("*") and word.strip("*") and not word.startswith("**") for word in words)
    end = next((place for place, word in enumerate(words) if word.startswith("*")), len(words))
    positional = [word for word in words[:end] if word != "/"]
    only_by_position = words[: words.index("/")] if "/" in words else []
    named = {word.rstrip("=") for word in words if word[0] not in "*/" and word not in only_by_position}
    return Parameters(
        name=name.rpartition(".")[2],
        positional=tuple(word.rstrip("=") for word in positional),
        by_name=frozenset(named),
        needed=tuple(word for word in positional if not word.endswith("=")),
        rest=rest,
        keywords=any(word.startswith("**") for word in words),
    )
