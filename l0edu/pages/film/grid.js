"use strict";
/* How are the gates of a layer drawn? A square each: its shade says P(open), a cross that it is closed at test
   time. */

/** Colours of 256 steps of P(open), between the three that the style sheet names for the page's light or dark. */
function readShades() {
  const style = getComputedStyle(document.documentElement);
  const stops = ["--shade-0", "--shade-1", "--shade-2"].map((name) => {
    const hex = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  });
  const shades = Array.from({ length: 256 }, (_, step) => {
    const at = (step / 255) * 2;
    const [low, high] = at < 1 ? [stops[0], stops[1]] : [stops[1], stops[2]];
    const mixed = low.map((channel, k) => Math.round(channel + (high[k] - channel) * (at < 1 ? at : at - 1)));
    return `rgb(${mixed.join(" ")})`;
  });
  const colour = (name) => style.getPropertyValue(name).trim();
  return { shades, cross: colour("--cross"), mark: colour("--second") };
}

/** A canvas for a layer, with `draw(width)`, `show(epoch, chosen)`; `choose(i)` is called when a gate is pointed at. */
function makeGrid(layer, colours, choose) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const pen = canvas.getContext("2d");
  let grid, epoch = 1, chosen = null;

  function draw(width) {
    grid = layOut(layer, width);
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(grid.width * ratio), Math.round(grid.height * ratio)];
    [canvas.style.width, canvas.style.height] = [`${grid.width}px`, `${grid.height}px`];
    pen.setTransform(canvas.width / grid.width, 0, 0, canvas.height / grid.height, 0, 0);
    paint();
  }

  function paint() {
    pen.clearRect(0, 0, grid.width, grid.height);
    const { shades } = colours();
    const side = grid.cell - (grid.cell > 3 ? 1 : 0);
    for (let i = 0; i < layer.gates; i += 1) {
      const { x, y } = cornerOf(grid, i);
      pen.fillStyle = shades[layer.probabilities[(epoch - 1) * layer.gates + i]];
      pen.fillRect(x, y, side, side);
    }
    crossOut(side);
    if (chosen !== null) frame(chosen, side);
  }

  function crossOut(side) {
    const inset = Math.max(0.5, side * 0.24);
    pen.beginPath();
    for (let i = 0; i < layer.gates; i += 1) {
      if (isOpen(layer, epoch, i)) continue;
      const { x, y } = cornerOf(grid, i);
      pen.moveTo(x + inset, y + inset);
      pen.lineTo(x + side - inset, y + side - inset);
      pen.moveTo(x + side - inset, y + inset);
      pen.lineTo(x + inset, y + side - inset);
    }
    pen.strokeStyle = colours().cross;
    pen.lineWidth = Math.min(1.5, Math.max(0.8, side / 12));
    pen.stroke();
  }

  function frame(i, side) {
    const { x, y } = cornerOf(grid, i);
    pen.strokeStyle = colours().mark;
    pen.lineWidth = 2;
    pen.strokeRect(Math.max(1, x), Math.max(1, y), side - (x ? 0 : 1), side - (y ? 0 : 1));
  }

  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const i = gateAt(grid, event.clientX - box.left, event.clientY - box.top);
    if (i !== null) choose(i);
  });
  return {
    element: canvas,
    draw,
    show(newEpoch, newChosen) {
      [epoch, chosen] = [newEpoch, newChosen];
      canvas.setAttribute("aria-label", `${layerInWords(layer, epoch)}. ${changesInWords(layer, epoch)}`.trim());
      paint();
    },
  };
}
