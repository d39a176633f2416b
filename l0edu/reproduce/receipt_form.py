"""Is this a receipt? Every entry that is read later is there, and of its kind."""

from typing import Any

from l0edu.reproduce.exhibits import EXHIBITS

__all__ = ["MODES", "SCHEMA", "why_no_receipt"]

SCHEMA = 1
MODES = ("full", "fast")
LARGEST = 1e300  # larger ones are no floats
OBJECTS = ("config", "versions", "machine", "runs", "step", "most", "band")


def why_no_receipt(content: Any, what: str) -> str:
    """What is wrong with it, in a few words; empty when it is the receipt of `what`.

    Examples
    --------
    >>> why_no_receipt({"schema": 1, "what": "figure3"}, "table1")
    'it is of figure3'
    """
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        return f"it has no schema {SCHEMA}"
    if content.get("what") not in EXHIBITS:
        return "it does not say of what it is"
    if content["what"] != what:
        return f"it is of {content['what']}"
    share: Any = content.get("share")
    if not isinstance(content.get("command"), str) or not _is_number(share) or not 0 < share < 1:
        return "it has no command, or no share between 0 and 1"
    if not isinstance(content.get("rows"), dict):
        return "it has no rows"
    wrong = (_of_row(key, row) for key, row in content["rows"].items())
    return next(filter(None, wrong), "")


def _of_row(key: str, row: Any) -> str:
    if not isinstance(row, dict) or not row.keys() <= set(MODES):
        return f"{key} has other parts than {' and '.join(MODES)}"
    wrong = (f"{key}, {mode}: {why}" for mode, part in row.items() if (why := _of_part(part)))
    return next(wrong, "")


def _of_part(part: Any) -> str:
    if not isinstance(part, dict) or not all(isinstance(part.get(name), dict) for name in OBJECTS):
        return "an entry is missing"
    seeds: Any = part.get("seeds")
    if not _is_numbers(seeds) or {*map(type, seeds)} != {int} or len(set(seeds)) < len(seeds):
        return "its seeds are no list of different whole numbers"
    if not _is_numbers(part.get("seconds"), len(seeds)):
        return "it has not one time for each seed"
    if not all(isinstance(text, str) for text in part["versions"].values()):
        return "its versions are no texts"
    return _of_quantities(part, len(seeds))


def _of_quantities(part: dict[str, Any], seeds: int) -> str:
    runs, bands = part["runs"], part["band"]
    if not runs or not all(_is_numbers(values, seeds) for values in runs.values()):
        return "it has not one number for each seed"
    if not all(_is_number(number) for name in ("step", "most") for number in part[name].values()):
        return "a step or a largest value is no number"
    if bands.keys() != (runs.keys() if seeds > 1 else set()):
        return "its bands are not those of its quantities"
    if not all(_is_numbers(ends, 2) and ends[0] <= ends[1] for ends in bands.values()):
        return "a band is not from low to high"
    return ""


def _is_numbers(entry: Any, count: int | None = None) -> bool:
    return (
        isinstance(entry, list) and len(entry) == (count or len(entry) or 1) and all(map(_is_number, entry))
    )


def _is_number(entry: Any) -> bool:
    return isinstance(entry, int | float) and not isinstance(entry, bool) and abs(entry) < LARGEST
