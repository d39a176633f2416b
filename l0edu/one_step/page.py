"""What does the handout look like? The step worked out, or with blanks; and the key. Plain text for A4."""

from collections.abc import Callable, Iterator
from itertools import zip_longest

from l0edu.one_step.exercise import Exercise
from l0edu.one_step.formula import Line
from l0edu.one_step.numerals import as_factor, computed, given, without_needless_brackets
from l0edu.one_step.sheet import ANSWERS, SECTIONS, Section, work_out_again
from l0edu.one_step.well_posed import TOLERANCE

__all__ = ["key", "worked_example", "worksheet"]

WIDTH = 88  # characters: 19 cm in a typeface of 10 points
BLANK = "________"
NUMBERS = {name: number for number, name in enumerate(ANSWERS, 1)}

TITLE = "One optimization step with hard concrete gates"
SOURCE = """\
Equation numbers: Louizos, Welling, Kingma, Learning Sparse Neural Networks through L0
Regularization, ICLR 2018."""
PICTURE = r"""
    x1 --(z1)--+--- w11 ---> h1 --(z3)-- v1 --+
                \ /                           |
                 X   w21 down, w12 up         +--> y
                / \                           |
    x2 --(z2)--+--- w22 ---> h2 --------- v2 -+

z1, z2, z3 are gates. The hidden units are rectified, h = max(0, a), and have no biases.
"""
EXACT = "Results are printed to 4 decimals, but nothing is rounded on the way."
ROUNDING = f"""\
Keep all digits on the way and round what you write down to 4 decimals. Within {TOLERANCE:g} of
the exact number it is right. A gate that is clipped is exactly 0 or exactly 1."""
GRADING = """\
With the seed or variant above, l0edu step --answers FILE.json writes a file of blanks,
and l0edu step --check FILE.json grades what was filled in."""


def worked_example(exercise: Exercise) -> str:
    """The step with every formula, calculation and result.

    Parameters
    ----------
    exercise : Exercise
        From `of_seed` or `of_variant`.

    Returns
    -------
    str
        Of 88 columns, for A4; every formula that is the paper's has its equation number.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> print(worked_example(of_seed(7)).splitlines()[0])
    One optimization step with hard concrete gates                                    seed 7
    """

    def shown(name: str) -> str:
        return as_factor(_numeral(exercise, name))

    def result(name: str) -> str:
        return computed(exercise.values[name])

    return _page([*_head(exercise), "", EXACT, "", *_body(shown, result), *_outcome(exercise)])


def worksheet(exercise: Exercise) -> str:
    """The step with numbered blanks in place of the results; what is given stays.

    Parameters
    ----------
    exercise : Exercise
        From `of_seed` or `of_variant`.

    Returns
    -------
    str
        Of 88 columns, for A4. `key` has what belongs into the blanks.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> "s1 = sigmoid((log" in worksheet(of_seed(7))
    True
    """

    def shown(name: str) -> str:
        return name if name in ANSWERS else as_factor(given(name, exercise.givens[name]))

    head = [*_head(exercise), "", *ROUNDING.splitlines()]
    name = f"Name {'_' * 34}   Date {'_' * 14}   Right {'_' * 6} of {len(ANSWERS)}"
    return _page([*head, "", name, "", *_body(shown, lambda _: BLANK), *GRADING.splitlines()])


def key(exercise: Exercise) -> str:
    """The answers alone, by the numbers of the blanks.

    Parameters
    ----------
    exercise : Exercise
        From `of_seed` or `of_variant`.

    Returns
    -------
    str
        To 4 decimals.

    Examples
    --------
    >>> from l0edu.one_step.exercise import of_seed
    >>> print(key(of_seed(7)).splitlines()[0])
    Key: one optimization step with hard concrete gates                               seed 7
    """
    cells = [f"[{NUMBERS[name]:>2}] {name:<14} {computed(exercise.values[name]):>8}" for name in ANSWERS]
    rows = -(-len(cells) // 3)
    columns = [cells[start : start + rows] for start in range(0, len(cells), rows)]
    table = ["  ".join(row).rstrip() for row in zip_longest(*columns, fillvalue="")]
    title = _apart(f"Key: {TITLE[0].lower()}{TITLE[1:]}", exercise.title)
    note = f"Rounded to 4 decimals; an answer within {TOLERANCE:g} counts as right."
    return _page([title, "", *table, "", note])


def _head(exercise: Exercise) -> list[str]:
    return [
        _apart(TITLE, exercise.title),
        *SOURCE.splitlines(),
        *PICTURE.splitlines(),
        "",
        *_givens(exercise),
    ]


def _givens(exercise: Exercise) -> Iterator[str]:
    """The table of what is given."""

    def row(label: str, names: str, note: str = "") -> str:
        pairs = [f"{name} = {given(name, exercise.givens[name])}" for name in names.split()]
        return f"  {label:<15}{''.join(f'{pair:<19}' for pair in pairs)}{note}".rstrip()

    yield "Given"
    yield row("input, target", "x1 x2 t")
    yield row("weights", "w11 w12", "from x1 and x2 to h1")
    yield row("", "w21 w22", "from x1 and x2 to h2")
    yield row("", "v1 v2", "from h1 and h2 to y")
    yield row("gates", "log_alpha1 log_alpha2 log_alpha3")
    yield row("noise", "u1 u2 u3")
    yield row("hard concrete", "beta gamma zeta")
    yield row("step", "lambda eta", "eta is the learning rate")
    yield "  weights behind each gate: |g1| = 2 (w11, w21), |g2| = 2 (w12, w22), |g3| = 1 (v1)"


def _body(shown: Callable[[str], str], result: Callable[[str], str]) -> Iterator[str]:
    """The sections: `shown` writes what goes into a formula, `result` what comes out."""
    for letter, section in zip("ABCDEFG", SECTIONS, strict=True):
        yield f"{letter}. {section.title}"
        yield from (f"   {note}" for note in section.notes)
        yield from _blocks(section, shown, result)
        yield ""


def _blocks(section: Section, shown: Callable[[str], str], result: Callable[[str], str]) -> Iterator[str]:
    previous = None
    for block in section.blocks:
        formula = block[0].formula
        if formula is not previous:
            yield _apart(f"   {formula.in_symbols()}", f"({formula.equation})" if formula.equation else "")
        widest = max(len(line.name) for line in block)
        for line in block:
            yield _answer_row(line, widest, without_needless_brackets(line.text(shown)), result(line.name))
        previous = formula


def _answer_row(line: Line, widest: int, calculation: str, result: str) -> str:
    equation = f"{line.name:<{widest}} = {calculation}"
    if equation == line.formula.in_symbols():  # which stands above
        equation = line.name
    left = f"      [{NUMBERS[line.name]:>2}] {equation}"
    return f"{left:<{WIDTH - 12}} = {result:>9}".rstrip()


def _outcome(exercise: Exercise) -> list[str]:
    """What the step was good for."""
    again = work_out_again(exercise.givens, exercise.values)
    before, after = (computed(values["R"]).strip() for values in (exercise.values, again))
    return [f"With the new weights and log_alphas and the same noise R = {after}; it was {before}."]


def _numeral(exercise: Exercise, name: str) -> str:
    value = exercise.values[name]
    return computed(value).strip() if name in ANSWERS else given(name, value)


def _apart(left: str, right: str) -> str:
    """One text at each margin."""
    return f"{left}{right:>{max(WIDTH - len(left), len(right) + 2)}}".rstrip()


def _page(rows: list[str]) -> str:
    return "\n".join(rows).rstrip() + "\n"
