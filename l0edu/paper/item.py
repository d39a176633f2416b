"""What is to be known of an item of the paper? The form of a row."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Item"]


@dataclass(frozen=True)
class Item:
    """One equation, figure, table or appendix of the paper.

    Attributes
    ----------
    key : str
        As typed: "eq11", "figure2", "table1", "appendixB".
    title : str
        What it is called in conversation.
    formula : tuple of str
        What it says, in plain text, a line each.
    meaning : str
        The same in a sentence.
    known : str
        How far to trust this row about the paper's text, in the words of docs/errata.md: read (in public
        material about the paper), computed (from its other formulas), recalled (check before relying on it).
    code : tuple of str
        Functions, as "l0edu.gates:HardConcrete.sample". Their lines are looked up when asked for (`place`).
    tests : tuple of str
        The tests that hold the library to it, as "tests/test_gates.py::test_...".
    value : callable, optional
        Computes a number with the library, and returns it in a sentence.
    errata : tuple of str
        Entries of docs/errata.md: where slides or other code differ.
    slides : tuple of int
        Slides of the talk by Flam-Shepherd, Farhadi and Guo (March 2018).
    tutorials : tuple of str
        Files in tutorials/.
    derivation : str
        A page in docs/derivations/.
    commands : tuple of str
        What to type in a shell to draw or train it.

    Examples
    --------
    >>> from l0edu.paper import find
    >>> (item,) = find("Eq. 11")
    >>> item.name, item.errata
    ('Equation 11', ('A1',))
    """

    key: str
    title: str
    formula: tuple[str, ...]
    meaning: str
    known: str
    code: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    value: Callable[[], str] | None = None
    errata: tuple[str, ...] = ()
    slides: tuple[int, ...] = ()
    tutorials: tuple[str, ...] = ()
    derivation: str = ""
    commands: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The key without its number: eq, figure, table or appendix."""
        return self.key.rstrip("0123456789AB")

    @property
    def number(self) -> str:
        """The number or letter behind the kind."""
        return self.key.removeprefix(self.kind)

    @property
    def name(self) -> str:
        """As in a text: Equation 11, Figure 2."""
        kind = "Equation" if self.kind == "eq" else self.kind.capitalize()
        return f"{kind} {self.number}"
