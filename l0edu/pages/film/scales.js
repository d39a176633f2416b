"use strict";
/* How do numbers become places on an axis, and which numbers does the axis name? */

/** Round steps of 1, 2 or 5 times a power of ten: about `count` of them from 0 to `top`. */
function ticksTo(top, count) {
  const raw = top / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999);
  const ticks = [];
  for (let k = 0; k * step <= top * 1.0001; k += 1) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** 1, 2, 5, 10, 20, ... within [low, high]. */
function logTicks(low, high) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power += 1) {
    ticks.push(...[1, 2, 5].map((factor) => Number((factor * 10 ** power).toPrecision(12))));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/**
 * An axis for values: logarithmic where they differ by a factor of 5 or more, else linear from 0. `place` maps
 * a value to [0, 1], from the foot to the top.
 */
function errorAxis(values) {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (!(low > 0 && high >= 5 * low)) return linearAxis(high || 1);
  const [foot, top] = [Math.log(low / 1.25), Math.log(high * 1.1)];
  return { ticks: logTicks(low / 1.25, high * 1.1), place: (value) => (Math.log(value) - foot) / (top - foot) };
}

function linearAxis(top, count = 4) {
  return { ticks: ticksTo(top, count), place: (value) => value / top };
}

/** An SVG path through the values that are known, one an epoch from 1; x and y are functions. */
function pathOf(values, x, y) {
  let path = "";
  let pen = "M";
  values.forEach((value, k) => {
    if (value === null) { pen = "M"; return; }
    path += `${pen}${x(k + 1).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  });
  return path;
}
