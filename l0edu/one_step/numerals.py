"""How are numbers written on the sheet? Given ones in short, computed ones to 4 decimals."""

import re

__all__ = ["as_factor", "computed", "given", "without_needless_brackets"]


def given(name: str, value: float) -> str:
    """A given number, which is short.

    Parameters
    ----------
    name : str
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> given("x1", -0.5), given("beta", 2 / 3)
    ('-0.5', '2/3')
    """
    return "2/3" if name == "beta" else f"{value:g}"


def computed(value: float) -> str:
    """A computed number to 4 decimals; exactly 0 and exactly 1 without decimals, their point in line.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> computed(-0.00123), computed(0.0), computed(1.0)
    ('-0.0012', '0     ', '1     ')
    """
    return f"{value:z.0f}     " if value in (0, 1) else f"{value:z.4f}"


def as_factor(numeral: str) -> str:
    """In brackets where a sign or a fraction would be misread behind an operator.

    Parameters
    ----------
    numeral : str
        From `given` or `computed`.

    Returns
    -------
    str

    Examples
    --------
    >>> as_factor("0.5"), as_factor("-0.5"), as_factor("2/3")
    ('0.5', '(-0.5)', '(2/3)')
    """
    return f"({numeral})" if numeral.startswith("-") or "/" in numeral else numeral


def without_needless_brackets(calculation: str) -> str:
    """Without the brackets of a negative number that stands behind no operator.

    Parameters
    ----------
    calculation : str
        In which each number went through `as_factor`.

    Returns
    -------
    str

    Examples
    --------
    >>> without_needless_brackets("(-0.5) * sigmoid((-2)) - (-3)")
    '-0.5 * sigmoid(-2) - (-3)'
    """
    return re.sub(r"(^|\(|, |< )\((-[\d.]+)\)", r"\1\2", calculation)
