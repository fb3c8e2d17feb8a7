// Convolution painter: nine weights slide over a picture, and a map of their answers appears.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { cells, pick } from "../kit/matrix.js";
import { inBrackets, num } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

export const KERNELS = {
  "left-right edge": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  "upper-lower edge": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
  blur: Array(9).fill(0.1),
  "one pixel": [0, 0, 0, 0, 1, 0, 0, 0, 0],
};
const OWN = "your own";
const TRAINED = "a trained one";
const WEIGHTS = [1, 2, 3].flatMap((i) => [1, 2, 3].map((j) => `w${i}${j}`));

export const places = (n, stride, padding) => Math.floor((n + 2 * padding - 3) / stride) + 1;

// The nine pixels below the kernel at place i, j; 0 where the frame of padding is.
export function patchAt({ array, rows, columns }, i, j, stride, padding) {
  return WEIGHTS.map((_, k) => {
    const row = i * stride - padding + Math.floor(k / 3);
    const column = j * stride - padding + (k % 3);
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    return inside ? array[row * columns + column] : 0;
  });
}

const dot = (patch, kernel) => patch.reduce((sum, pixel, k) => sum + pixel * kernel[k], 0);

// A map: the sum of the products at each place.
export function convolve(image, kernel, stride, padding) {
  const rows = places(image.rows, stride, padding);
  const columns = places(image.columns, stride, padding);
  const array = Array.from({ length: rows * columns }, (_, p) =>
    dot(patchAt(image, Math.floor(p / columns), p % columns, stride, padding), kernel),
  );
  return { array, rows, columns };
}

// The correlation of two maps, 0 if one of them is flat.
export function agreement(a, b) {
  const centered = (values) => {
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    return Array.from(values, (v) => v - mean);
  };
  const [x, y] = [centered(a), centered(b)];
  const size = Math.sqrt(dot(x, x) * dot(y, y));
  return size < 1e-9 ? 0 : dot(x, y) / size;
}

// 144 pixels; whatever is not a 1, or was not typed, is paper.
const drawn = ({ drawing }) => Array.from({ length: 144 }, (_, k) => Number(drawing[k] === "1"));

function imageOf(state, data) {
  if (state.picture === "your drawing") return { array: drawn(state), rows: 12, columns: 12 };
  const { array, shape } = data[state.picture];
  return { array, rows: shape[0], columns: shape[1] };
}

const kernelOf = (state) => WEIGHTS.map((name) => state[name]);

function facts(state, { values, data }) {
  const { stride, padding } = state;
  const image = imageOf(state, data);
  const kernel = kernelOf(state);
  const ours = convolve(image, kernel, stride, padding);
  const position = state.position % ours.array.length; // past the last place comes the first
  const [i, j] = [Math.floor(position / ours.columns), position % ours.columns];
  const patch = patchAt(image, i, j, stride, padding);
  const kernels = data.kernels ? rowsOf(data.kernels) : null;
  const trained = kernels && convolve(image, kernels[(state.trained ?? 1) - 1], stride, padding);
  return {
    ...{ image, kernel, ours, i, j, patch, kernels },
    products: patch.map((pixel, k) => pixel * kernel[k]),
    sum: dot(patch, kernel),
    map: values ? { array: values.array, rows: values.shape[0], columns: values.shape[1] } : ours,
    theirs: values ? difference(ours, values) : "",
    agrees: trained && agreement(ours.array, trained.array),
  };
}

function rowsOf({ array, shape }) {
  return Array.from({ length: shape[0] }, (_, k) => Array.from(array.slice(9 * k, 9 * k + 9)));
}

// What the learner's conv2d did otherwise, in words.
function difference(ours, { array, shape }) {
  if (shape[0] !== ours.rows || shape[1] !== ours.columns)
    return ` Your conv2d returns ${shape[0]} by ${shape[1]} numbers; the kernel has ${ours.rows} by ${ours.columns} places.`;
  const off = ours.array.findIndex((value, k) => Math.abs(value - array[k]) > 1e-4);
  if (off < 0) return " The map is what your conv2d returned, and it is right everywhere.";
  const [i, j] = [Math.floor(off / ours.columns), off % ours.columns];
  return ` Your conv2d returns ${num(array[off])} for row ${i}, column ${j}, and the sum there is ${num(ours.array[off])}.`;
}

// Words ----------------------------------------------------------------------------------

function describe(state, { products, sum, ours, i, j, agrees, theirs }) {
  const terms = products.map((p, k) => (k ? inBrackets(p) : num(p))).join(" + ");
  const low = num(Math.min(...ours.array));
  const high = num(Math.max(...ours.array));
  const trained =
    agrees === null ? "" : ` Agreement with trained kernel ${state.trained}: ${num(agrees, 2)}.`;
  return (
    `At row ${i}, column ${j} of the map: ${terms} = ${num(sum)}. ` +
    `The map has ${ours.rows} by ${ours.columns} numbers, from ${low} to ${high}.${trained}${theirs}`
  );
}

