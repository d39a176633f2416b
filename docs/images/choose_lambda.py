"""How do error and size of the MLP depend on lambda? Draws choose-lambda.png from the record of the runs."""

import json
from pathlib import Path

from matplotlib.figure import Figure

from l0edu.figures.canvas import BLUE, ORANGE, save_png, tidy

HERE = Path(__file__).parent
rows = json.loads((HERE.parent / "results" / "choose-lambda.json").read_text())["rows"]
lam = [row["lam"] for row in rows]

figure = Figure(figsize=(8, 3.6), layout="constrained")
left, right = figure.subplots(1, 2)
tidy(left, "lambda, in units of 1/N", "validation error, %")
left.semilogx(lam, [row["validation_error"] for row in rows], "o-", color=ORANGE)
left.set_ylim(0, None)
tidy(right, "lambda, in units of 1/N", "FLOPs left, % of the dense network")
right.semilogx(lam, [100 * row["flops"] / 532_400 for row in rows], "s--", color=BLUE)
right.set_ylim(0, 100)
for ax in (left, right):
    ax.set_xticks(lam, [f"{value:g}" for value in lam], fontsize=8)
    ax.minorticks_off()
save_png(
    figure,
    HERE / "choose-lambda.png",
    "Validation error and FLOPs left against lambda, for eight runs of the MLP on the embedded digits.",
)
