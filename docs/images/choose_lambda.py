"""How do error and size of the MLP depend on lambda? Draws choose-lambda.png from the records of the runs."""

from pathlib import Path

from matplotlib.figure import Figure

from l0edu.figures.canvas import BLUE, ORANGE, save_png, tidy
from l0edu.reproduce.exhibits import CHOOSE_LAMBDA_ROWS
from l0edu.reproduce.table1 import measured_rows

HERE = Path(__file__).parent
runs = [one.runs[0] for one in measured_rows(CHOOSE_LAMBDA_ROWS, HERE.parent / "results" / "choose-lambda")]
lam = [run.config.lam[0] for run in runs]

figure = Figure(figsize=(8, 3.6), layout="constrained")
left, right = figure.subplots(1, 2)
tidy(left, "lambda, in units of 1/N", "validation error, %")
left.semilogx(lam, [run.last["validation_error"] for run in runs], "o-", color=ORANGE)
left.set_ylim(0, None)
tidy(right, "lambda, in units of 1/N", "FLOPs left, % of the dense network")
right.semilogx(lam, [100 * run.flops_left for run in runs], "s--", color=BLUE)
right.set_ylim(0, 100)
for ax in (left, right):
    ax.set_xticks(lam, [f"{value:g}" for value in lam], fontsize=8)
    ax.minorticks_off()
save_png(
    figure,
    HERE / "choose-lambda.png",
    "Validation error and FLOPs left against lambda, for eight runs of the MLP on the embedded digits.",
)