// Drawing --------------------------------------------------------------------------------

const ROOM = 252; // for a picture with its frame of padding, and for a map
const LEFT = { left: 14, top: 34 };
const RIGHT = { left: 374, top: 34 };
const BELOW = { top: 332, row: 24, cell: 42 };

const cellOf = ({ rows, columns }) => ROOM / (Math.max(rows, columns) + 2);

// Where the picture lies: its frame of padding, drawn or not, is around it.
function pictureGrid(image) {
  const cell = cellOf(image);
  const [left, top] = [LEFT.left + cell, LEFT.top + cell];
  return { ...image, left, top, cellWidth: cell, cellHeight: cell };
}

// The map's cells are as large as the picture's, or smaller if one's own function gave more.
function mapGrid(map, image) {
  const cell = Math.min(cellOf(image), ROOM / Math.max(map.rows, map.columns));
  const size = { width: cell * map.columns, height: cell * map.rows };
  const place = { left: RIGHT.left + cell, top: RIGHT.top + cell };
  return { ...map, ...place, ...size, cellWidth: cell, cellHeight: cell, plain: true };
}

function draw(state, now) {
  const picture = pictureGrid(now.image);
  const map = mapGrid(now.map, now.image);
  const here =
    now.i < map.rows && now.j < map.columns
      ? pick(
          { ...map, left: map.left + now.j * map.cellWidth, width: map.cellWidth },
          { row: now.i },
        )
      : "";
  return markup`${title(LEFT.left, pictureTitle(state))}${title(RIGHT.left, "Map of the answers")}
    ${pixels(picture)}${overlay(state, picture, now)}${cells(map)}${here}
    <text x="${LEFT.left + ROOM + 96}" y="${LEFT.top + ROOM + 16}">filled: plus, hollow: minus</text>
    <path class="xp-link" d="M${LEFT.left + ROOM + 30} 160h40m-8-6l8 6l-8 6"/>${sums(now)}`;
}

const pictureTitle = ({ picture, pen }) =>
  picture === "your drawing" ? `Picture: your pointer ${pen}` : "Picture";
const title = (x, words) => markup`<text class="xp-strong" x="${x}" y="20">${words}</text>`;

function pixels({ array, rows, columns, left, top, cellWidth: cell }) {
  const inks = Array.from(array, (ink, k) => {
    if (ink < 0.01) return "";
    const [x, y] = [left + (k % columns) * cell, top + Math.floor(k / columns) * cell];
    return markup`<rect class="xp-ink" x="${hundredth(x)}" y="${hundredth(y)}" width="${hundredth(cell)}" height="${hundredth(cell)}" fill-opacity="${hundredth(ink)}"/>`;
  });
  return markup`${inks}<rect class="xp-frame" x="${left}" y="${top}" width="${cell * columns}" height="${cell * rows}"/>`;
}

// The padding, dashed, and the nine pixels below the kernel.
function overlay({ padding, stride }, { rows, columns, left, top, cellWidth: cell }, { i, j }) {
  const around = padding
    ? markup`<rect class="xp-target" x="${hundredth(left - cell)}" y="${hundredth(top - cell)}" width="${hundredth(cell * (columns + 2))}" height="${hundredth(cell * (rows + 2))}"/>`
    : "";
  const [x, y] = [left + (j * stride - padding) * cell, top + (i * stride - padding) * cell];
  const kernel = {
    left: hundredth(x),
    top: hundredth(y),
    width: hundredth(3 * cell),
    height: hundredth(3 * cell),
  };
  return markup`${around}${pick(kernel, {})}`;
}

// Patch times kernel, entry by entry, and the sum.
function sums({ patch, kernel, products, sum }) {
  const { top, row, cell } = BELOW;
  const width = 3 * cell;
  const at = (left, array) =>
    cells({
      array,
      rows: 3,
      columns: 3,
      left,
      top,
      width,
      height: 3 * row,
      cellWidth: cell,
      cellHeight: row,
    });
  const [a, b, c] = [14, 14 + width + 24, 14 + 2 * (width + 24)];
  const sign = (x, text) =>
    markup`<text class="xp-large" x="${x}" y="${top + 1.5 * row + 6}" text-anchor="middle">${text}</text>`;
  const label = (x, text) => markup`<text class="xp-strong" x="${x}" y="${top - 8}">${text}</text>`;
  return markup`${label(a, "nine pixels")}${label(b, "kernel")}${label(c, "products")}
    ${at(a, patch)}${at(b, kernel)}${at(c, products)}
    ${sign(b - 12, "×")}${sign(c - 12, "=")}
    <text class="xp-strong xp-large" x="${c + width + 16}" y="${top + 1.5 * row + 6}">sum ${num(sum)}</text>`;
}

const hundredth = (value) => Math.round(value * 100) / 100;

// Doing ----------------------------------------------------------------------------------

