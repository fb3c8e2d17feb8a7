// Network X-ray: every array of a forward pass with its shape and its numbers, one step at a time.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { cells, grid, pick } from "../kit/matrix.js";
import { arrow, frame, panel } from "../kit/plot.js";
import {
  differing,
  forwardPass,
  isDense,
  layerOf,
  nameOf,
  numberAt,
  roundedLayers,
  rowOf,
  SUB,
  shapeOf,
  split,
} from "./forward_pass.js";
import { asked, describe, said } from "./forward_words.js";

// Mathematics ----------------------------------------------------------------------------

const OUTPUTS = { "small points": 2, digits: 10 };
const NAMES_OF_DATA = { "small points": "points", digits: "digits" };

// The layers of a state: the learner's own, or drawn from the seed.
export function layersOf(state, data, extra) {
  if (extra.activations.length)
    return extra.activations.map((activation, l) => {
      const { shape, array } = data[`W${l}`];
      const [inputs, units] = shape;
      return { W: array, b: data[`b${l}`].array, inputs, units, activation };
    });
  const inputs = data[NAMES_OF_DATA[state.input]].shape[1];
  const sizes = [inputs, state.units_1, state.units_2, OUTPUTS[state.input]];
  return roundedLayers(sizes, state.activation, state.seed);
}

// The first `batch` rows of the input.
function inputOf(state, data) {
  const { shape, array } = data.x ?? data[NAMES_OF_DATA[state.input]];
  const rows = Math.min(shape[0], state.batch);
  return { rows, columns: shape[1], array: array.slice(0, rows * shape[1]) };
}

function facts(state, { values, data, extra }) {
  const layers = layersOf(state, data, extra);
  const right = forwardPass(inputOf(state, data), layers);
  const answered = values && JSON.stringify(values.asked) === JSON.stringify(asks(state));
  const arrays = answered ? split(values.array, right) : right;
  const wrong = arrays.map((array, k) => differing(array, right[k]));
  const stage = Math.min(state.stage, arrays.length - 1);
  const { rows, columns } = arrays[stage];
  return {
    ...{ layers, arrays, right, wrong, stage, yours: extra.asksForward, answered, extra },
    i: Math.min(state.example, rows - 1),
    j: Math.min(state.unit, columns - 1),
    firstWrong: wrong.findIndex((marks) => marks.some(Boolean)),
  };
}

// Drawing --------------------------------------------------------------------------------

const EDGE = 226; // what comes in stands left of it, what comes out on its right
const ROW = 20; // the height of a row of numbers
const BELOW = 326; // where the lower arrays begin; W, b or z stand above

function draw(_state, now) {
  const here = places(now);
  const arrays = here.map((place) => [cells(place), label(place)]);
  const seen = here.map((place) => pick(place, chosen(place, now)));
  return markup`${strip(now)}${arrays}${seen}${rowName(here.at(-1), now)}${story(now)}${inputPicture(now)}`;
}

// The arrays of this step, each with its place; what is drawn here can be clicked.
function places({ stage, arrays, layers, wrong }) {
  const out = { ...arrays[stage], name: nameOf(stage), wrong: wrong[stage], role: "out" };
  const below = { left: EDGE + 14, top: BELOW, most: 386, row: ROW };
  if (stage === 0) return [grid(out, below)];
  const before = { ...arrays[stage - 1], name: nameOf(stage - 1), wrong: wrong[stage - 1] };
  if (!isDense(stage)) {
    const above = { ...below, top: 284 - ROW * before.rows };
    return [grid({ ...before, role: "before", labelAbove: true }, above), grid(out, below)];
  }
  const { W, b, inputs, units } = layers[layerOf(stage) - 1];
  const k = SUB[layerOf(stage)];
  const height = Math.min(ROW, 124 / inputs);
  const weights = { rows: inputs, columns: units, array: W, name: `W${k}`, role: "W" };
  const biases = { rows: 1, columns: units, array: b, name: `b${k}`, role: "b", flat: true };
  return [
    grid({ ...before, role: "in" }, { right: EDGE, top: BELOW, most: 214, row: ROW }),
    grid({ ...weights, labelAbove: true }, { ...below, top: 282 - height * inputs, row: height }),
    grid({ ...biases, labelBeside: true }, { ...below, top: 294 }),
    grid(out, below),
  ];
}

