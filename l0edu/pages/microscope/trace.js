"use strict";
/* What happens to one u on its way to the gate? The large figure: five stages, one above the other.

       u -> s          a draw, through the curve of Eq. 10
       s -> s_bar      the stretch
       law of s_bar    its density, and the atoms of z
       s_bar -> z      the clip of Eq. 11
       law of z        its cdf, where the same u meets z again

   All stages share one horizontal scale, the value; so the draw can be followed downwards as one line. */

const FAN = Array.from({ length: 25 }, (_, i) => (i + 0.5) / 25); // equally likely draws
const S_VALUES = spaced(-16, 16, 401).map(sigmoid); // where curves are drawn: dense near 0 and 1

/**
 * Draw the figure anew.
 * @param {SVGElement} svg     holds a group .scene, which is filled, and the knob, which is moved
 * @param {Object} state       {log_alpha, beta, gamma, zeta, u}
 * @param {number} width       in pixels
 */
function drawTrace(svg, state, width) {
  const plan = tracePlan(state, width);
  const path = draw(state, state.u);
  svg.setAttribute("viewBox", `0 0 ${width} ${plan.height}`);
  svg.setAttribute("height", plan.height);
  svg.querySelector(".scene").replaceChildren(
    ...traceTitles(plan),
    ...stageOfS(plan, state),
    ...stageOfStretch(plan, state),
    ...stageOfDensity(plan, state),
    ...stageOfClip(plan, state),
    ...stageOfCdf(plan, state),
    ...pathOf(plan, state, path),
    ...atomLabels(plan, state),
  );
  moveKnob(svg.querySelector(".knob"), plan, state);
}

// ---- where things stand

/**
 * Scales and heights. `x` takes a value to pixels; `y` holds the two ends of each stage.
 */
function tracePlan(state, width) {
  const wide = width >= 560;
  const left = wide ? 172 : 30;
  const right = width - (wide ? 40 : 26);
  const from = Math.min(-0.25, state.gamma - 0.06);
  const to = Math.max(1.25, state.zeta + 0.06);
  const x = linear([from, to], [left, right]);
  const y = stageHeights(wide);
  return { wide, left, right, x, y, height: y.cdf[1] + 26, compact: x(1) - x(0) < 265 };
}

/** Top and foot of each stage. Beside a wide figure stand its titles; in a narrow one they need room above. */
function stageHeights(wide) {
  const heights = { s: 132, stretch: 66, density: 156, clip: 66, cdf: 132 };
  const gaps = wide ? {} : { s: 22, stretch: 48, density: 24, clip: 48, cdf: 24 };
  const scale = wide ? Math.min(1.5, Math.max(0.95, (window.innerHeight - 290) / 552)) : 1;
  const y = {};
  let top = 12;
  for (const [stage, height] of Object.entries(heights)) {
    top += gaps[stage] ?? 0;
    y[stage] = [top, top + scale * height];
    top = y[stage][1];
  }
  return y;
}

/** The vertical scale of a stage from probability 0 to 1. */
function probabilityScale(plan, stage) {
  const [top, bottom] = plan.y[stage];
  return linear([0, 1], [bottom, top]);
}

function traceTitles(plan) {
  const titles = {
    s: ["1  Draw *u*, take *s*", "Eq. 10"],
    stretch: ["2  Stretch *s* to *s̄*", "from (0, 1) to (γ, ζ)"],
    density: ["Law of *s̄*", "density, and atoms of *z*"],
    clip: ["3  Clip *s̄* to *z*", "to [0, 1], Eq. 11"],
    cdf: ["Law of *z*", "cdf; the same *u* again"],
  };
  return Object.entries(titles).flatMap(([stage, [title, detail]]) => {
    const top = plan.y[stage][0];
    if (!plan.wide) return [label(0, top - 9, title, "stage")];
    const y = stage === "stretch" || stage === "clip" ? top + 32 : top + 12;
    return [label(0, y, title, "stage"), label(0, y + 18, detail, "detail")];
  });
}

/** Ticks at 0, 1/2 and 1, and at the ends of the stretch, whose names keep clear of 0 and 1. */
function valueTicks({ x }, { gamma, zeta }) {
  const left = Math.min(3, x(0) - 8 - x(gamma));
  const right = Math.max(-3, x(1) + 8 - x(zeta));
  return [
    [gamma, `γ = ${plain(gamma)}`, "end", left],
    ...UNIT_TICKS,
    [zeta, `ζ = ${plain(zeta)}`, "start", right],
  ];
}

