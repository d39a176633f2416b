r"""How is a question written in GIFT, the text that Moodle imports?

    // [tag:name]                                               a comment; Moodle takes tags from it
    ::name::[html]text{#=%100%0.5:0.0005#feedback =%0%...}      a number, with a tolerance
    ::name::[html]text{=right#feedback ~wrong#feedback ...}     a choice

A blank line ends a question, so a line break in a text is written \n; the signs of the format itself have a
backslash before them.
"""

import html
from collections.abc import Mapping, Sequence
from typing import NamedTuple

__all__ = ["Answer", "category", "choice", "escaped", "number", "tagged"]

ESCAPES = {"\\": r"\\", "\n": r"\n", **{sign: f"\\{sign}" for sign in "~=#{}:"}}


class Answer(NamedTuple):
    """A number that a student may give.

    Attributes
    ----------
    percent : int
        Of the question's points.
    value, tolerance : float
    feedback : str
    """

    percent: int
    value: float
    tolerance: float
    feedback: str


def escaped(text: str) -> str:
    r"""A plain text as a part of a GIFT question in HTML.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        On one line.

    Examples
    --------
    >>> print(escaped("z = {0} if a < 0"))
    z \= \{0\} if a &lt; 0
    """
    return _marked(html.escape(text, quote=False))


def category(*path: str) -> str:
    """The line that puts the questions behind it into a category.

    Parameters
    ----------
    *path : str
        Names from the outside in, without backslashes and line breaks. A slash within a name is doubled.

    Returns
    -------
    str

    Examples
    --------
    >>> print(category("l0edu", "group 1/2"))
    $CATEGORY: l0edu/group 1//2
    """
    return f"$CATEGORY: {'/'.join(name.replace('/', '//') for name in path)}"


def number(name: str, text: str, answers: Sequence[Answer], otherwise: str, picture: str = "") -> str:
    r"""A question that asks for a number.

    Parameters
    ----------
    name, text : str
    answers : sequence of Answer
        The right one first: Moodle takes the first that fits.
    otherwise : str
        Feedback to any other number.
    picture : str, optional
        Lines of characters to be shown above the text as they are.

    Returns
    -------
    str

    Examples
    --------
    >>> print(number("sum", "1 + 1 = ?", [Answer(100, 2.0, 0.1, "Right.")], "Count again."))
    ::sum::[html]<p>1 + 1 \= ?</p>{#
        =%100%2.000000:0.1#Right.
        ~#Count again.
    }
    """
    rows = [f"=%{a.percent}%{a.value:z.6f}:{a.tolerance:g}#{escaped(a.feedback)}" for a in answers]
    drawing = f"<pre>{escaped(picture)}</pre>" if picture else ""
    return _question(name, f"{drawing}<p>{escaped(text)}</p>", "{#", [*rows, f"~#{escaped(otherwise)}"])


def choice(name: str, text: str, right: str, why: str, wrong: Mapping[str, str]) -> str:
    r"""A question of which one answer is right.

    Parameters
    ----------
    name, text, right : str
    why : str
        Feedback to the right answer.
    wrong : mapping
        The other answers, each with its feedback.

    Returns
    -------
    str

    Examples
    --------
    >>> print(choice("sign", "Is 1 > 0?", "yes", "It is.", {"no": "It is."}))
    ::sign::[html]<p>Is 1 &gt; 0?</p>{
        =yes#It is.
        ~no#It is.
    }
    """
    rows = [f"={escaped(right)}#{escaped(why)}"]
    rows += [f"~{escaped(text)}#{escaped(feedback)}" for text, feedback in wrong.items()]
    return _question(name, f"<p>{escaped(text)}</p>", "{", rows)


def tagged(tag: str, question: str) -> str:
    """A question with a tag, by which Moodle can find it when it draws one at random.

    Parameters
    ----------
    tag : str
        Of at most 50 characters, without brackets.
    question : str
        From `number` or `choice`.

    Returns
    -------
    str

    Examples
    --------
    >>> print(tagged("one step y", "::y::..."))
    // [tag:one step y]
    ::y::...
    """
    return f"// [tag:{tag}]\n{question}"


def _question(name: str, text: str, opening: str, rows: Sequence[str]) -> str:
    body = "".join(f"    {row}\n" for row in rows)
    return f"::{_marked(name)}::[html]{text}{opening}\n{body}}}"


def _marked(text: str) -> str:
    return "".join(ESCAPES.get(character, character) for character in text)
