"use strict";
/* How is a figure drawn? Small helpers: each makes one SVG element, with `shape`, and gives it a class; colours are in style.css. */

/** The linear map that takes [a, b] to [p, q]. */
function linear([a, b], [p, q]) {
  return (value) => p + ((value - a) / (b - a)) * (q - p);
}

/** `count` numbers from a to b, both included. */
function spaced(a, b, count) {
  return Array.from({ length: count }, (_, i) => a + ((b - a) * i) / (count - 1));
}

function segment(x1, y1, x2, y2, className) {
  return shape("line", { x1, y1, x2, y2, class: className });
}

/** A polyline through points [x, y]. */
function curve(points, className) {
  return shape("polyline", { points: asPoints(points), class: className });
}

/** The area between a curve and the height `base`. */
function area(points, base, className) {
  const closed = [[points[0][0], base], ...points, [points[points.length - 1][0], base]];
  return shape("polygon", { points: asPoints(closed), class: className });
}

function asPoints(points) {
  return points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
}

/** Text; pieces between asterisks are set as mathematics, as in "the law of *z*". */
function label(x, y, text, className = "", anchor = "start") {
  const pieces = text.split("*").map((piece, i) => (i % 2 ? shape("tspan", { class: "math" }, piece) : piece));
  return shape("text", { x, y, class: className, "text-anchor": anchor }, ...pieces);
}

function dot(x, y, className = "dot", r = 4.5) {
  return shape("circle", { cx: x, cy: y, r, class: className });
}

/** A horizontal axis over [from, to], with a tick at each [value, text, anchor, shift of the text in pixels]. */
function axisBelow(x, y, [from, to], ticks) {
  const group = shape("g", { class: "axis" }, segment(x(from), y, x(to), y, "axis-line"));
  for (const [value, text, anchor = "middle", shift = 0] of ticks) {
    group.append(segment(x(value), y, x(value), y + 5, "axis-line"));
    group.append(label(x(value) + shift, y + 18, text, "tick", anchor));
  }
  return group;
}

/** A vertical axis at the left of x; each tick has a faint line to `end`. */
function axisLeft(x, end, y, ticks) {
  const group = shape("g", { class: "axis" });
  for (const [value, text] of ticks) {
    group.append(segment(x, y(value), end, y(value), "grid"));
    group.append(label(x - 7, y(value) + 4, text, "tick", "end"));
  }
  return group;
}
