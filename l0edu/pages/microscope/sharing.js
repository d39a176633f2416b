"use strict";
/* How does what is seen leave the page? As an address, as Python, and as a picture. */

/** Put a text on the clipboard, in the old way where the new one is refused. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text) {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "heard";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}

/** Let the address hold the state. Browsers allow few changes a second, so the caller waits in between. */
function writeHash(state) {
  try {
    history.replaceState(null, "", toHash(state));
  } catch {
    location.replace(toHash(state));
  }
}

const KEPT = [
  "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity",
  "paint-order", "font-family", "font-size", "font-style", "font-weight", "text-anchor",
];

/** A copy of a figure that needs no style sheet, with its numbers written below it. */
function standalone(svg, caption) {
  const copy = svg.cloneNode(true);
  const copies = copy.querySelectorAll("*");
  svg.querySelectorAll("*").forEach((element, i) => {
    const style = getComputedStyle(element);
    copies[i].setAttribute("style", KEPT.map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; "));
  });
  const { width, height } = svg.viewBox.baseVal;
  const page = getComputedStyle(svg.closest("section"));
  const backdrop = shape("rect", { x: -16, y: -16, width: width + 32, height: height + 60, fill: page.backgroundColor });
  const words = label(0, height + 22, caption);
  words.setAttribute("style", `fill: ${page.color}; font: 13px ${page.fontFamily}`);
  copy.prepend(backdrop);
  copy.append(words);
  copy.setAttribute("viewBox", `-16 -16 ${width + 32} ${height + 60}`);
  copy.setAttribute("width", width + 32);
  copy.setAttribute("height", height + 60);
  return copy;
}

/** The figure as a PNG, three pixels for one. */
async function asPng(svg, caption) {
  const copy = standalone(svg, caption);
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 3 * copy.getAttribute("width");
  canvas.height = 3 * copy.getAttribute("height");
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** Hand a file to the reader's folder of downloads. */
function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** The numbers below an exported figure. */
function captionOf(state) {
  return `log α = ${plain(state.log_alpha)},  β = ${plain(state.beta)},  γ = ${plain(state.gamma)},  ζ = ${plain(state.zeta)},  u = ${plain(state.u)}`;
}