function drag(point, _phase, state, now) {
  const { stride, padding, pen } = state;
  const picture = pictureGrid(now.image);
  const pixel = cellAt(picture, point);
  if (pixel) {
    if (state.picture === "your drawing" && pen !== "chooses a place")
      return { drawing: inked(state, pixel.row, pixel.column) };
    const near = (at, most) =>
      Math.max(0, Math.min(most - 1, Math.round((at + padding - 1) / stride)));
    const [i, j] = [near(pixel.row, now.ours.rows), near(pixel.column, now.ours.columns)];
    return { position: i * now.ours.columns + j };
  }
  const place = cellAt(mapGrid(now.map, now.image), point);
  return place
    ? { position: Math.min(place.row, now.ours.rows - 1) * now.ours.columns + place.column }
    : {};
}

function cellAt({ left, top, rows, columns, cellWidth, cellHeight }, point) {
  const row = Math.floor((point.y - top) / cellHeight);
  const column = Math.floor((point.x - left) / cellWidth);
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? { row, column } : null;
}

function inked(state, row, column) {
  const ink = state.pen === "draws" ? 1 : 0;
  return drawn(state)
    .with(row * 12 + column, ink)
    .join("");
}

const asWeights = (weights) =>
  Object.fromEntries(WEIGHTS.map((name, k) => [name, thousandth(weights[k])]));
const thousandth = (value) => Math.round(value * 1000) / 1000;

function follow(state, _old, now, patch) {
  if (patch.trained)
    return { preset: TRAINED, ...asWeights(now.kernels[(state.trained ?? 1) - 1]) };
  if (patch.preset === TRAINED) return asWeights(now.kernels[(state.trained ?? 1) - 1]);
  if (patch.preset && patch.preset !== OWN) return asWeights(KERNELS[patch.preset]);
  if (WEIGHTS.some((name) => name in patch)) return { preset: OWN };
  if ("position" in patch && !("drawing" in patch) && state.picture === "your drawing") {
    if (state.pen === "chooses a place") return {};
    // The keyboard's way to draw: the pixel below the middle of the kernel.
    const columns = places(12, state.stride, state.padding);
    const position = state.position % columns ** 2;
    const [i, j] = [Math.floor(position / columns), position % columns];
    const middle = (k) => k * state.stride - state.padding + 1;
    if (middle(i) >= 12 || middle(j) >= 12) return {};
    return { drawing: inked(state, middle(i), middle(j)) };
  }
  return {};
}

// Places of the wall at which the kernel sees an upright joint; 4 rows a course, the last a joint.
export function seesUpright(i, j) {
  const joints = [2, 8, 2];
  return [0, 1, 2].some((k) => {
    const row = i + k;
    const first = joints[Math.floor(row / 4)];
    return row % 4 !== 3 && first >= j && first <= j + 2;
  });
}

function onlyUpright({ picture, stride, padding }, { kernel, ours }) {
  if (picture !== "wall" || stride !== 1 || padding !== 0) return false;
  if (kernel.filter((w) => w !== 0).length !== 2) return false;
  const columns = ours.columns;
  const silent = ours.array.every(
    (v, p) => Math.abs(v) < 1e-6 || seesUpright(Math.floor(p / columns), p % columns),
  );
  return silent && ours.array.some((v) => Math.abs(v) > 0.1);
}

function mapSize(_state, _facts, answer) {
  if (answer === 36) return true;
  if (answer === 6) return "That is one side. The map has as many rows as columns.";
  if (answer === 25) return "5 on a side would be without padding. With it the row has 14 pixels.";
  if (answer === 49) return "You round up; what is left over at the end is never looked at.";
  if (answer > 0) return "One side first: 12 + 2 pixels, a kernel of 3, and steps of 2.";
}

function allSides(_state, { kernel }) {
  const turned = [2, 5, 8, 1, 4, 7, 0, 3, 6].map((k) => kernel[k]);
  const same = kernel.every((w, k) => Math.abs(w - turned[k]) < 1e-6);
  const total = kernel.reduce((sum, w) => sum + w, 0);
  return same && Math.abs(total) < 1e-6 && kernel.some((w) => w !== 0);
}

function bothSides({ picture, preset }, { ours }) {
  const [low, high] = [Math.min(...ours.array), Math.max(...ours.array)];
  const near = Math.min(-low, high) > 0.75 * Math.max(-low, high);
  return picture === "digit" && preset === TRAINED && near;
}

function imitation({ picture, preset }, { kernel, agrees }) {
  const whole = kernel.every((w) => w === -1 || w === 0 || w === 1);
  return picture === "digit" && preset !== TRAINED && whole && agrees >= 0.9;
}

function asks(state, { image, kernel }) {
  const { stride, padding } = state;
  return {
    image: Array.from(image.array),
    shape: [image.rows, image.columns],
    kernel,
    stride,
    padding,
  };
}

export default explorable({
  size: [640, 412],
  ...{ facts, describe, draw, drag, follow, asks },
  tasks: { onlyUpright, mapSize, allSides, bothSides, imitation },
});