function label({ name, rows, columns, flat, labelAbove, labelBeside, left, top, width, height }) {
  const shape = flat ? `(${columns},)` : `(${rows}, ${columns})`;
  const words = markup`<tspan class="xp-strong">${name}</tspan> ${shape}`;
  if (labelBeside)
    return markup`<text x="${left - 10}" y="${top + 15}" text-anchor="end">+ ${words}</text>`;
  const y = labelAbove ? top - 7 : top + height + 17;
  return markup`<text x="${left + width / 2}" y="${y}" text-anchor="middle">${words}</text>`;
}

// Frames around what one number is made of.
function chosen({ role, columns }, { stage, layers, i, j }) {
  const soft = !isDense(stage) && stage > 0 && layers[layerOf(stage) - 1].activation === "softmax";
  const thin = columns > 12; // too thin to frame one number
  if (role === "in" || (role === "out" && thin) || (role === "before" && soft)) return { row: i };
  if (role === "W") return { column: j };
  return { row: role === "b" ? 0 : i, column: j };
}

// Which example the row in the frame is.
function rowName({ left, top, width, cellHeight }, { i }) {
  if (left + width > 500) return "";
  const y = top + (i + 0.5) * cellHeight + 4;
  return markup`<text x="${left + width + 10}" y="${y}">row ${i}: example ${i}</text>`;
}

// What is done in this step, and a question about the next.
function story(now) {
  const { stage } = now;
  const lines = [...said(now), "", ...asked(now)];
  const top = stage === 0 || !isDense(stage) ? 190 : 168;
  return lines.map((words, n) => {
    const strong = words.startsWith("*");
    const kind = strong ? "xp-strong" : "";
    return markup`<text class="${kind}" x="12" y="${top + 21 * n}">${strong ? words.slice(1) : words}</text>`;
  });
}

// The whole pass as a strip of small arrays; those that are still to come are covered.
const STRIP = { top: 12, height: 64 };

function slots({ arrays }) {
  const width = 632 / arrays.length;
  return arrays.map((_, k) => ({ left: 4 + k * width, middle: 4 + (k + 0.5) * width, width }));
}

function strip(now) {
  const { stage, layers } = now;
  const all = slots(now).map((slot, k) => {
    const link = k === 0 ? "" : strand(slot, k, layers);
    return [link, k <= stage ? small(slot, k, now) : covered(slot, k)];
  });
  return markup`${all}<line class="xp-grid" x1="4" x2="636" y1="124" y2="124"/>`;
}

function small({ middle, width }, k, { arrays, stage, wrong, i }) {
  const picture = k === 0 && arrays[0].columns === 64;
  const array = picture ? { rows: 8, columns: 8, array: rowOf(arrays[0], i) } : arrays[k];
  const cell = Math.min(12, (width - 58) / array.columns, STRIP.height / array.rows);
  const [w, h] = [cell * array.columns, cell * array.rows];
  const place = { ...array, left: middle - w / 2, top: STRIP.top + (STRIP.height - h) / 2 };
  const size = { width: w, height: h, cellWidth: cell, cellHeight: cell };
  const sign = wrong[k].some(Boolean) ? " ≠" : "";
  const here = k === stage ? pick(grown(place, size), {}) : "";
  return markup`${here}${cells({ ...place, ...size, plain: true })}${caption(middle, `${nameOf(k)}${sign}`, shapeOf(arrays[k]))}`;
}

function covered({ middle }, k) {
  return markup`<rect class="xp-covered" x="${middle - 20}" y="${STRIP.top + 12}" width="40" height="40" rx="4"/>
    <text class="xp-strong" x="${middle}" y="${STRIP.top + 37}" text-anchor="middle">?</text>
    ${caption(middle, nameOf(k), "(?, ?)")}`;
}

function caption(middle, name, shape) {
  return markup`<text class="xp-strong" x="${middle}" y="${STRIP.top + 80}" text-anchor="middle">${name}</text>
    <text x="${middle}" y="${STRIP.top + 96}" text-anchor="middle">${shape}</text>`;
}

function grown({ left, top }, { width, height }) {
  return { left: left - 4, top: top - 4, width: width + 8, height: height + 8 };
}

