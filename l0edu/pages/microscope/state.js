"use strict";
/* Which numbers may the page show? And how does the address hold them?

   A state is a gate and a u: {log_alpha, beta, gamma, zeta, u}. What l0edu.HardConcrete refuses is refused
   here with much the same sentence; beyond that the page draws only what can be seen. */

const NAMES = ["log_alpha", "beta", "gamma", "zeta", "u"];

/** How far each number goes, its slider, and one step of it. */
const RANGES = {
  log_alpha: { min: -8, max: 8, slider: [-8, 8], step: 0.05 },
  beta: { min: 0.05, max: 4, slider: [0.05, 4], step: 0.01 },
  gamma: { min: -1, max: -0.001, slider: [-1, -0.01], step: 0.01 },
  zeta: { min: 1.001, max: 2, slider: [1.01, 2], step: 0.01 },
  u: { min: 0.001, max: 0.999, slider: [0.001, 0.999], step: 0.001 },
};

/** What a preset changes, and what to see then. */
const PRESETS = [
  {
    name: "In training",
    change: { log_alpha: 0, beta: 2 / 3, gamma: -0.1, zeta: 1.1 },
    note: "The temperature used for training, 2/3. One draw in six is exactly 0, one in six exactly 1; the others have a gradient.",
  },
  {
    name: "Figure 2",
    change: { log_alpha: 0, beta: 1 / 2, gamma: -0.1, zeta: 1.1 },
    note: "The temperature of the paper’s Figure 2, 1/2. The atoms are heavier than at 2/3: 0.23 each.",
  },
  {
    name: "Shut at test",
    change: { log_alpha: -2.5, beta: 2 / 3, gamma: -0.1, zeta: 1.1 },
    note: "At test time this gate is exactly 0. In training it is still open in nearly three draws of ten, and pays for them.",
  },
  {
    name: "Wide open",
    change: { log_alpha: 4, beta: 2 / 3, gamma: -0.1, zeta: 1.1 },
    note: "Nine draws in ten are exactly 1 and have no gradient. The penalty hardly moves this gate either: P(z ≠ 0) is nearly flat here.",
  },
  {
    name: "Cold",
    change: { log_alpha: 0, beta: 0.1, gamma: -0.1, zeta: 1.1 },
    note: "At a low temperature the gate is nearly a coin: almost nine draws in ten are exactly 0 or 1. The few between have steep gradients.",
  },
  {
    name: "Hot",
    change: { log_alpha: 0, beta: 2, gamma: -0.1, zeta: 1.1 },
    note: "At a high temperature draws gather in the middle: the gate is hardly ever exactly 0 or 1.",
  },
  {
    name: "Hardly stretched",
    change: { log_alpha: 0, beta: 2 / 3, gamma: -0.001, zeta: 1.001 },
    note: "With hardly any stretch the atoms all but vanish: one draw in a hundred each. Without a stretch no gate would ever be exactly 0.",
  },
];

/** A number as people write it, "2/3" included; NaN for anything else. */
function parseNumber(text) {
  const parts = String(text).trim().replace("−", "-").split("/");
  const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  if (parts.length > 2 || !parts.every((part) => plain.test(part.trim()))) return NaN;
  return parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
}

/**
 * Why a state cannot be shown, and what to write instead; "" when it can.
 * @param {Object<string, number>} state
 * @returns {string}
 */
function refusal(state) {
  const { beta, gamma, zeta, u } = state;
  const missing = NAMES.find((name) => !Number.isFinite(state[name]));
  if (missing) return `${missing} is not a number: write one, for example ${missing} = ${EXAMPLES[missing]}.`;
  if (beta <= 0) return `beta = ${beta}: the temperature must be positive, for example 2/3.`;
  if (gamma > zeta) {
    return `gamma = ${gamma} and zeta = ${zeta} are swapped: gamma is the lower end of the stretch, below 0, and zeta the upper end, above 1.`;
  }
  if (gamma >= 0) return `gamma = ${gamma}: gamma must be below 0, for example -0.1; otherwise no gate is ever exactly 0.`;
  if (zeta <= 1) return `zeta = ${zeta}: zeta must be above 1, for example 1.1; otherwise no gate is ever exactly 1.`;
  if (u <= 0 || u >= 1) return `u = ${u}: u lies between 0 and 1, for example 0.3.`;
  return outOfRange(state);
}

const EXAMPLES = { log_alpha: 0, beta: "2/3", gamma: -0.1, zeta: 1.1, u: 0.3 };

/** Why a state, lawful otherwise, is beyond what the page draws. */
function outOfRange(state) {
  const name = NAMES.find((each) => state[each] < RANGES[each].min || state[each] > RANGES[each].max);
  if (!name) return "";
  const { min, max } = RANGES[name];
  return `${name} = ${state[name]}: this page draws ${name} from ${min} to ${max}.`;
}

/** The state as the fragment of an address; every number keeps all of its digits. */
function toHash(state) {
  return "#" + NAMES.map((name) => `${name}=${state[name]}`).join("&");
}

/**
 * The state in the fragment of an address. What is not named there is taken from `otherwise`.
 * @returns {Object<string, number>}  not checked yet: see `refusal`
 */
function fromHash(hash, otherwise) {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...otherwise };
  for (const name of NAMES) {
    if (found.has(name)) state[name] = parseNumber(found.get(name));
  }
  return state;
}
