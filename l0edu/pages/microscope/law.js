"use strict";
/* What is the law of one hard concrete gate? Every number on the page comes from here.

   The functions are pure: they take a gate, which is four numbers, and return a number. They are those of
   l0edu/gates.py and l0edu/concrete.py, where each has its derivation; tests hold the two together.

   Greek names are the paper's. s_bar is s, stretched; z is s_bar, clipped. */

/**
 * One gate.
 * @typedef {Object} Gate
 * @property {number} log_alpha  location, learned
 * @property {number} beta       temperature, > 0
 * @property {number} gamma      lower end of the stretch, < 0
 * @property {number} zeta       upper end of the stretch, > 1
 */

const SMALLEST = 2.2250738585072014e-308; // of the normal floats
const BELOW_ONE = 1 - 2 ** -53; // the largest float below 1

/** 1 / (1 + exp(-x)), without overflow. */
function sigmoid(x) {
  const e = Math.exp(-Math.abs(x)); // in (0, 1]
  return (x >= 0 ? 1 : e) / (1 + e);
}

/** log(sigmoid(x)) = min(x, 0) - log(1 + exp(-|x|)). */
function logSigmoid(x) {
  return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
}

/** log p - log(1 - p); a p of exactly 0 or 1 is taken as the nearest float inside. */
function logit(p) {
  const inside = Math.min(Math.max(p, SMALLEST), BELOW_ONE);
  return Math.log(inside) - Math.log1p(-inside);
}

/** From s to s_bar: s (zeta - gamma) + gamma  (Eq. 10). */
function stretch(gate, s) {
  return s * (gate.zeta - gate.gamma) + gate.gamma;
}

/** From s_bar back to s: (s_bar - gamma) / (zeta - gamma). */
function unstretch(gate, sBar) {
  return (sBar - gate.gamma) / (gate.zeta - gate.gamma);
}

/** min(1, max(0, s_bar))  (Eqs. 5 and 11). */
function clip(sBar) {
  return Math.min(1, Math.max(0, sBar));
}

// ---- from noise to gate

/**
 * What becomes of one u: s and s_bar (Eq. 10), z (Eq. 11), and dz/dlog_alpha.
 *
 * s = sigmoid((log u - log(1 - u) + log_alpha) / beta); s_bar = s (zeta - gamma) + gamma;
 * z = min(1, max(0, s_bar)); dz/dlog_alpha = [0 < z < 1] (zeta - gamma) s (1 - s) / beta.
 *
 * @param {Gate} gate
 * @param {number} u  noise, in (0, 1)
 * @returns {{u: number, s: number, sBar: number, z: number, slope: number}}
 */
function draw(gate, u) {
  const x = (logit(u) + gate.log_alpha) / gate.beta;
  const s = sigmoid(x);
  const sBar = stretch(gate, s);
  const moves = 0 < sBar && sBar < 1;
  const slope = ((gate.zeta - gate.gamma) * s * sigmoid(-x)) / gate.beta; // sigmoid(-x) is 1 - s
  return { u, s, sBar, z: clip(sBar), slope: moves ? slope : 0 };
}

// ---- the law of s, the binary concrete (Appendix B)

/** The s with Q_s(s) = p: sampling is the quantile of uniform noise. */
function concreteQuantile(gate, p) {
  return sigmoid((logit(p) + gate.log_alpha) / gate.beta);
}

/** Q_s(s) = sigmoid(beta logit(s) - log_alpha). */
function concreteCdf(gate, s) {
  if (s <= 0) return 0;
  if (s >= 1) return 1;
  return sigmoid(gate.beta * logit(s) - gate.log_alpha);
}

/** 1 - Q_s(s) = sigmoid(log_alpha - beta logit(s)), without cancellation. */
function concreteSurvival(gate, s) {
  if (s <= 0) return 1;
  if (s >= 1) return 0;
  return sigmoid(gate.log_alpha - gate.beta * logit(s));
}

