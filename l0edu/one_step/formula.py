"""What is one line of a worked example? A formula, and the values that go into it and come out.

A formula is a plain function of numbers, and the text that is printed for it. The text has the function's
parameters as fields, so that one text serves three times: filled with symbols it is the formula, filled with
numbers the calculation, and filled with both the question of a worksheet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import signature

__all__ = ["Formula", "Line", "Slip", "Values", "formula", "lines"]

Values = dict[str, float]
Function = Callable[..., float]

SYMBOLS = {"lam": "lambda", "size": "|g|", "size1": "|g1|", "size2": "|g2|", "size3": "|g3|"}


@dataclass(frozen=True)
class Slip:
    """A slip that people make: what it leads to, and what to tell them.

    Attributes
    ----------
    hint : str
        Says what went wrong, without the answer.
    value : function
        The wrong formula; its parameters are some of the right one's.

    Examples
    --------
    >>> from l0edu.one_step.backward import L_by_y
    >>> slip = L_by_y.slips[0]
    >>> slip.hint, L_by_y.value(3, 1), slip.value(3, 1)
    ('the 2 of the square and the 1/2 cancel', 2, 4)
    """

    hint: str
    value: Function


@dataclass(frozen=True)
class Formula:
    """A function of numbers with its text; made by the decorator `formula`.

    Attributes
    ----------
    symbol : str
        What it computes.
    text : str
        The right-hand side, with the function's parameters as fields.
    equation : str
        Where it stands in the paper, as "Eq. 10"; empty when it is not from there.
    value : function
        Of numbers.
    slips : list of Slip
        What people get wrong in it.

    Examples
    --------
    >>> from l0edu.one_step.gates import z
    >>> z.in_symbols(), z.equation, z.value(1.05)
    ('z = min(1, max(0, s_bar))', 'Eq. 11', 1)
    """

    symbol: str
    text: str
    equation: str
    value: Function
    slips: list[Slip] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the function's parameters."""
        return _parameters(self.value)

    def slip(self, hint: str, value: Function) -> None:
        """Add a slip.

        Parameters
        ----------
        hint : str
            Says what went wrong, without the answer.
        value : function
            The wrong formula; its parameters are some of the right one's.
        """
        self.slips.append(Slip(hint, value))

    def in_symbols(self) -> str:
        """The formula itself, as in "z = min(1, max(0, s_bar))"."""
        symbols = {name: SYMBOLS.get(name, name.replace("_d", "/d")) for name in self.parameters}
        return f"{self.symbol} = {self.text.format(**symbols)}"


@dataclass(frozen=True)
class Line:
    """One number to be worked out.

    Attributes
    ----------
    name : str
        The number's name, as "s1".
    formula : Formula
    inputs : tuple of str
        Names of the values that go in, in the order of the formula's parameters.

    Examples
    --------
    >>> from l0edu.one_step.sheet import ANSWERS
    >>> line = ANSWERS["dL/dv1"]
    >>> line.inputs, line.text(lambda name: name), line.value({"dL/dy": 0.5, "h1_gated": 0.2})
    (('dL/dy', 'h1_gated'), 'dL/dy * h1_gated', 0.1)
    """

    name: str
    formula: Formula
    inputs: tuple[str, ...]

    def text(self, shown: Callable[[str], str]) -> str:
        """The formula's text with `shown(name)` for every value that goes in.

        Parameters
        ----------
        shown : function
            From a name to how it is printed: as itself, or as a number.

        Returns
        -------
        str
        """
        texts = map(shown, self.inputs)
        return self.formula.text.format(**dict(zip(self.formula.parameters, texts, strict=True)))

    def value(self, values: Mapping[str, float]) -> float:
        """The number.

        Parameters
        ----------
        values : mapping
            Numbers by name, those that go in among them.

        Returns
        -------
        float
        """
        return self._call(self.formula.value, values)

    def slipped(self, values: Mapping[str, float]) -> list[tuple[str, float]]:
        """The hint and the wrong number of every slip.

        Parameters
        ----------
        values : mapping
            As in `value`.

        Returns
        -------
        list of (str, float)
        """
        return [(slip.hint, self._call(slip.value, values)) for slip in self.formula.slips]

    def _call(self, function: Function, values: Mapping[str, float]) -> float:
        given = {p: values[name] for p, name in zip(self.formula.parameters, self.inputs, strict=True)}
        return function(**{p: given[p] for p in _parameters(function)})


@cache
def _parameters(function: Function) -> tuple[str, ...]:
    return tuple(signature(function).parameters)


def formula(symbol: str, text: str, equation: str = "") -> Callable[[Function], Formula]:
    """Declare a function as a formula, with the text that is printed for it.

    Parameters
    ----------
    symbol : str
        What it computes.
    text : str
        The right-hand side, with the function's parameters as fields.
    equation : str
        Its place in the paper, as "Eq. 10".

    Returns
    -------
    function
        A decorator, which makes a `Formula` of the function.

    Examples
    --------
    >>> @formula("h", "max(0, {a})")
    ... def h(a):
    ...     return max(0, a)
    >>> h.in_symbols()
    'h = max(0, a)'
    >>> line = Line("h1", h, ("a1",))
    >>> line.text(lambda name: "0.25"), line.value({"a1": 0.25})
    ('max(0, 0.25)', 0.25)
    """

    def declare(function: Function) -> Formula:
        return Formula(symbol, text, equation, function)

    return declare


def lines(one: Formula, inputs: Mapping[str, str]) -> tuple[Line, ...]:
    """Lines of one formula: the name of each number, and of the values that go into it.

    Parameters
    ----------
    one : Formula
    inputs : mapping
        As `{"s1": "u1 log_alpha1 beta"}`; names in the order of the formula's parameters.

    Returns
    -------
    tuple of Line

    Examples
    --------
    >>> from l0edu.one_step.gates import z
    >>> [line.name for line in lines(z, {"z1": "s_bar1", "z2": "s_bar2"})]
    ['z1', 'z2']
    """
    return tuple(Line(name, one, tuple(names.split())) for name, names in inputs.items())
