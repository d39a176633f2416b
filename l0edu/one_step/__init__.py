"""What happens in one optimization step, number by number, as it can be done with a pocket calculator?

A 2-2-1 network with three hard concrete gates: the same formulas as `l0edu.gates`, `l0edu.penalty` and
`l0edu.optim`, in plain Python numbers, each with its equation in the paper. The package prints the step
worked out, as a worksheet with blanks and as a key, and grades what was filled in: `l0edu step`.
"""

from l0edu.one_step.answers import empty_answers, read_answers, write_empty_answers
from l0edu.one_step.exercise import Exercise, of_seed, of_variant
from l0edu.one_step.givens import draw_givens, seed_of
from l0edu.one_step.grading import Mark, grade, report
from l0edu.one_step.in_library import LibraryStep, library_network, library_step
from l0edu.one_step.page import key, worked_example, worksheet
from l0edu.one_step.sheet import ANSWERS, work_out

__all__ = [
    "ANSWERS",
    "Exercise",
    "LibraryStep",
    "Mark",
    "draw_givens",
    "empty_answers",
    "grade",
    "key",
    "library_network",
    "library_step",
    "of_seed",
    "of_variant",
    "read_answers",
    "report",
    "seed_of",
    "work_out",
    "worked_example",
    "worksheet",
    "write_empty_answers",
]
