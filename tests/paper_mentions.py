"""Which equations, figures and tables does a text mention?"""

import re

LISTED = re.compile(r"Eqs?\.\s+(\d+(?:(?:,\s*|\s*-\s*|\s+to\s+|,?\s+and\s+)\d+)*)")
MENTION = {"figure": "Figure {}", "table": "Table {}", "appendix": "Appendix {}"}


def equations_in(text):
    """The numbers behind each "Eq." or "Eqs.", ranges filled in."""
    found = set()
    for match in LISTED.finditer(text):
        for part in re.findall(r"(\d+)(?:\s*(?:-|to)\s*(\d+))?", match[1]):
            first, last = int(part[0]), int(part[1] or part[0])
            found |= set(range(first, last + 1))
    return found


def mentions(item, docstring):
    if item.kind == "eq":
        return int(item.number) in equations_in(docstring)
    return MENTION[item.kind].format(item.number).lower() in docstring.lower()
