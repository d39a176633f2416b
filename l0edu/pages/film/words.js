"use strict";
/* How are epochs, gates and numbers written? For the eye, and for those who hear the page. */

/** "4,586,000" */
function withCommas(number) {
  return Math.round(number).toLocaleString("en-US");
}

/** "4.80 %" */
function percent(number) {
  return `${number.toFixed(2)} %`;
}

/** ".98" */
function twoDecimals(probability) {
  return probability.toFixed(2).replace(/^0/, "");
}

/** As on an axis: "532 k" for 532400, "4.59 M" for 4586000. */
function short(number) {
  const [divisor, unit] = number >= 1e6 ? [1e6, " M"] : number >= 1e3 ? [1e3, " k"] : [1, ""];
  return `${Number((number / divisor).toPrecision(3))}${unit}`;
}

/** "421 of 784 inputs of fc1 open" */
function layerInWords(layer, epoch) {
  return `${withCommas(countOpen(layer, epoch))} of ${withCommas(layer.gates)} ${layer.place} open`;
}

/** "12 just closed", or "" if no gate changed since the epoch before. */
function changesInWords(layer, epoch) {
  const { closed, opened } = countChanges(layer, epoch);
  const parts = [closed && `${closed} just closed`, opened && `${opened} opened again`].filter(Boolean);
  return parts.join(", ");
}

/** "test error 4.80 %; 209,564 of 532,400 FLOPs an example, expected in training 140,655" */
function costsInWords(film, epoch) {
  const { testError, flops, expectedFlops } = film.curves;
  const error = testError[epoch - 1] === null ? [] : [`test error ${percent(testError[epoch - 1])}`];
  const computed = `${withCommas(flops[epoch - 1])} of ${withCommas(film.denseFlops)} FLOPs an example`;
  return [...error, `${computed}, expected in training ${withCommas(expectedFlops[epoch - 1])}`].join("; ");
}

/** "Epoch 60: 421 of 784 inputs of fc1 open, ...; test error 5.1 %; ..." */
function epochInWords(film, epoch) {
  const shown = shownEpoch(film, epoch);
  const stays = epoch > film.epochs ? " (its last; the film ends here)" : "";
  const open = film.layers.map((layer) => layerInWords(layer, shown)).join(", ");
  return `Epoch ${shown}${stays}: ${open}; ${costsInWords(film, shown)}.`;
}

/** What a grid is made of. */
function gridInWords(layer) {
  const { rows, columns, gates } = layer;
  const blocks = gates / (rows * columns);
  if (layer.unit === "pixel") return `an image of ${rows} × ${columns} pixels`;
  if (layer.unit === "input") return `${blocks} blocks of ${rows} × ${columns}, in the order of the maps`;
  return `a square for each ${layer.unit === "unit" ? "hidden unit" : layer.unit}`;
}

/** A gate in words: its name in the tables, and what it stands on. All counts start at 0, as in the tables. */
function nameOf(layer, i) {
  const size = layer.rows * layer.columns;
  const [row, column] = [Math.floor((i % size) / layer.columns), i % layer.columns];
  const where = {
    pixel: `the pixel in row ${row}, column ${column}`,
    input: `row ${row}, column ${column} of map ${Math.floor(i / size)}`,
    weight: `the weight in row ${row}, column ${column}`,
  }[layer.unit];
  return `${layer.gate}[${i}], ${where ?? `${layer.unit} ${i}`}`;
}

/** One gate in words: "gate1[406], the pixel in row 14, column 14: P(open) .98, open at test time." */
function gateInWords(layer, i, epoch) {
  const state = isOpen(layer, epoch, i) ? "open" : "closed";
  const probability = twoDecimals(probabilityOf(layer, epoch, i));
  return `${nameOf(layer, i)}, epoch ${epoch}: P(open) ${probability}, ${state} at test time`;
}

/** A curve in words, for who does not see it. */
function curveInWords(name, values, write) {
  const found = values.map((value, k) => [k + 1, value]).filter(([, value]) => value !== null);
  if (!found.length) return `${name}: not measured.`;
  const [[first, start], [last, end]] = [found[0], found[found.length - 1]];
  return `${name}: ${write(start)} in epoch ${first}, ${write(end)} in epoch ${last}.`;
}