function strand({ left }, k, layers) {
  const { activation } = layers[layerOf(k) - 1];
  const words = isDense(k) ? `W${SUB[layerOf(k)]}, b${SUB[layerOf(k)]}` : activation;
  const y = STRIP.top + STRIP.height / 2;
  return markup`<g class="xp-strand">${arrow(left - 13, y, left + 13, y, "xp-link")}
    <text x="${left}" y="${y - 9}" text-anchor="middle">${words}</text></g>`;
}

// What the rows of x are: points of the plane, or pictures.
function inputPicture(now) {
  const { stage, arrays, i } = now;
  if (stage > 0) return "";
  if (arrays[0].columns === 2) return plane(arrays[0], i);
  if (arrays[0].columns === 64) return pictures(arrays[0], i);
  return "";
}

function plane(x, i) {
  const most = Math.max(2, ...Array.from(x.array, Math.abs)) * 1.2;
  const p = panel({
    ...{ left: EDGE + 60, top: 138, width: 150, height: 130, x: [-most, most], y: [-most, most] },
    ...{ xLabel: "column 0", yLabel: "column 1" },
  });
  const dots = Array.from({ length: x.rows }, (_, k) => {
    const [px, py] = [p.px(x.array[2 * k]), p.py(x.array[2 * k + 1])];
    if (k === i)
      return markup`<path class="xp-here" transform="translate(${px} ${py})" d="M0-8L8 0L0 8L-8 0Z"/>`;
    return markup`<circle class="xp-step" cx="${px}" cy="${py}" r="4"/>`;
  });
  return [frame(p), dots];
}

function pictures(x, i) {
  return Array.from({ length: x.rows }, (_, k) => {
    const place = { rows: 8, columns: 8, array: rowOf(x, k), left: EDGE + 14 + 61 * k, top: 226 };
    const size = { width: 54, height: 54, cellWidth: 6.75, cellHeight: 6.75 };
    const chosen = k === i ? pick({ ...place, ...size }, {}) : "";
    return cells({ ...place, ...size, plain: true }) + chosen;
  });
}

// Doing ----------------------------------------------------------------------------------

// A click on the strip goes to that array, a click on a number looks at it.
function drag(point, _phase, _state, now) {
  if (point.y < 120) {
    const stage = slots(now).findIndex(({ left, width }) => point.x < left + width);
    return { stage: stage < 0 ? now.arrays.length - 1 : stage };
  }
  const place = places(now).find(
    ({ left, top, width, height }) =>
      point.x >= left && point.x < left + width && point.y >= top && point.y < top + height,
  );
  if (!place) return {};
  const row = Math.floor((point.y - place.top) / place.cellHeight);
  const column = Math.floor((point.x - place.left) / place.cellWidth);
  const { role } = place;
  if (role === "in") return { example: row };
  if (role === "W" || role === "b") return { unit: column };
  return { example: row, unit: column };
}

// Rows and columns that are no longer there can't be looked at.
function follow(state, _old, { layers }) {
  const own = state.input === undefined;
  const units = own
    ? layers.map((each) => each.units)
    : [state.units_1, state.units_2, OUTPUTS[state.input]];
  const stage = Math.min(state.stage, 2 * units.length);
  const inputs = own ? layers[0].inputs : { "small points": 2, digits: 64 }[state.input];
  const columns = stage === 0 ? inputs : units[layerOf(stage) - 1];
  return {
    stage,
    example: Math.min(state.example, state.batch - 1),
    unit: Math.min(state.unit, columns - 1),
  };
}

// Everything that the arrays depend on; where one looks does not matter.
function asks({ stage: _stage, example: _example, unit: _unit, ...rest }) {
  return rest;
}

function sixByThree(_state, { layers }) {
  return layers.length > 1 && layers[1].inputs === 6 && layers[1].units === 3;
}

function parameters(_state, _facts, answer) {
  if (answer === 468) return true;
  if (answer === 448) return "Those are the weights. Every unit has a bias, too.";
  if (answer === 418) return "The output layer has a W and a b, too.";
  if (answer > 0) return "W of a layer holds inputs × units numbers, b one per unit; three layers.";
}

function cutOff({ activation }, { arrays, stage, i, j }) {
  return activation === "relu" && stage === 2 && numberAt(arrays[1], i, j) < 0;
}

export default explorable({
  size: [640, 470],
  ...{ facts, describe, draw, drag, follow, asks },
  tasks: { sixByThree, parameters, cutOff },
});
