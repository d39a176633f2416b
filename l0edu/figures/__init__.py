"""What do the paper's figures show? Each is a function of data that returns matplotlib Axes.

`import l0edu` does not load this package: importing it is what loads matplotlib.
"""

from l0edu.figures.canvas import save_png
from l0edu.figures.cost_panels import draw_expected_l0, draw_flops, draw_step_time
from l0edu.figures.curves import curves_alt, curves_figure, save_curves
from l0edu.figures.hard_concrete import (
    draw_expected_gate,
    draw_gate_law,
    hard_concrete_alt,
    hard_concrete_figure,
)
from l0edu.figures.panels import draw_error, draw_units
from l0edu.figures.penalties import LP_ALT, draw_lp, lp_figure
from l0edu.figures.shown import Shown, show

__all__ = [
    "ALT_TEXT",
    "Shown",
    "curves_alt",
    "curves_figure",
    "draw_error",
    "draw_expected_gate",
    "draw_expected_l0",
    "draw_flops",
    "draw_gate_law",
    "draw_lp",
    "draw_step_time",
    "draw_units",
    "hard_concrete_alt",
    "hard_concrete_figure",
    "lp_figure",
    "save_curves",
    "save_png",
    "show",
]

ALT_TEXT = {"lp": LP_ALT}  # of the figures without parameters; the others have a function, as `curves_alt`
