// Occlusion brush: cover squares of a picture; a network in the browser says how its score falls.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { num } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

export const COVER_VALUES = { black: 0, gray: 0.5, white: 1 };
export const BRUSH_SIZES = { "1 square": 1, "2 by 2": 2, "3 by 3": 3 };
const BENDS = {
  relu: (z) => Math.max(0, z),
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  linear: (z) => z,
};

// The network and its pictures, as they were sent.
export function readNetwork(data, extra) {
  const { activations, label, names, square, most } = extra;
  const layers = activations.map((activation, l) => ({
    ...{ W: data[`W${l}`].array, b: data[`b${l}`].array, activation },
    inputs: data[`W${l}`].shape[0],
    units: data[`W${l}`].shape[1],
  }));
  const [count, height, width] = data.pictures.shape;
  const pixels = height * width;
  const pictures = Array.from({ length: count }, (_, k) =>
    data.pictures.array.subarray(k * pixels, (k + 1) * pixels),
  );
  const rows = Math.ceil(height / square);
  const columns = Math.ceil(width / square);
  return { layers, pictures, height, width, rows, columns, label, names, square, most };
}

// (classes): the scores for one picture, a row of pixels.
export function scoresOf({ layers }, picture) {
  let x = picture;
  for (const { W, b, activation, inputs, units } of layers) {
    const z = Float64Array.from(b);
    for (let i = 0; i < inputs; i++)
      if (x[i] !== 0) for (let j = 0; j < units; j++) z[j] += x[i] * W[i * units + j];
    x = z.map(BENDS[activation]);
  }
  return x;
}

// A copy of the picture, with the squares below the stroke set to `value`.
export function coveredBy({ width, height, square }, picture, { row, column, size }, value) {
  const copy = Float32Array.from(picture);
  const bottom = Math.min(height, (row + size) * square);
  const right = Math.min(width, (column + size) * square);
  for (let i = row * square; i < bottom; i++)
    for (let j = column * square; j < right; j++) copy[i * width + j] = value;
  return copy;
}

// Mean over the pictures: the score before, and behind the stroke.
export function scorePair(network, pictures, stroke, value) {
  const mean = (each) =>
    pictures.reduce((sum, p) => sum + scoresOf(network, each(p))[network.label], 0) /
    pictures.length;
  const before = mean((p) => p);
  const after = stroke ? mean((p) => coveredBy(network, p, stroke, value)) : before;
  return { before, after, drop: before - after };
}

// The square that costs most when it is black, as a mean over all pictures.
export function bestSquare(network) {
  let best = { drop: -Infinity };
  for (let row = 0; row < network.rows; row++)
    for (let column = 0; column < network.columns; column++) {
      const stroke = { row, column, size: 1 };
      const { drop } = scorePair(network, network.pictures, stroke, 0);
      if (drop > best.drop) best = { row, column, drop };
    }
  return best;
}

// "2 3 1; 0 4 2" as strokes.
export function readStrokes(text) {
  const parts = text.split(";").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const [row, column, size] = part
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    return { row, column, size };
  });
}

// What was typed or clicked is put behind the strokes before it, kept inside the picture.
export function addStroke(before, text, size, { rows, columns, most }) {
  const [row, column = 0] = text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const fits = Number.isInteger(row) && Number.isInteger(column) && row >= 0 && column >= 0;
  if (!fits || row >= rows || column >= columns || readStrokes(before).length >= most)
    return before;
  const inside = (place, all) => Math.max(0, Math.min(place, all - size));
  const stroke = `${inside(row, rows)} ${inside(column, columns)} ${size}`;
  return before === "" ? stroke : `${before}; ${stroke}`;
}

const argmax = (array) => array.indexOf(Math.max(...array));

let kept = { data: null, network: null, best: null };
function networkFrom(data, extra) {
  if (kept.data !== data) {
    const network = readNetwork(data, extra);
    kept = { data, network, best: bestSquare(network) };
  }
  return kept;
}

