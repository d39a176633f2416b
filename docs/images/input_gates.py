"""Which pixels does the MLP give up, and when? Draws input-gates.png from docs/results/mlp-mini/film.npz."""

from pathlib import Path

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from l0edu.figures import save_png
from l0edu.film import load_film

HERE = Path(__file__).parent
EPOCHS = (1, 40, 60, 80, 120)

film = load_film(HERE.parent / "results" / "mlp-mini")
probabilities = film.recording.probabilities["gate1"] / 255  # (epochs, 784), P(z != 0)
opened = film.recording.open_at_test("gate1")

figure = Figure(figsize=(10, 2.7), layout="constrained")
panels = figure.subplots(1, len(EPOCHS))
for epoch, panel in zip(EPOCHS, panels, strict=True):
    p, is_open, record = probabilities[epoch - 1], opened[epoch - 1], film.records[epoch - 1]
    panel.imshow(np.where(is_open, p, np.nan).reshape(28, 28), vmin=0, vmax=1, cmap="cividis")
    panel.set_facecolor("#E4E4E4")
    panel.set(xticks=[], yticks=[])
    panel.set_title(f"epoch {epoch}", fontsize=11)
    panel.set_xlabel(f"{is_open.sum()} of 784 pixels\ntest error {record['test_error']:.1f} %", fontsize=10)
bar = figure.colorbar(ScalarMappable(Normalize(0, 1), "cividis"), ax=panels, fraction=0.02, pad=0.01)
bar.set_label("P(gate open)")
save_png(figure, HERE / "input-gates.png", "Maps of the gates of the MLP's 784 pixels at five epochs.")