/** q_s(s) = beta Q_s(s) (1 - Q_s(s)) / (s (1 - s)), summed up in logarithms so that nothing overflows. */
function concretePdf(gate, s) {
  if (s <= 0 || s >= 1) return 0;
  const odds = logit(s);
  const v = gate.beta * odds - gate.log_alpha;
  const logQ = logSigmoid(v) + logSigmoid(-v) - logSigmoid(odds) - logSigmoid(-odds);
  return gate.beta * Math.exp(logQ);
}

// ---- the law of s_bar, and of z

/** Q(s_bar) = Q_s((s_bar - gamma) / (zeta - gamma)). */
function cdf(gate, sBar) {
  return concreteCdf(gate, unstretch(gate, sBar));
}

/** 1 - Q(s_bar). */
function survival(gate, sBar) {
  return concreteSurvival(gate, unstretch(gate, sBar));
}

/** The density of s_bar: q_s((s_bar - gamma) / (zeta - gamma)) / (zeta - gamma). */
function pdf(gate, sBar) {
  return concretePdf(gate, unstretch(gate, sBar)) / (gate.zeta - gate.gamma);
}

/** The s_bar with Q(s_bar) = p. */
function quantile(gate, p) {
  return stretch(gate, concreteQuantile(gate, p));
}

/** P(z = 0) = Q(0): the atom at 0, 1 minus Eq. 12. */
function probZero(gate) {
  return cdf(gate, 0);
}

/** P(z = 1) = 1 - Q(1): the atom at 1. */
function probOne(gate) {
  return survival(gate, 1);
}

/** P(z != 0) = sigmoid(log_alpha - beta log(-gamma / zeta))  (Eq. 12). */
function probOpen(gate) {
  return sigmoid(gate.log_alpha - gate.beta * Math.log(-gate.gamma / gate.zeta));
}

/** dP(z != 0)/dlog_alpha = p (1 - p) = e / (1 + e)^2, with e = exp(-|log_alpha - beta log(-gamma / zeta)|). */
function probOpenSlope(gate) {
  const e = Math.exp(-Math.abs(gate.log_alpha - gate.beta * Math.log(-gate.gamma / gate.zeta)));
  return e / (1 + e) ** 2;
}

/** z-hat = min(1, max(0, sigmoid(log_alpha) (zeta - gamma) + gamma))  (Eq. 13). */
function testValue(gate) {
  return clip(stretch(gate, sigmoid(gate.log_alpha)));
}

/** The z that half of all draws do not exceed: the clip of the median of s_bar. */
function median(gate) {
  return clip(quantile(gate, 0.5));
}

/** E[z] = integral over t from 0 to 1 of P(z > t), by Gauss-Legendre quadrature with 64 nodes, as in Python. */
function mean(gate) {
  return NODES.reduce((sum, { node, weight }) => sum + weight * survival(gate, node), 0);
}

// ---- quadrature

/**
 * Nodes and weights of Gauss and Legendre on [0, 1].
 *
 * The nodes are the roots of the Legendre polynomial P_n, found by Newton's method from a close guess.
 * @param {number} n
 * @returns {Array<{node: number, weight: number}>}
 */
function gaussLegendre(n) {
  return Array.from({ length: n }, (_, i) => {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let step = 0; step < 8; step++) {
      const { value, slope } = legendre(n, x);
      x -= value / slope;
    }
    const { slope } = legendre(n, x);
    return { node: (1 + x) / 2, weight: 1 / ((1 - x * x) * slope * slope) };
  });
}

/** P_n(x) by the recurrence k P_k = (2k - 1) x P_(k-1) - (k - 1) P_(k-2), and its slope. */
function legendre(n, x) {
  let [before, value] = [1, x];
  for (let k = 2; k <= n; k++) {
    [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
  }
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}

const NODES = gaussLegendre(64);