function facts(state, { data, extra }) {
  const { network, best } = networkFrom(data, extra);
  const one = network.pictures[state.picture - 1];
  const pictures = state.over === "this picture" ? [one] : network.pictures;
  const value = COVER_VALUES[state.cover];
  const strokes = readStrokes(state.strokes).map((stroke) => ({
    ...stroke,
    ...scorePair(network, pictures, stroke, value),
  }));
  const last = strokes.at(-1) ?? null;
  const picture = last ? coveredBy(network, one, last, value) : one;
  return {
    ...{ network, best, strokes, last, picture },
    before: scorePair(network, pictures, null, 0).before,
    saidBefore: argmax([...scoresOf(network, one)]),
    says: argmax([...scoresOf(network, picture)]),
  };
}

// Words ----------------------------------------------------------------------------------

const nameOf = ({ names }, label) => names[label] ?? `class ${label}`;

function describe(state, { network, strokes, last, before, says, saidBefore }) {
  const whose = state.over === "this picture" ? "" : ", mean over all pictures,";
  const label = nameOf(network, network.label);
  const answer = `The network takes picture ${state.picture} for ${nameOf(network, says)}`;
  if (!last)
    return (
      `Nothing is covered. The score for ${label}${whose} is ${num(before)}. ${answer}. ` +
      `Click on the picture to cover ${brushWords(state.brush)} with ${state.cover}, or type a row ` +
      "and a column, counted from 0."
    );
  const turned =
    says === saidBefore ? "" : `, and without the cover for ${nameOf(network, saidBefore)}`;
  return (
    `Stroke ${strokes.length} covers ${placeWords(last)} with ${state.cover}. The score for ` +
    `${label}${whose} ${fallWords(last)}, from ${num(last.before)} to ${num(last.after)}. ` +
    `${answer}${turned}.`
  );
}

const brushWords = (brush) => (brush === "1 square" ? brush : `${brush} squares`);

const fallWords = ({ drop }) => (drop >= 0 ? `falls by ${num(drop)}` : `rises by ${num(-drop)}`);

const rangeWords = (word, from, size) =>
  size === 1 ? `${word} ${from}` : `${word}s ${from} to ${from + size - 1}`;

const placeWords = ({ row, column, size }) =>
  `${rangeWords("row", row, size)}, ${rangeWords("column", column, size)}`;

// Drawing --------------------------------------------------------------------------------

const BOARD = { left: 30, top: 26, side: 266 };
const LIST = { left: 376, top: 44, width: 190, row: 25, most: 8, zero: 408 };

const boardScale = ({ height, width }) => BOARD.side / Math.max(height, width);

function squareBox(network, { row, column, size }) {
  const step = boardScale(network) * network.square;
  const [x, y] = [BOARD.left + column * step, BOARD.top + row * step];
  const w = Math.min(size * step, BOARD.left + boardScale(network) * network.width - x);
  const h = Math.min(size * step, BOARD.top + boardScale(network) * network.height - y);
  return { x, y, w, h };
}

function draw(_state, now) {
  const { network, strokes, best } = now;
  return markup`${counted(network)}
    ${strokes.map((stroke, k) => outline(network, stroke, k, strokes.length))}
    ${listed(network, strokes, Math.max(best.drop, ...strokes.map(({ drop }) => Math.abs(drop))))}`;
}

// Numbers of rows and columns at the edges, and the grid.
function counted(network) {
  const step = boardScale(network) * network.square;
  const [wide, high] = [network.width, network.height].map((n) => n * boardScale(network));
  const { left, top } = BOARD;
  const columns = Array.from({ length: network.columns }, (_, k) => k);
  const rows = Array.from({ length: network.rows }, (_, k) => k);
  return markup`
    ${columns.map((k) => markup`<text x="${left + (k + 0.5) * step}" y="${top - 8}" text-anchor="middle">${k}</text>`)}
    ${rows.map((k) => markup`<text x="${left - 9}" y="${top + (k + 0.5) * step + 4}" text-anchor="end">${k}</text>`)}
    ${columns.slice(1).map((k) => markup`<line class="xp-net" x1="${left + k * step}" x2="${left + k * step}" y1="${top}" y2="${top + high}"/>`)}
    ${rows.slice(1).map((k) => markup`<line class="xp-net" x1="${left}" x2="${left + wide}" y1="${top + k * step}" y2="${top + k * step}"/>`)}
    <rect class="xp-frame" x="${left}" y="${top}" width="${wide}" height="${high}"/>`;
}

