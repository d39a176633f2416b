"use strict";
/* How is one film put on the page? A heading, the epoch in words, a grid a layer, and the curves. */

/** An element of HTML. */
function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * One film's section under its name, with `draw()` for a new width or theme, and `show(epoch, chosen)`, where
 * chosen is { layer, gate } or null.
 */
function makeRun(film, name, scales, colours, go, choose) {
  const root = make("section", "run");
  const heading = make("h2", "", name + film.title);
  const summary = make("p", "summary");
  const layers = make("div", film.layers.length % 2 ? "layers" : "layers wide");
  const charts = make("div", "charts");
  root.append(heading, make("p", "note", film.note), summary, layers, charts);

  const grids = film.layers.map((layer, k) => {
    const figure = make("figure", "layer");
    const caption = make("figcaption");
    const grid = makeGrid(layer, colours, (i) => choose(k, i));
    const [count, changes] = [make("strong", "number"), make("span")];
    const below = make("span", "below");
    below.append(gridInWords(layer), changes);
    caption.append(count, ` of ${withCommas(layer.gates)} ${layer.place} open`, below);
    figure.append(caption, grid.element);
    layers.append(figure);
    return { layer, figure, grid, count, changes };
  });
  const drawn = chartsOf(film, scales, go).map(({ title, chart, values, keys }) => {
    const figure = make("figure", "curve");
    const caption = make("figcaption");
    const now = make("span", "now number");
    caption.append(make("strong", "", title), now);
    figure.append(caption, chart.element, ...keys);
    charts.append(figure);
    return { figure, chart, now, values };
  });

  function show(epoch, chosen) {
    const shown = shownEpoch(film, epoch);
    summary.textContent = epochInWords(film, epoch);
    grids.forEach(({ layer, grid, count, changes }, k) => {
      count.textContent = withCommas(countOpen(layer, shown));
      const words = changesInWords(layer, shown);
      changes.textContent = words && `; ${words}`;
      grid.show(shown, chosen && chosen.layer === k ? chosen.gate : null);
    });
    for (const { chart, now, values } of drawn) {
      chart.move(shown);
      now.textContent = values(shown);
    }
  }

  function draw() {
    for (const { figure, grid } of grids) grid.draw(figure.clientWidth);
    for (const { figure, chart } of drawn) chart.draw(figure.clientWidth);
  }

  return { element: root, draw, show };
}

/** The two charts under a film: error, and FLOPs as they are and as they were to be expected. */
function chartsOf(film, scales, go) {
  const { testError, flops, expectedFlops } = film.curves;
  const [left, expected] = ["left at test time", "expected in training"];
  const error = {
    title: "Test error",
    chart: makeChart({
      label: curveInWords("Test error", testError, percent),
      lines: [{ values: testError, look: "solid" }],
      axis: scales.error, epochs: scales.epochs, write: (value) => `${value} %`, go,
    }),
    values: (epoch) => (testError[epoch - 1] === null ? "" : percent(testError[epoch - 1])),
    keys: [],
  };
  const costs = {
    title: "FLOPs an example",
    chart: makeChart({
      label: [[left, flops], [expected, expectedFlops]]
        .map(([name, values]) => curveInWords(`FLOPs ${name}`, values, short)).join(" "),
      lines: [{ values: expectedFlops, look: "dashed" }, { values: flops, look: "solid" }],
      axis: scales.flops(film), epochs: scales.epochs, write: short, go,
    }),
    values: (epoch) => `${short(flops[epoch - 1])} of ${short(film.denseFlops)}`,
    keys: [keyOf("solid", left), keyOf("dashed", expected)],
  };
  return testError.some((value) => value !== null) ? [error, costs] : [costs];
}

/** What a line of a chart means: a sample of it, and a text. */
function keyOf(look, text) {
  const key = make("span", "key", text);
  const sample = shape("svg", { width: 28, height: 8, "aria-hidden": "true" });
  sample.append(shape("path", { class: `line ${look}`, d: "M0 4H28" }));
  key.prepend(sample);
  return key;
}
