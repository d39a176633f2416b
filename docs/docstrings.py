"""How do docstrings in plain words become reStructuredText?

They write |g| for a size, a * b for a product and x_ for a name, all of which reStructuredText would read as
marks. Outside of code and of *emphasis* these signs are escaped.
"""

import re

CODE = re.compile(r"(``.+?``|`.+?`|(?<![\w*])\*[a-z]+\*(?![\w*]))")  # and *emphasis*
MARKS = re.compile(r"(?<!\\)[|*]|_(?=[\s,.;:)]|$)")


def escape_marks(app, what, name, obj, options, lines):
    """Escape in place, before numpydoc reads the lines."""
    for i, line in enumerate(lines):
        if not is_example(line):
            parts = CODE.split(line)
            lines[i] = "".join(
                part if CODE.fullmatch(part) else MARKS.sub(r"\\\g<0>", part) for part in parts
            )


def is_example(line):
    return line.lstrip().startswith((">>>", "..."))


def write_two_thirds(app, what, name, obj, options, signature, returned):
    """A data class tells only the value of its default."""
    return signature and signature.replace(str(2 / 3), "2 / 3"), returned


def is_of_every_tuple(app, what, name, obj, skip, options):
    """Leave out what a NamedTuple has because it is a tuple; its fields stand under Attributes."""
    own = str(getattr(obj, "__doc__", None))
    return True if own.startswith("Alias for field number") or name in ("count", "index") else None
