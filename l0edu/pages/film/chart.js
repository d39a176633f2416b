"use strict";
/* How is a curve drawn under a film? In SVG, with a cursor at the shown epoch; a click goes to an epoch. */

const MARGIN = { left: 44, right: 12, top: 10, bottom: 34 };
const CHART_HEIGHT = 168;
let clips = 0;

/**
 * `lines` is a list of { values, look }; `write` writes the ticks of `axis`. Returns an object with the element,
 * `draw(width)` and `move(epoch)`; `go(epoch)` is called on clicks.
 */
function makeChart({ label, lines, axis, epochs, write, go }) {
  const root = shape("svg", { class: "chart", role: "img", "aria-label": label });
  const clip = `past-${(clips += 1)}`;
  let x, y, shown = 1;

  function draw(width) {
    const [inner, height] = [width - MARGIN.left - MARGIN.right, CHART_HEIGHT - MARGIN.top - MARGIN.bottom];
    x = (epoch) => MARGIN.left + (epochs > 1 ? (epoch - 1) / (epochs - 1) : 0.5) * inner;
    y = (value) => MARGIN.top + (1 - axis.place(value)) * height;
    root.replaceChildren();
    root.setAttribute("width", width);
    root.setAttribute("height", CHART_HEIGHT);
    root.setAttribute("viewBox", `0 0 ${width} ${CHART_HEIGHT}`);
    drawAxes(width, MARGIN.top + height);
    drawLines(MARGIN.top + height);
    move(shown);
  }

  /** Each line twice: pale, and in full up to the shown epoch, which `move` sets as the width of .past. */
  function drawLines(foot) {
    const past = shape("clipPath", { id: clip });
    past.append(shape("rect", { class: "past", x: 0, y: 0, width: 0, height: CHART_HEIGHT }));
    root.append(past);
    for (const { values, look } of lines) {
      const d = pathOf(values, x, y);
      root.append(shape("path", { class: `line ${look} ahead`, d }));
      root.append(shape("path", { class: `line ${look}`, d, "clip-path": `url(#${clip})` }));
    }
    root.append(shape("line", { class: "cursor", y1: MARGIN.top - 6, y2: foot }));
    for (const { look } of lines) root.append(shape("circle", { class: `dot ${look}`, r: 4 }));
  }

  function drawAxes(width, foot) {
    for (const tick of axis.ticks) {
      const ends = { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(tick), y2: y(tick) };
      root.append(shape("line", { class: "rule", ...ends }));
      root.append(shape("text", { class: "tick left", x: MARGIN.left - 6, y: y(tick) + 4 }, write(tick)));
    }
    const named = ticksTo(epochs, width < 420 ? 4 : 6).filter((tick) => Number.isInteger(tick) && tick > 0);
    for (const tick of new Set([1, ...named])) {
      root.append(shape("text", { class: "tick", x: x(tick), y: foot + 15 }, tick));
    }
    root.append(shape("text", { class: "tick", x: (MARGIN.left + width - MARGIN.right) / 2, y: foot + 31 }, "epoch"));
  }

  function move(epoch) {
    shown = epoch;
    root.querySelector(".past").setAttribute("width", x(epoch));
    const cursor = root.querySelector(".cursor");
    cursor.setAttribute("x1", x(epoch));
    cursor.setAttribute("x2", x(epoch));
    root.querySelectorAll(".dot").forEach((dot, k) => {
      const value = lines[k].values[epoch - 1] ?? null;
      dot.setAttribute("visibility", value === null ? "hidden" : "visible");
      if (value === null) return;
      dot.setAttribute("cx", x(epoch));
      dot.setAttribute("cy", y(value));
    });
  }

  function scrub(event) {
    if (event.buttons !== 1) return;
    const place = (event.clientX - root.getBoundingClientRect().left - MARGIN.left) / (x(epochs) - x(1) || 1);
    go(1 + place * (epochs - 1));
  }
  root.addEventListener("pointerdown", scrub);
  root.addEventListener("pointermove", scrub);
  return { element: root, draw, move };
}