const UNIT_TICKS = [[0, "0"], [0.5, "0.5"], [1, "1"]];
const PROBABILITY_TICKS = [[0, "0"], [0.5, "½"], [1, "1"]];

// ---- the stages

/** s against u: the curve is the cdf of s, read from the left axis to the foot. */
function stageOfS(plan, state) {
  const { x, y } = plan;
  const level = probabilityScale(plan, "s");
  const inside = S_VALUES.map((s) => [x(s), level(concreteCdf(state, s))]);
  const points = [[x(0), level(0)], ...inside, [x(1), level(1)]];
  return [
    axisLeft(plan.left, x(1), level, PROBABILITY_TICKS),
    segment(plan.left, y.s[0], plan.left, y.s[1], "axis-line"),
    curve(points, "first"),
    axisBelow(x, y.s[1], [0, 1], UNIT_TICKS),
  ];
}

/** Lines from where each of the equally likely draws is to where it goes. */
function fan(plan, stage, ends) {
  const [top, bottom] = plan.y[stage];
  return ends.map(([from, to]) => segment(plan.x(from), top, plan.x(to), bottom, "fan"));
}

function stageOfStretch(plan, state) {
  const draws = FAN.map((u) => draw(state, u));
  const top = plan.y.stretch[0];
  const line = segment(plan.x(0), top, plan.x(1), top, "axis-line");
  return [line, ...fan(plan, "stretch", draws.map(({ s, sBar }) => [s, sBar]))];
}

function stageOfClip(plan, state) {
  const draws = FAN.map((u) => draw(state, u));
  const top = plan.y.clip[0];
  const line = segment(plan.x(state.gamma), top, plan.x(state.zeta), top, "axis-line");
  return [line, ...fan(plan, "clip", draws.map(({ sBar, z }) => [sBar, z]))];
}

/** The density of s_bar, hatched where the clip folds it, and the atoms as bars. */
function stageOfDensity(plan, state) {
  const { x } = plan;
  const [top, bottom] = plan.y.density;
  const highest = densityCeiling(state);
  const height = (value) => Math.max(linear([0, highest], [bottom, top])(value), top - 20);
  const ticks = [[0, "0"], [highest / 2, plain(highest / 2)], [highest, plain(highest)]];
  return [
    shape("clipPath", { id: "density-window" },
      shape("rect", { x: plan.left, y: top, width: plan.right - plan.left, height: bottom - top })),
    axisLeft(plan.left, plan.right, height, ticks),
    shape("g", { "clip-path": "url(#density-window)" }, ...densityCurve(plan, state, height)),
    ...atomBars(plan, state),
    axisBelow(x, bottom, [state.gamma, state.zeta], valueTicks(plan, state)),
    segment(x(state.gamma), top, x(state.zeta), top, "axis-line"),
  ];
}

/** The density over the areas below it: `height` takes a density to pixels. */
function densityCurve(plan, state, height) {
  const bottom = plan.y.density[1];
  const points = (values) => values.map((v) => [plan.x(v), height(pdf(state, v))]);
  const values = S_VALUES.map((s) => stretch(state, s));
  return [
    area(points([...values.filter((v) => v < 0), 0]), bottom, "tail"),
    area(points(inside01(values)), bottom, "inside"),
    area(points([1, ...values.filter((v) => v > 1)]), bottom, "tail"),
    curve(points(values), "first"),
  ];
}

/** The values that the clip leaves as they are, with both ends. */
function inside01(values) {
  return [0, ...values.filter((v) => v > 0 && v < 1), 1];
}

/** The top of the density's axis: a round number above what lies well inside (gamma, zeta). */
function densityCeiling(state) {
  const inner = spaced(0.04, 0.96, 24).map((share) => pdf(state, stretch(state, share)));
  return [1, 2, 4, 8].find((round) => round >= 1.1 * Math.max(...inner)) ?? 8;
}

/** Two bars, as high as P(z = 0) and P(z = 1) on the axis at the right. */
function atomBars(plan, state) {
  const level = probabilityScale(plan, "density");
  const bar = (value, mass) => shape("rect", {
    x: plan.x(value) - 7, y: level(mass), width: 14, height: level(0) - level(mass), class: "atom",
  });
  const axis = PROBABILITY_TICKS.map(([value, text]) => label(plan.right + 6, level(value) + 4, text, "tick"));
  return [bar(0, probZero(state)), bar(1, probOne(state)), ...axis];
}

