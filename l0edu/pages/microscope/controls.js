"use strict";
/* How are the numbers changed? Each has a slider and a field; u has a knob in the figure as well. */

/** What a screen reader says at a slider. */
const SPOKEN = {
  log_alpha: (x) => `log alpha ${plain(x)}`,
  beta: (x) => `temperature beta ${plain(x)}`,
  gamma: (x) => `lower end gamma ${plain(x)}`,
  zeta: (x) => `upper end zeta ${plain(x)}`,
  u: (x) => `noise u ${plain(x)}`,
};

/**
 * Prepare slider and field of every number.
 * @param {function(Object): void} change  called with the numbers to change, as {beta: 0.5}
 * @param {function(string, string): void} refuse  called with a field's name and the reason
 * @param {function(): Object} current  the state
 */
function connectFields(change, refuse, current) {
  for (const name of NAMES) {
    const [slider, field] = [sliderOf(name), fieldOf(name)];
    [slider.min, slider.max] = RANGES[name].slider;
    slider.step = RANGES[name].step;
    slider.addEventListener("input", () => change({ [name]: Number(slider.value) }));
    field.addEventListener("input", () => {
      const value = parseNumber(field.value);
      const why = refusal({ ...current(), [name]: value });
      if (why) refuse(name, why);
      else change({ [name]: value });
    });
    field.addEventListener("keydown", (event) => {
      const steps = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!steps) return;
      event.preventDefault();
      change({ [name]: stepped(name, current()[name], steps) });
      showField(name, current()[name]);
    });
  }
}

/** The number some steps further, inside its range and free of rounding dust. */
function stepped(name, value, steps) {
  const { min, max, step } = RANGES[name];
  const next = Math.round(value / step + steps) * step;
  return Number(Math.min(max, Math.max(min, next)).toFixed(6));
}

function sliderOf(name) {
  return document.getElementById(name);
}

function fieldOf(name) {
  return document.getElementById(`${name}-field`);
}

function showField(name, value) {
  fieldOf(name).value = plain(value, 4).replace("−", "-");
}

/** Let sliders and fields show the state; the field in which somebody writes is left alone. */
function showFields(state) {
  for (const name of NAMES) {
    sliderOf(name).value = state[name];
    sliderOf(name).setAttribute("aria-valuetext", SPOKEN[name](state[name]));
    if (document.activeElement !== fieldOf(name)) showField(name, state[name]);
    fieldOf(name).removeAttribute("aria-invalid");
  }
}

/** Let the knob be dragged and moved by keys. */
function connectKnob(svg, change, current) {
  const knob = svg.querySelector(".knob");
  let grip = null; // how far above the pointer the knob was taken, as a part of u
  const drag = (event) => {
    if (grip !== null) change({ u: drawable(uAt(svg, event.clientY, current()) + grip) });
  };
  knob.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    knob.focus({ preventScroll: true });
    knob.setPointerCapture(event.pointerId);
    grip = current().u - uAt(svg, event.clientY, current());
  });
  knob.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // or the page scrolls
  knob.addEventListener("pointermove", drag);
  knob.addEventListener("pointerup", drag);
  knob.addEventListener("lostpointercapture", () => { grip = null; });
  knob.addEventListener("keydown", (event) => {
    const to = keyTarget(event.key, current().u);
    if (to === undefined) return;
    event.preventDefault();
    change({ u: to });
  });
}

/** The u nearest to this one that the page draws, to three decimals. */
function drawable(u) {
  return Math.min(RANGES.u.max, Math.max(RANGES.u.min, Math.round(u * 1000) / 1000));
}

/** Where a key moves u: arrows by .01, page keys by .1, Home and End to the ends. */
function keyTarget(key, u) {
  const steps = { ArrowUp: 10, ArrowRight: 10, ArrowDown: -10, ArrowLeft: -10, PageUp: 100, PageDown: -100 }[key];
  if (steps) return stepped("u", u, steps);
  return { Home: RANGES.u.min, End: RANGES.u.max }[key];
}
