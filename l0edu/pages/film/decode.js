"use strict";
/* How do the recorded bytes become the gates of an epoch? The page's counterpart of l0edu/recording.py. */

/**
 * A gated layer, as l0edu/pages/film_page.py writes it; its gates are numbered as in the tables, from 0.
 * @typedef {Object} Layer
 * @property {string} gate           name of the gates in the network, as "gate1"
 * @property {string} place          what they stand on, as "inputs of fc1"
 * @property {number} gates          how many
 * @property {string} unit           "pixel", "input", "weight", ...: what one gate stands on
 * @property {number} rows           of a block of gates
 * @property {number} columns
 * @property {number} across         blocks side by side
 * @property {?number} closesAt      the P(open) up to which Eq. 13 closes a gate, if there is one
 * @property {Uint8Array} probabilities  of epoch after epoch, gate after gate, in steps of 1/255
 * @property {Uint8Array} opened     a bit a gate, the highest of a byte first; each epoch begins a byte
 */

/** The bytes in a base64 text. */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A layer of DATA, whose bytes are texts yet, as a Layer. */
function decodeLayer(layer) {
  return { ...layer, probabilities: bytesOf(layer.probabilities), opened: bytesOf(layer.opened) };
}

/**
 * P(z != 0) of gate i in an epoch (Eq. 12), as recorded: off by 1/510 at most.
 * @param {Layer} layer
 * @param {number} epoch  from 1
 * @param {number} i      from 0
 */
function probabilityOf(layer, epoch, i) {
  return layer.probabilities[(epoch - 1) * layer.gates + i] / 255;
}

/** Whether gate i is open at test time in an epoch, z-hat > 0 (Eq. 13): exact. */
function isOpen(layer, epoch, i) {
  const bytesARow = Math.ceil(layer.gates / 8);
  return ((layer.opened[(epoch - 1) * bytesARow + (i >> 3)] >> (7 - (i & 7))) & 1) === 1;
}

/** How many gates are open at test time. */
function countOpen(layer, epoch) {
  let count = 0;
  for (let i = 0; i < layer.gates; i += 1) count += isOpen(layer, epoch, i);
  return count;
}

/** The gate whose P(open) has fallen most from the first epoch to the last, as { layer, gate }. */
function greatestFall(layers, last) {
  let found = { layer: 0, gate: 0, fall: -Infinity };
  layers.forEach((layer, l) => {
    for (let i = 0; i < layer.gates; i += 1) {
      const fall = probabilityOf(layer, 1, i) - probabilityOf(layer, last, i);
      if (fall > found.fall) found = { layer: l, gate: i, fall };
    }
  });
  return { layer: found.layer, gate: found.gate };
}

/** How many gates are closed now and were open an epoch before, and the other way round. */
function countChanges(layer, epoch) {
  const changes = { closed: 0, opened: 0 };
  for (let i = 0; epoch > 1 && i < layer.gates; i += 1) {
    const [before, now] = [isOpen(layer, epoch - 1, i), isOpen(layer, epoch, i)];
    if (before && !now) changes.closed += 1;
    if (now && !before) changes.opened += 1;
  }
  return changes;
}
