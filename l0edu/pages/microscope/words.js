"use strict";
/* How are numbers written, said in a sentence, and handed over to Python? */

/** A number to a few digits, with a real minus sign: "−0.1", "0.667". */
function plain(x, digits = 3) {
  return String(Number(x.toFixed(digits))).replace("-", "−");
}

/** A number with all of its decimals, so that it does not jump about while it changes: "0.300". */
function steady(x, digits = 3) {
  const text = x.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A probability, never written as 0 or 1, since none of them is. */
function probability(p, digits = 4) {
  const least = 10 ** -digits;
  if (p < least) return `< ${least.toFixed(digits)}`;
  return p > 1 - least ? `> ${(1 - least).toFixed(digits)}` : p.toFixed(digits);
}

/** "= 0.25", but "< 0.001" as it is. */
function equals(written) {
  return /^[<>]/.test(written) ? written : `= ${written}`;
}

/** A number that may be exactly 0 or 1, and only then is written as "0" or "1"; a tiny one as "3.1e−9". */
function exact(x, digits = 4) {
  if (x === 0 || x === 1) return String(x);
  const tiny = Math.abs(x) < 0.5 * 10 ** -digits;
  return tiny ? x.toExponential(1).replaceAll("-", "−") : steady(x, digits);
}

/**
 * The numbers of the page, in the order in which it shows them.
 * @param {Object<string, number>} state
 * @returns {Object<string, number>}
 */
function numbersOf(state) {
  const { s, sBar, z, slope } = draw(state, state.u);
  return {
    s, s_bar: sBar, z, slope,
    prob_zero: probZero(state), prob_one: probOne(state), prob_open: probOpen(state),
    open_slope: probOpenSlope(state),
    mean: mean(state), median: median(state), test_value: testValue(state),
  };
}

/** What became of this u. */
function drawInWords(state) {
  const { sBar, z, slope } = draw(state, state.u);
  const start = `u = ${plain(state.u)} gives s-bar = ${plain(sBar)}`;
  if (z === 0) return `${start}, which is not above 0: the gate is closed, z = 0 exactly, and this draw has no gradient.`;
  if (z === 1) return `${start}, which is not below 1: the gate is fully open, z = 1 exactly, and this draw has no gradient.`;
  return `${start}, inside (0, 1): the gate is partly open, z = ${plain(z)}, and its gradient is ${plain(slope)}.`;
}

/** The law of the gate. */
function lawInWords(state) {
  const numbers = numbersOf(state);
  return (
    `The gate is exactly 0 with probability ${probability(numbers.prob_zero, 3)} and exactly 1 with probability ` +
    `${probability(numbers.prob_one, 3)}. Its mean is ${plain(numbers.mean)}; at test time it is ${plain(numbers.test_value)}.`
  );
}

/** What the other figure shows: both curves against log_alpha, and where this gate stands. */
function mismatchInWords(state) {
  const numbers = numbersOf(state);
  return (
    "Three curves that rise from 0 to 1 with log alpha: the mean of z, the gate at test time, which is exactly 0 on " +
    "the left and exactly 1 on the right, and the probability that the gate is open. " +
    `At log alpha = ${plain(state.log_alpha)} they are ${plain(numbers.mean)}, ${plain(numbers.test_value)} and ` +
    `${plain(numbers.prob_open)}.`
  );
}

/**
 * A program that prints the numbers of the page; each line ends with what the page says.
 * @param {Object<string, number>} state
 * @returns {string}
 */
function asPython(state) {
  const numbers = numbersOf(state);
  const line = (call, name) => `print(${call})`.padEnd(52) + `# ${Number(numbers[name].toPrecision(10))}`;
  return [
    "import numpy as np",
    "from l0edu import HardConcrete, value_and_grad",
    "",
    `law = HardConcrete(beta=${pythonNumber(state.beta)}, gamma=${state.gamma}, zeta=${state.zeta})`,
    `log_alpha, u = np.array(${pythonFloat(state.log_alpha)}), np.array(${pythonFloat(state.u)})`,
    "half = np.array(0.5)",
    "",
    line("law.binary_concrete.sample(log_alpha, u)", "s"),
    line("law.sample_stretched(log_alpha, u)", "s_bar"),
    line("law.sample(log_alpha, u)", "z"),
    line("value_and_grad(law.sample)(log_alpha, u)[1]", "slope"),
    "",
    line("law.prob_zero(log_alpha)", "prob_zero"),
    line("law.prob_one(log_alpha)", "prob_one"),
    line("law.prob_open(log_alpha)", "prob_open"),
    line("value_and_grad(law.prob_open)(log_alpha)[1]", "open_slope"),
    line("law.mean(log_alpha)", "mean"),
    line("law.quantile(log_alpha, half).clip(0, 1)", "median"),
    line("law.test_value(log_alpha)", "test_value"),
    "",
  ].join("\n");
}

/** A number as Python reads it; thirds and such as fractions. */
function pythonNumber(x) {
  const denominator = [3, 7, 9].find((n) => Math.round(x * n) / n === x && !Number.isInteger(x));
  return denominator ? `${Math.round(x * denominator)} / ${denominator}` : String(x);
}

/** A number as Python reads it as a float: "0.0", never "0". */
function pythonFloat(x) {
  return Number.isInteger(x) ? `${x}.0` : String(x);
}
