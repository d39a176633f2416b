"""What a figure on a page shows: its shapes, and the numbers that they stand for, by its axes."""

import re
from dataclasses import dataclass

import numpy as np

KINDS = "text, line, rect, circle, polyline, polygon, path"
READ = """(root, kinds) => [...root.querySelectorAll(kinds)].map((element) => ({
  ...Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
  kind: element.tagName,
  text: element.textContent,
  axis: [...root.querySelectorAll(".axis")].indexOf(element.closest(".axis")),
}))"""


def shapes(place):
    """Lines, curves and texts at a place of a page, as they were drawn, with their attributes."""
    return place.evaluate(READ, KINDS)


def of(shapes, kind, look=None):
    """Those of a kind, and of exactly this class."""
    return [each for each in shapes if each["kind"] == kind and look in (None, each.get("class"))]


def at(shapes, *names):
    """Attributes as numbers: one array for each name."""
    return [np.array([float(each[name]) for each in shapes]) for name in names]


def points(text):
    """The corners of a curve, in pixels: arrays x, y."""
    return np.array(re.findall(r"[-\d.]+", text), float).reshape(-1, 2).T


def number(text):
    """The number at the end of a tick: of "−0.1", "γ = −0.1", "½", "50 %", "532 k"."""
    digits, unit = re.search(r"([−\d.]+)( [kM%])?$", text.replace("½", "0.5")).groups()
    return float(digits.replace("−", "-")) * {" k": 1e3, " M": 1e6}.get(unit, 1.0)


@dataclass(frozen=True)
class Axis:
    """An axis by its ticks: texts, and pixels. Every tick must stand where its number belongs.

    Numbers grow to the right, or upwards.
    """

    texts: list
    pixels: np.ndarray
    upright: bool = False
    logarithmic: bool = False

    def __post_init__(self):
        values = [number(text) for text in self.texts]
        assert len(values) > 1
        assert (self.read(0) > self.read(1)) == self.upright
        np.testing.assert_allclose(self.read(self.pixels), values, rtol=1e-6, atol=1e-6 * max(values))

    def read(self, pixels):
        """The numbers at these pixels."""
        values = np.array([number(text) for text in self.texts])
        line = np.polyfit(self.pixels, np.log(values) if self.logarithmic else values, 1)
        read = np.polyval(line, pixels)
        return np.exp(read) if self.logarithmic else read

    @property
    def top(self):
        return max(number(text) for text in self.texts)


def axis_left(texts, lines, **kind):
    """The upright axis whose ticks stand beside these lines."""
    [(y,), (height,)] = at(lines, "y1"), at(texts, "y")
    np.testing.assert_allclose(height - y, 4)  # pixels: half the height of a digit
    return Axis([each["text"] for each in texts], y, upright=True, **kind)
