"""Which item of the paper does a reader mean by "Eq. 11", "fig2" or "appendix A"?"""

import re

from l0edu.errors import InputError
from l0edu.paper.equations import EQUATIONS
from l0edu.paper.exhibits import EXHIBITS
from l0edu.paper.item import Item
from l0edu.paper.penalties import PENALTIES

__all__ = ["ITEMS", "find"]

ITEMS: dict[str, Item] = {item.key: item for item in (*EQUATIONS, *PENALTIES, *EXHIBITS)}

KINDS = {"e": "eq", "f": "figure", "t": "table", "a": "appendix"}
REFERENCE = re.compile(
    r"""(?: (?P<kind> eqs? | equations? | figs? | figures? | tabs? | tables? | app | appendix ) [\s.#_-]* )?
        \(? (?: (?P<number> [0-9]{1,3} ) (?P<panel> [abc] )? | (?P<letter> [ab] ) ) \)?
        (?: [\s,;&]+ (?: and \s+ )? | $ )""",
    re.VERBOSE | re.IGNORECASE,
)


def find(text: str) -> list[Item]:
    """The items that a reader names, in the order named.

    Parameters
    ----------
    text : str
        One or several, as "Eqs. 12 and 16"; a bare number is an equation, or what was named before it.

    Returns
    -------
    list of Item
        Empty when the text is.

    Raises
    ------
    InputError
        When something in it is no item of the paper.

    Examples
    --------
    >>> [item.key for item in find("Eq. 11, 12 fig2b table1 appendix A")]
    ['eq11', 'eq12', 'figure2', 'table1', 'appendixA']
    """
    text, position, kind, found = text.strip(), 0, "eq", []
    while position < len(text):
        match = REFERENCE.match(text, position)
        if match is None:
            raise _unknown(text[position:])
        kind = _kind(match, kind)
        key = f"{kind}{match['letter'].upper() if match['letter'] else int(match['number'])}"
        if key not in ITEMS or (match["panel"] and kind != "figure"):
            raise _unknown(match[0].strip())
        found.append(ITEMS[key])
        position = match.end()
    return found


def _kind(match: re.Match[str], before: str) -> str:
    """What is named, or else what was named before it; a bare letter is an appendix."""
    if match["kind"]:
        return KINDS[match["kind"][0].lower()]
    return "appendix" if match["letter"] else before


def _unknown(what: str) -> InputError:
    kinds = dict.fromkeys(item.kind for item in ITEMS.values())
    ends = {kind: [key for key, item in ITEMS.items() if item.kind == kind] for kind in kinds}
    there_is = ", ".join(f"{keys[0]} to {keys[-1]}" for keys in ends.values())
    return InputError(f"the paper has no {what!r}: give one of {there_is}, or nothing for a list")
