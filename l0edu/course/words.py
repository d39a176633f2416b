"""How are a list of names, a verdict and a message said in one sentence?"""

from collections.abc import Sequence

__all__ = ["about", "listed", "on_one_line"]


def listed(names: Sequence[str]) -> str:
    """The names, with commas and one "and".

    Parameters
    ----------
    names : sequence of str

    Examples
    --------
    >>> listed(["dx", "db", "dz"]), listed(["dx"])
    ('dx, db and dz', 'dx')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def about(name: str, sentence: str) -> str:
    """The sentence, and what it is about.

    Parameters
    ----------
    name : str
    sentence : str

    Examples
    --------
    >>> about("dW", "it is transposed"), about("dx", "wrong with bias: it is 3")
    ('dW: it is transposed', 'dx is wrong with bias: it is 3')
    """
    return f"{name} is {sentence}" if sentence.startswith("wrong ") else f"{name}: {sentence}"


def on_one_line(message: str) -> str:
    r"""A message, and the student's line that may stand below it.

    Parameters
    ----------
    message : str
        One line, or two.

    Examples
    --------
    >>> on_one_line("line 3: invalid syntax\n    def f(:")
    'line 3: invalid syntax, at `def f(:`'
    """
    sentence, *code = message.splitlines() or [""]
    return f"{sentence.strip()}, at `{code[0].strip()}`" if code else sentence
