"use strict";
/* Where does a gate stand? Blocks of rows and columns, `across` blocks side by side, in CSS pixels. */

const LARGEST_CELL = 22;

/** The grid of a layer in at most `width`: whole-pixel cells, with a gap of half a cell between blocks of many. */
function layOut(layer, width) {
  const { rows, columns, gates } = layer;
  const blocks = Math.ceil(gates / (rows * columns));
  const across = Math.min(layer.across, blocks);
  const down = Math.ceil(blocks / across);
  const parted = rows * columns > 1 && blocks > 1 ? 0.5 : 0;
  const cellsAcross = across * columns + (across - 1) * parted;
  const cell = Math.max(1, Math.min(LARGEST_CELL, Math.floor(width / cellsAcross)));
  const gap = Math.round(parted * cell);
  return {
    rows, columns, gates, across, cell, gap,
    width: across * columns * cell + (across - 1) * gap,
    height: down * rows * cell + (down - 1) * gap,
  };
}

/** The upper left corner of gate i. */
function cornerOf(grid, i) {
  const size = grid.rows * grid.columns;
  const [block, inside] = [Math.floor(i / size), i % size];
  const [blockRow, blockColumn] = [Math.floor(block / grid.across), block % grid.across];
  const [row, column] = [Math.floor(inside / grid.columns), inside % grid.columns];
  return {
    x: blockColumn * (grid.columns * grid.cell + grid.gap) + column * grid.cell,
    y: blockRow * (grid.rows * grid.cell + grid.gap) + row * grid.cell,
  };
}

/** The gate under a point, or null in a gap and outside. */
function gateAt(grid, x, y) {
  const [blockWidth, blockHeight] = [grid.columns * grid.cell + grid.gap, grid.rows * grid.cell + grid.gap];
  const [blockColumn, blockRow] = [Math.floor(x / blockWidth), Math.floor(y / blockHeight)];
  const column = Math.floor((x - blockColumn * blockWidth) / grid.cell);
  const row = Math.floor((y - blockRow * blockHeight) / grid.cell);
  if (x < 0 || y < 0 || blockColumn >= grid.across || column >= grid.columns || row >= grid.rows) return null;
  const i = (blockRow * grid.across + blockColumn) * grid.rows * grid.columns + row * grid.columns + column;
  return i < grid.gates ? i : null;
}
