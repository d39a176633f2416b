"""Which numbers is a step given? Short ones, which follow from a seed and make a good exercise.

The draws are digests (SHA-256) of the seed: they need no generator, and a sheet printed years ago still has
its key. Numbers are drawn until every answer is worth asking for (`l0edu.one_step.well_posed`).
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import count, permutations
from typing import TypeVar

from l0edu.errors import InputError
from l0edu.one_step.formula import Values
from l0edu.one_step.gates import s, s_bar
from l0edu.one_step.sheet import work_out
from l0edu.one_step.well_posed import is_well_posed

__all__ = ["draw_givens", "name_of", "seed_of"]

T = TypeVar("T")

BETA, GAMMA, ZETA = 2 / 3, -0.1, 1.1  # the paper's
GROUP_SIZES = (2, 2, 1)  # weights behind each gate: w11 and w21, w12 and w22, v1
INPUTS = tuple(sign * size / 10 for size in (5, 6, 8, 12, 14, 15, 16, 20) for sign in (-1, 1))
WEIGHTS = ("w11", "w12", "w21", "w22", "v1", "v2")
WEIGHT_SIZES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2)  # each at most once
TARGETS = tuple(tenths / 10 for tenths in range(-15, 16) if tenths)
LAMBDAS, ETAS = (0.1, 0.2), (0.2, 0.5)
ROLES = {"closed": (-0.08, -0.02), "inside": (0.2, 0.8), "open": (1.02, 1.08)}  # where s_bar lies
ORDERS = tuple(order for order in permutations(ROLES) if order[2] != "closed")  # both hidden units live


def seed_of(variant: str) -> int:
    """The seed of a variant: of a student's number, say.

    Parameters
    ----------
    variant : str
        Any text. Spaces around it do not matter; capital letters do.

    Returns
    -------
    int
        A digest (SHA-256) of its name.

    Raises
    ------
    InputError
        When it is empty.

    Examples
    --------
    >>> seed_of("s123456") == seed_of(" s123456 ")
    True
    >>> seed_of("s123456") == seed_of("s123457")
    False
    """
    name = name_of(variant)
    return int.from_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest())


def name_of(variant: str) -> str:
    """The name of a variant's exercise, spelt in one way: without spaces around it, an umlaut as one letter.

    Parameters
    ----------
    variant : str

    Returns
    -------
    str

    Raises
    ------
    InputError
        When it is empty.

    Examples
    --------
    >>> name_of(" s123456 ")
    'variant s123456'
    """
    text = unicodedata.normalize("NFC", variant.strip())
    if not text:
        raise InputError(f"--variant {variant!r} is empty: give a text, for example a student's number")
    return f"variant {text}"


def draw_givens(seed: int) -> Values:
    """The numbers of a sheet: one gate comes out as 0, one as 1, one between.

    Parameters
    ----------
    seed : int
        0 or larger.

    Returns
    -------
    dict
        Inputs "x1", "x2", target "t", weights "w11" ... "v2", "log_alpha1" ..., noise "u1" ..., and "beta",
        "gamma", "zeta", "lambda", "eta", and the group sizes "size1" ....

    Raises
    ------
    InputError
        When the seed is negative.

    Notes
    -----
    beta, gamma and zeta are the paper's. s_bar (Eq. 10) lies below 0 for one gate, above 1 for one and
    between for one, in some order; the gate of h1 is never closed. Numbers are drawn until `is_well_posed`
    takes them.

    Examples
    --------
    >>> givens = draw_givens(seed=0)
    >>> givens == draw_givens(seed=0), givens == draw_givens(seed=1)
    (True, False)
    """
    if seed < 0:
        raise InputError(f"--seed {seed}: it must be 0 or positive")
    digests = _digests(seed)
    while True:
        givens = _switch_on(_draw_once(digests))
        if is_well_posed(givens, work_out(givens)):
            return givens


def _draw_once(digests: Iterator[int]) -> Values:
    def pick(choices: Sequence[T]) -> T:
        return choices[next(digests) % len(choices)]

    givens = {"x1": pick(INPUTS), "x2": pick(INPUTS), "t": pick(TARGETS)}
    sizes = list(WEIGHT_SIZES)
    for name in WEIGHTS:
        givens[name] = pick((-1, 1)) * sizes.pop(next(digests) % len(sizes))
    gates = [pick(_gates_with(role)) for role in pick(ORDERS)]
    givens |= {f"log_alpha{k}": log_alpha for k, (log_alpha, _) in enumerate(gates, 1)}
    givens |= {f"u{k}": u for k, (_, u) in enumerate(gates, 1)}
    givens |= {"beta": BETA, "gamma": GAMMA, "zeta": ZETA, "lambda": pick(LAMBDAS), "eta": pick(ETAS)}
    return givens | {f"size{k}": size for k, size in enumerate(GROUP_SIZES, 1)}


def _switch_on(givens: Values) -> Values:
    """The same with the signs of a hidden unit's weights turned where it would be off."""
    values = work_out(givens)
    off = [name for i in "12" if values[f"a{i}"] < 0 for name in (f"w{i}1", f"w{i}2")]
    return givens | {name: -givens[name] for name in off}


def _digests(seed: int) -> Iterator[int]:
    """Whole numbers without end."""
    for draw in count():
        yield int.from_bytes(sha256(f"step {seed} {draw}".encode()).digest())


@cache
def _gates_with(role: str) -> list[tuple[float, float]]:
    """Pairs (log_alpha, u) of short numbers that make such a gate."""
    low, high = ROLES[role]
    pairs = [
        (tenths / 10, hundredths / 100)
        for tenths in range(-20, 21)
        for hundredths in range(5, 96)
        if tenths and hundredths != 50
    ]
    return [
        (log_alpha, u)
        for log_alpha, u in pairs
        if low < s_bar.value(s.value(u, log_alpha, BETA), GAMMA, ZETA) < high
    ]