/** Their names and masses, between the bars. */
function atomLabels(plan, state) {
  const level = probabilityScale(plan, "density");
  const height = (mass) => Math.min(level(0) - 8, Math.max(level(1) + 36, level(mass) + 5));
  const [zero, one] = [probZero(state), probOne(state)];
  return [
    label(plan.x(0) + 13, height(zero), atomName(plan, 0, zero), "mark"),
    label(plan.x(1) - 13, height(one), atomName(plan, 1, one), "mark", "end"),
  ];
}

function atomName(plan, value, mass) {
  if (plan.compact) return probability(mass, 2);
  return `P(*z* = ${value}) ${equals(probability(mass, 3))}`;
}

/** The cdf of z: it jumps at 0 and at 1, as high as the atoms. */
function stageOfCdf(plan, state) {
  const { x } = plan;
  const [top, bottom] = plan.y.cdf;
  const level = probabilityScale(plan, "cdf");
  const inside = inside01(S_VALUES.map((s) => stretch(state, s))).map((z) => [x(z), level(cdf(state, z))]);
  const [first, last] = [inside[0], inside[inside.length - 1]];
  return [
    axisLeft(plan.left, plan.right, level, PROBABILITY_TICKS),
    segment(plan.left, bottom, x(0), bottom, "first"),
    segment(x(0), bottom, x(0), first[1], "first jump"),
    curve(inside, "first"),
    segment(x(1), last[1], x(1), top, "first jump"),
    segment(x(1), top, plan.right, top, "first"),
    segment(x(0), top, x(1), top, "axis-line"),
    axisBelow(x, bottom, [0, 1], UNIT_TICKS),
  ];
}

// ---- the draw

/** The way of u: across to the curve, down, out, down, in, down, and back to the height of u. */
function pathOf(plan, state, { u, s, sBar, z }) {
  const { x, y } = plan;
  const start = probabilityScale(plan, "s")(u);
  const end = probabilityScale(plan, "cdf")(u);
  const way = [
    [plan.left, start], [x(s), start], [x(s), y.stretch[0]],
    [x(sBar), y.stretch[1]], [x(sBar), y.clip[0]],
    [x(z), y.clip[1]], [x(z), end],
  ];
  return [
    segment(plan.left, end, x(z), end, "path again"),
    curve(way, "path"),
    dot(x(s), start), dot(x(s), y.s[1]), dot(x(sBar), y.density[1]), dot(x(z), y.cdf[0]), dot(x(z), end),
    beside(plan, s, u < 0.25 && s < 0.4 ? start - 28 : y.s[1] - 10, `*s* ${equals(probability(s, 3))}`),
    beside(plan, sBar, y.density[0] + 18, `*s̄* = ${steady(sBar)}`),
    beside(plan, z, y.cdf[0] - 9, `*z* = ${exact(z, 3)}`),
    label(plan.left + 8, end + (u > 0.8 ? 17 : -7), "*u*", "mark path-mark"),
  ];
}

/** A label beside the path, on the side that has room. */
function beside(plan, value, y, text) {
  const right = value < 0.6;
  return label(plan.x(value) + (right ? 10 : -10), y, text, "mark path-mark", right ? "start" : "end");
}

function moveKnob(knob, plan, state) {
  const y = probabilityScale(plan, "s")(state.u);
  knob.setAttribute("transform", `translate(${plan.left}, ${y})`);
  knob.setAttribute("aria-valuenow", state.u);
  knob.setAttribute("aria-valuetext", drawInWords(state));
  knob.querySelector("text").setAttribute("y", state.u > 0.8 ? 20 : -9);
  knob.querySelector(".knob-value").textContent = ` = ${steady(state.u)}`;
}

/** The u at a height of the window; below 0 or above 1 outside of the first stage. */
function uAt(svg, clientY, state) {
  const box = svg.getBoundingClientRect();
  const plan = tracePlan(state, svg.viewBox.baseVal.width);
  const [top, bottom] = plan.y.s;
  const y = ((clientY - box.top) * plan.height) / box.height;
  return (bottom - y) / (bottom - top);
}