function outline(network, stroke, k, count) {
  const { x, y, w, h } = squareBox(network, stroke);
  const look = k === count - 1 ? "xp-now" : "xp-before";
  return markup`<rect class="${look}" x="${x + 1.5}" y="${y + 1.5}" width="${w - 3}" height="${h - 3}"/>
    <text class="xp-strong xp-halo" x="${x + w / 2}" y="${y + h / 2 + 5}" text-anchor="middle">${k + 1}</text>`;
}

// The newest strokes, each with a bar for its drop.
function listed(network, strokes, longest) {
  const { left, top, row, most, zero, width } = LIST;
  const first = Math.max(0, strokes.length - most);
  const bottom = top + most * row;
  const rows = strokes.slice(first).map(({ drop }, k) => {
    const length = (Math.abs(drop) / longest) * (drop < 0 ? zero - left + 4 : width - 60);
    const y = top + k * row;
    return markup`<text class="xp-strong" x="${left - 12}" y="${y + 17}" text-anchor="end">${first + k + 1}</text>
      <rect class="${drop < 0 ? "xp-rise" : "xp-fall"}" x="${drop < 0 ? zero - length : zero}" y="${y + 4}" width="${length}" height="${row - 8}"/>
      <text x="${zero + (drop < 0 ? 6 : length + 6)}" y="${y + 17}">${num(drop)}</text>`;
  });
  return markup`<text class="xp-strong" x="${left - 32}" y="${top - 16}">Drop of the score for ${nameOf(network, network.label)}</text>
    <line class="xp-axis" x1="${zero}" x2="${zero}" y1="${top}" y2="${bottom}"/>
    ${rows}`;
}

function paint(context, _state, { network, picture }) {
  context.clearRect(0, 0, 640, 310);
  const scale = boardScale(network);
  for (let i = 0; i < network.height; i++)
    for (let j = 0; j < network.width; j++) {
      const gray = Math.round(255 * Math.max(0, Math.min(1, picture[i * network.width + j])));
      context.fillStyle = `rgb(${gray} ${gray} ${gray})`;
      context.fillRect(BOARD.left + j * scale, BOARD.top + i * scale, scale + 0.5, scale + 0.5);
    }
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase, state, { network }) {
  if (phase !== "start") return {};
  const step = boardScale(network) * network.square;
  const size = BRUSH_SIZES[state.brush];
  const from = (at, start) => Math.floor((at - start) / step - (size - 1) / 2);
  const [row, column] = [from(point.y, BOARD.top), from(point.x, BOARD.left)];
  const inside = (at, start, all) => at >= start && at < start + all * step;
  if (!inside(point.x, BOARD.left, network.columns)) return {};
  if (!inside(point.y, BOARD.top, network.rows)) return {};
  return { strokes: `${Math.max(0, row)} ${Math.max(0, column)}` };
}

// A new stroke joins the strokes before it.
function follow(state, old, { network }, patch) {
  if (!("strokes" in patch)) return {};
  return { strokes: addStroke(old.strokes, patch.strokes, BRUSH_SIZES[state.brush], network) };
}

// Tasks ----------------------------------------------------------------------------------

function findMark(state, { strokes, best }) {
  const hit = ({ row, column, size }) => size === 1 && row === best.row && column === best.column;
  return state.cover === "black" && strokes.slice(0, 5).some(hit);
}

function turn(_state, { last, says, saidBefore }) {
  return last !== null && last.size === 1 && says !== saidBefore;
}

function inWhite(_state, { network, best }, answer) {
  const drop = (value) => scorePair(network, network.pictures, { ...best, size: 1 }, value).drop;
  if (Math.abs(answer - drop(1)) <= 0.08) return true;
  if (Math.abs(answer - drop(0)) <= 0.08)
    return "That is what a black cover does. Choose white, and cover the same square again.";
  if (Math.abs(answer + drop(1)) <= 0.08)
    return "The size is right. If the score rises, the fall is a negative number.";
  return false;
}

export default explorable({
  size: [640, 310],
  ...{ facts, describe, draw, paint, drag, follow },
  tasks: { findMark, turn, inWhite },
});
