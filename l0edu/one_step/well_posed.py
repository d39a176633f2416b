"""Which numbers make a good exercise? Those where every answer differs from what a slip would give.

So that a grader can tell them apart, answers that count as right lie within TOLERANCE, and everything that
should be told from an answer lies further off: 0, the same formula for another gate, and each known slip.
"""

from collections.abc import Mapping
from itertools import combinations

from l0edu.one_step import backward, forward, gate_gradients, gates
from l0edu.one_step.formula import Line
from l0edu.one_step.sheet import ANSWERS, SECTIONS, work_out_again

__all__ = ["TOLERANCE", "is_well_posed"]

TOLERANCE = 0.0005  # of an answer
DECIMALS = 4  # who rounds every number to so many, and goes on with it, stays within the tolerance
APART = 0.005  # an answer from 0, from 1 and from its neighbours; a slip by its sign is then twice as far
SLIP_APART = 0.0015
LARGEST = 4.0
CLIPPED = (gates.z, gate_gradients.mask)  # may be exactly 0 or 1, and make the next ones exactly 0:
BEHIND = (forward.x_gated, backward.L_by_w, gate_gradients.L_by_log_alpha)


def is_well_posed(givens: Mapping[str, float], values: Mapping[str, float]) -> bool:
    """Whether the numbers make a good exercise: no answer comes out right for a wrong reason.

    Parameters
    ----------
    givens, values : mapping
        What is given, and what `work_out` makes of it.

    Returns
    -------
    bool
        True when both hidden units are on, no answer is near 0 or 1 without being exactly that, the answers
        of one formula differ, slips show, rounding on the way does no harm, and R falls under the same noise.

    Notes
    -----
    An answer lies more than .005 from 0, from 1 and from the others of its formula, and below 4 in size; one
    behind a clip may be exactly 0 or 1. A slip changes it by more than .0015, or not at all. Rounded to 4
    decimals on the way, all stay within .0005.

    Examples
    --------
    >>> from l0edu.one_step import draw_givens, work_out
    >>> givens = draw_givens(seed=0)
    >>> is_well_posed(givens, work_out(givens))
    True
    >>> alike = givens | {"log_alpha2": givens["log_alpha1"], "u2": givens["u1"]}
    >>> is_well_posed(alike, work_out(alike))
    False
    """
    return (
        values["a1"] > 0
        and values["a2"] > 0
        and all(_is_clear(line, values[name]) for name, line in ANSWERS.items())
        and _neighbours_differ(values)
        and all(_slips_show(line, values) for line in ANSWERS.values())
        and _may_be_rounded(givens, values)
        and work_out_again(givens, values)["R"] < values["R"] - APART
    )


def _is_clear(line: Line, value: float) -> bool:
    """Whether it is far enough from 0 and 1, or one of them by a clip or a mask."""
    return _is_exact(line, value) or (APART < abs(value) < LARGEST and abs(value - 1) > APART)


def _is_exact(line: Line, value: float) -> bool:
    return (line.formula in CLIPPED and value in (0, 1)) or (line.formula in BEHIND and value == 0)


def _neighbours_differ(values: Mapping[str, float]) -> bool:
    blocks = (block for section in SECTIONS for block in section.blocks)
    return all(
        abs(values[first.name] - values[second.name]) > APART
        for block in blocks
        for first, second in combinations(block, 2)
        if not (_is_exact(first, values[first.name]) and _is_exact(second, values[second.name]))
    )


def _slips_show(line: Line, values: Mapping[str, float]) -> bool:
    """Whether each slip changes the answer visibly, or not at all, as a mask that is 1 anyway."""
    changes = [abs(wrong - values[line.name]) for _, wrong in line.slipped(values)]
    return all(change > SLIP_APART or change < 1e-12 for change in changes)


def _may_be_rounded(givens: Mapping[str, float], values: Mapping[str, float]) -> bool:
    """Whether a student who goes on with rounded numbers still gets every answer right."""
    rounded = dict(givens)
    for name, line in ANSWERS.items():
        rounded[name] = round(line.value(rounded), DECIMALS)
    return all(abs(rounded[name] - values[name]) < TOLERANCE for name in ANSWERS)
