"""What does docs/errata.md say under each entry, and how does it write numbers?"""

import math
import re
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
ERRATA = (ROOT / "docs" / "errata.md").read_text(encoding="utf-8")
ENTRIES = {
    entry.split(".")[0]: " ".join(entry.split())
    for entry in re.split(r"^### ", ERRATA, flags=re.MULTILINE)[1:]
}
TEST_ID = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

BETA, GAMMA, ZETA, N = 2 / 3, -0.1, 1.1, 60_000


def says(entry, *numbers):
    """Whether these numbers stand under `Number:` of the entry, none of them as a part of another."""
    line = ENTRIES[entry].split("- Number: ")[1].split("- Here: ")[0]
    missing = [n for n in numbers if not re.search(rf"(?<![\d.,-]){re.escape(n)}(?!\d|[.,]\d)", line)]
    assert missing == [], line
    return True


def short(number, digits=3):
    """A number as the errata write it: .31, and not 0.31."""
    return re.sub(r"^(-?)0\.", r"\1.", f"{number:.{digits}f}")


def at(log_alpha):
    return np.array([float(log_alpha)])


def params_at(net, log_alpha=None):
    """Fresh parameters in which every gate is at log_alpha, or exactly where its drop rate puts it."""
    params = net.init(np.random.default_rng(0), np.float64)
    for layer in net.gates():
        p = layer.law.drop_rate
        params[layer.name]["log_alpha"][:] = math.log((1 - p) / p) if log_alpha is None else log_alpha
    return params
