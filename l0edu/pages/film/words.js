// What does an epoch look like, in words?
"use strict";

function withCommas(number) {
  return Math.round(number).toLocaleString("en-US");
}

function percent(number) {
  return `${number.toFixed(2)} %`;
}

function share(probability) {
  return probability.toFixed(2).replace(/^0/, "");
}

// "421 of 784 inputs of fc1 open"
function layerInWords(layer, epoch) {
  return `${withCommas(countOpen(layer, epoch))} of ${withCommas(layer.gates)} ${layer.place} open`;
}

// "12 just closed", or "" if no gate changed since the epoch before.
function changesInWords(layer, epoch) {
  const { closed, opened } = countChanges(layer, epoch);
  const parts = [closed && `${closed} just closed`, opened && `${opened} opened again`].filter(Boolean);
  return parts.join(", ");
}

// The epoch that a film shows when the slider is at `epoch`: a shorter film stays at its last.
function shownEpoch(film, epoch) {
  return Math.min(epoch, film.epochs);
}

function costsInWords(film, epoch) {
  const { testError, flops, expectedFlops } = film.curves;
  const error = testError[epoch - 1] === null ? [] : [`test error ${percent(testError[epoch - 1])}`];
  const computed = `${withCommas(flops[epoch - 1])} of ${withCommas(film.denseFlops)} FLOPs an example`;
  return [...error, `${computed}, expected in training ${withCommas(expectedFlops[epoch - 1])}`].join("; ");
}

// "Epoch 60: 421 of 784 inputs of fc1 open, ...; test error 5.1 %; ..."
function epochInWords(film, epoch) {
  const shown = shownEpoch(film, epoch);
  const stays = epoch > film.epochs ? " (its last; the film ends here)" : "";
  const open = film.layers.map((layer) => layerInWords(layer, shown)).join(", ");
  return `Epoch ${shown}${stays}: ${open}; ${costsInWords(film, shown)}.`;
}

// What a grid is made of.
function gridInWords(layer) {
  const { rows, columns, gates } = layer;
  const blocks = gates / (rows * columns);
  if (layer.unit === "pixel") return `an image of ${rows} × ${columns} pixels`;
  if (layer.unit === "input") return `${blocks} blocks of ${rows} × ${columns}, in the order of the maps`;
  return `a square for each ${layer.unit === "unit" ? "hidden unit" : layer.unit}`;
}

// One gate in words: "gate1[406], the pixel in row 14, column 14: P(open) .98, open at test time."
function gateInWords(layer, i, epoch) {
  const state = isOpen(layer, epoch, i) ? "open" : "closed";
  const probability = share(probabilityOf(layer, epoch, i));
  return `${nameOf(layer, i)}, epoch ${epoch}: P(open) ${probability}, ${state} at test time`;
}

// A curve in words, for who does not see it.
function curveInWords(name, values, write) {
  const found = values.map((value, k) => [k + 1, value]).filter(([, value]) => value !== null);
  if (!found.length) return `${name}: not measured.`;
  const [[first, start], [last, end]] = [found[0], found[found.length - 1]];
  return `${name}: ${write(start)} in epoch ${first}, ${write(end)} in epoch ${last}.`;
}
