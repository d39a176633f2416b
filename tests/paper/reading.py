"""What does a formula compute that is written as text or in TeX? It is read as Python and evaluated.

The names that a formula may use are given as a table from how they are written to Python. A name whose Python
has a {} takes what follows it: the term behind a sum, or what is in the bracket of an expectation. Anything
that is not in the table, as in "nonsense", is a SyntaxError.
"""

import math
import re

import numpy as np

FUNCTIONS = {
    "abs": np.abs,
    "log": np.log,
    "max": np.maximum,
    "mean": np.mean,
    "min": np.minimum,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "sign": np.sign,
    "sqrt": np.sqrt,
}
WORDS = {
    r"\log\alpha": " log_alpha",
    r"\mathbf 1": "ones",
    r"\sigma": "sigmoid",
    r"\cdot": "*",
    r"\sum": " sum",
}
RELATION = re.compile(r"\s*(<=|>=|!=|<|>|=)")


def evaluate(text, names, values, times=np.multiply):
    """The value of one side of an equation; `times` is what writing two factors in a row means."""
    source = Reader(text, names).all()
    return eval(source, {**FUNCTIONS, "math": math, "np": np, "times": times, **values})


def sides(statement):
    """What stands between the equals signs that are in no bracket."""
    found, depth, start = [], 0, 0
    for at, letter in enumerate(statement):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "=" and depth == 0 and statement[at - 1] not in "<>!":
            found.append(statement[start:at].strip())
            start = at + 1
    return [*found, statement[start:].strip()]


class Reader:
    """A formula on its way to Python: terms, products written side by side, powers, subscripts, sums."""

    def __init__(self, text, names):
        self.text, self.names, self.at, self.in_bars = text, names, 0, False
        self.longest_first = sorted({*names, *FUNCTIONS}, key=len, reverse=True)

    def all(self):
        source = self.sum()
        if self.rest():
            raise SyntaxError(f"{self.rest()!r} cannot be read, in {self.text!r}")
        return source

    def rest(self):
        return self.text[self.at :].lstrip()

    def take(self, *options):
        for option in options:
            if self.rest().startswith(option):
                self.at = len(self.text) - len(self.rest()) + len(option)
                return option
        return ""

    def need(self, option):
        if not self.take(option):
            raise SyntaxError(f"{option!r} is missing before {self.rest()!r}, in {self.text!r}")

    def sum(self):
        source = self.product()
        while sign := self.take("+", "-"):
            source = f"({source} {sign} {self.product()})"
        return source

    def product(self):
        source = self.power()
        while self.rest() and self.rest()[0] not in "+-)]}=<>!," + "|" * self.in_bars:
            if self.take("/"):
                source = f"({source} / {self.power()})"
            else:
                self.take("*")
                source = f"times({source}, {self.power()})"
        return source

    def power(self):
        if self.take("-"):
            return f"(-{self.power()})"
        base = self.atom()
        if self.take("^top"):
            return f"{base}.T"
        return f"({base} ** {self.atom()})" if self.take("^") else base

    def atom(self):
        if number := re.match(r"\d+(\.\d+)?", self.rest()):
            return self.take(number[0])
        if name := self.name():
            return self.named(name)
        for opening, closing, inside in (
            ("(", ")", self.sum),
            ("{", "}", self.sum),
            ("[", "]", self.condition),
        ):
            if self.take(opening):
                source = inside()
                self.need(closing)
                return f"({source})"
        self.need("|")
        self.in_bars = True
        source = f"abs({self.sum()})"
        self.need("|")
        self.in_bars = False
        return source

    def name(self):
        """The longest name that stands here, and not only as the beginning of another word."""
        for name in self.longest_first:
            behind = self.rest()[len(name) : len(name) + 1]
            if self.rest().startswith(name) and not (name[-1].isalnum() and behind.isalnum()):
                return self.take(name)
        return ""

    def named(self, name):
        if name in FUNCTIONS and name not in self.names:
            return f"{name}{self.arguments()}"
        source = self.names[name]
        if source.endswith("(*)"):
            return f"{source[:-3]}{self.arguments()}"
        if "{}" in source:
            body = self.sum() if name.endswith("[") else self.product()
            if name.endswith("["):
                self.need("]")
            return f"({source.format(body)})"
        return f"{source}[{self.subscripts()}]" if self.take("_") else source

    def arguments(self):
        if not self.take("("):
            return f"({self.atom()})"
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.need(")")
        return f"({', '.join(found)})"

    def subscripts(self):
        """j, {i, j}, {ij} or an expression such as {r_i}."""
        if not self.take("{"):
            return self.names[self.take(self.rest()[0])]
        if letters := re.match(r"([a-z])([a-z])\}", self.rest()):
            self.take(letters[0])
            return f"{self.names[letters[1]]}, {self.names[letters[2]]}"
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.need("}")
        return ", ".join(found)

    def condition(self):
        """1 where every relation of a chain holds; of arrays, number by number."""
        left, parts = self.sum(), []
        while relation := RELATION.match(self.rest()):
            self.take(relation[1])
            right = self.sum()
            sign = "==" if relation[1] == "=" else relation[1]
            parts.append(f"({left} {sign} {right})")
            left = right
        return " & ".join(parts)


def from_tex(tex):
    """TeX in the plain form that `evaluate` reads: fractions by a slash, Greek letters by their names."""
    text = re.sub(r"\\(?:[,;!]|q?quad|Bigl|Bigr|bigl|bigr|begin\{\w+\}|end\{\w+\}|\\)|&", " ", tex)
    while (start := text.find(r"\frac")) >= 0:
        above, after = _group(text, start + len(r"\frac"))
        below, after = _group(text, after)
        text = f"{text[:start]}(({above}) / ({below})){text[after:]}"
    while (start := text.find(r"\overline")) >= 0:
        inside, after = _group(text, start + len(r"\overline"))
        text = f"{text[:start]}mean({inside}){text[after:]}"
    text = re.sub(r"\\(?:text|mathrm|operatorname|texttt)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\(bar|hat) (\w)", r"\2_\1", text)
    text = re.sub(r"\\mathsf (\w)", r" flat_\1 ", text)
    for name, word in WORDS.items():
        text = text.replace(name, word)
    return " ".join(text.replace("\\", "").split())


def _group(text, start):
    """What is in the braces that open at `start`, and where they end."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[start + 1 : at], at + 1
    raise SyntaxError(f"a brace of {text!r} is not closed")
