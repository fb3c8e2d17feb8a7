// Shapes that broadcast: two shapes aligned at the right, the result's shape, and the numbers.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { num } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

const OWN = "numbers of its own";

// "(4, 3)", "4, 3" and "4" are shapes; anything else is null.
export function readShape(text) {
  const inner = text.trim().replace(/^\(|\)$/g, "");
  if (!/^[\d\s,]*$/.test(inner)) return null;
  return inner.match(/\d+/g)?.map(Number) ?? [];
}

// How the axes meet, from the left; `size` is the result's, or null where they clash.
// `how`: "same", "A stretches", "B stretches" or "clash".
export function align(a, b) {
  const axes = Math.max(a.length, b.length);
  return Array.from({ length: axes }, (_, i) => {
    const own = [a.at(i - axes), b.at(i - axes)]; // undefined where there is no such axis
    const [m, n] = own.map((size) => size ?? 1);
    if (m === n) return { own, size: m, how: "same" };
    if (m !== 1 && n !== 1) return { own, size: null, how: "clash" };
    return { own, size: Math.max(m, n), how: m === 1 ? "A stretches" : "B stretches" };
  });
}

// The shape of a.sum(axis, keepdims); null where there is no such axis.
export function sumShape(shape, axis, keepdims) {
  const at = axis < 0 ? axis + shape.length : axis;
  if (at < 0 || at >= shape.length) return null;
  return keepdims ? shape.with(at, 1) : shape.toSpliced(at, 1);
}

// An array is { shape, values }, the values row by row. The last index runs fastest.
export function counting(shape, step) {
  return { shape, values: Array.from({ length: size(shape) }, (_, i) => step * (i + 1)) };
}

const size = (shape) => shape.reduce((product, n) => product * n, 1);

// The indices of number k of an array of this shape.
export function indices(shape, k) {
  const found = [];
  for (let i = shape.length - 1; i >= 0; i--) {
    found.unshift(k % shape[i]);
    k = Math.floor(k / shape[i]);
  }
  return found;
}

// Which number of an array stands at these indices of the result: where it stretches, number 0.
export function source(shape, at) {
  const mine = at.slice(at.length - shape.length);
  return shape.reduce((k, n, i) => k * n + (n === 1 ? 0 : mine[i]), 0);
}

export function sum({ shape, values }, axis, keepdims) {
  const kept = sumShape(shape, axis, true);
  const sums = { shape: sumShape(shape, axis, keepdims), values: Array(size(kept)).fill(0) };
  values.forEach((value, k) => {
    sums.values[source(kept, indices(shape, k))] += value;
  });
  return sums;
}

const OPERATIONS = {
  "A + B": (a, b) => a + b,
  "A - B": (a, b) => a - b,
  "A * B": (a, b) => a * b,
  "A / B": (a, b) => a / b,
};

export function combine(a, b, operation) {
  const shape = align(a.shape, b.shape).map((axis) => axis.size);
  const values = Array.from({ length: size(shape) }, (_, k) => {
    const at = indices(shape, k);
    return OPERATIONS[operation](a.values[source(a.shape, at)], b.values[source(b.shape, at)]);
  });
  return { shape, values };
}

// { a, b, axes, result, error }: what NumPy makes of it; `error` holds the lines of its message.
export function compute(state) {
  const a = counting(readShape(state.a), 1);
  const b = secondArray(state, a);
  if (!b) return { a, b, axes: [], result: null, error: axisError(state, a) };
  const axes = align(a.shape, b.shape);
  if (axes.some(({ how }) => how === "clash"))
    return { a, b, axes, result: null, error: clashError(a, b) };
  return { a, b, axes, result: combine(a, b, state.operation), error: null };
}

function secondArray({ b, b_from, keepdims }, a) {
  if (b_from === OWN) return counting(readShape(b), 10);
  const axis = axisOf(b_from);
  return sumShape(a.shape, axis, keepdims) && sum(a, axis, keepdims);
}

const axisOf = (text) => Number(text.match(/-?\d/)[0]);

function clashError(a, b) {
  const plain = ({ shape }) => written(shape).replaceAll(" ", "");
  return ["operands could not be", "broadcast together with", `shapes ${plain(a)} ${plain(b)}`];
}

function axisError({ b_from }, { shape }) {
  return [`axis ${axisOf(b_from)} is out of bounds`, `for array of dimension ${shape.length}`];
}

const written = (shape) => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`);

// What a guess is worth: "none", "right", "wrong", or "shown" for one who asked to see.
export function judgeGuess(guess, { result }) {
  if (guess === "") return "none";
  if (guess === "?") return "shown";
  if (/^err/i.test(guess)) return result ? "wrong" : "right";
  const shape = readShape(guess);
  return result && shape && written(shape) === written(result.shape) ? "right" : "wrong";
}

function facts(state) {
  const computed = compute(state);
  const verdict = judgeGuess(state.guess, computed);
  return { ...computed, verdict, open: verdict === "right" || verdict === "shown" };
}

// Words ----------------------------------------------------------------------------------

function describe(state, now) {
  if (now.verdict === "none") return `${given(state, now)} Type the shape of ${state.operation}.`;
  if (now.verdict === "wrong")
    return `${given(state, now)} Not ${state.guess}. ${hint(state, now)}`;
  const start = now.verdict === "right" ? "Right: " : "";
  if (now.error) return `${start}${state.operation} is an error: ${now.error.join(" ")}.`;
  return `${start}${state.operation} has shape ${written(now.result.shape)}. ${axesWords(now)}
    ${lastNumber(state, now)}${silent(state, now)}`.replace(/\s+/g, " ");
}

function given(state, { a, b }) {
  const second = b ? `B has shape ${written(b.shape)}` : `B is ${sumName(state)}`;
  return `A has shape ${written(a.shape)}, ${second}.`;
}

const sumName = ({ b_from, keepdims }) =>
  keepdims ? b_from.replace(")", ", keepdims=True)") : b_from;

// The first thing to look at for one who guessed wrong.
function hint({ guess }, { a, axes, b, result }) {
  if (!b) return `Count the axes of A: there are ${a.shape.length}, numbered from 0.`;
  const clash = axes.findLastIndex(({ how }) => how === "clash");
  if (clash >= 0)
    return `Compare ${axisName(axes, clash)}: ${axes[clash].own.join(" and ")}, and neither is 1.`;
  const shape = readShape(guess);
  if (!shape) return "It works: where two sizes differ, one of them is 1 or missing.";
  if (shape.length !== axes.length) return "The result has as many axes as the longer shape.";
  const at = axes.findLastIndex(({ size }, i) => size !== shape[i]);
  const [m, n] = axes[at].own.map((size) => size ?? "no axis");
  return `Compare ${axisName(axes, at)}: ${m} in A and ${n} in B, out of ${written(result.shape.toSpliced(at, 1, "?"))}.`;
}

const axisName = (axes, i) => `axis −${axes.length - i}`;

function axesWords({ axes }) {
  const stretched = axes.flatMap(({ own, how, size }, i) => {
    if (how === "same") return [];
    const missing = own[how === "A stretches" ? 0 : 1] === undefined ? ", where it has none" : "";
    return [`${how} to ${size} along ${axisName(axes, i)}${missing}`];
  });
  return stretched.length ? `${stretched.join("; ")}.` : "Nothing stretches.";
}

function lastNumber({ operation }, { a, b, result }) {
  const at = indices(result.shape, result.values.length - 1);
  const term = (name, array) => {
    const k = source(array.shape, at);
    return [`${name}[${indices(array.shape, k).join(", ")}]`, num(array.values[k])];
  };
  const [[nameA, valueA], [nameB, valueB]] = [term("A", a), term("B", b)];
  const symbol = SYMBOLS[operation];
  return (
    `The last number is ${nameA} ${symbol} ${nameB} = ` +
    `${valueA} ${symbol} ${valueB} = ${num(result.values.at(-1))}.`
  ).replaceAll("[]", "");
}

const SYMBOLS = { "A + B": "+", "A - B": "−", "A * B": "×", "A / B": "/" };

// The mistake that raises nothing: a square A, whose row sums fit along the columns as well.
function silent(state, { a, b }) {
  const slid = state.b_from !== OWN && b.shape.length === 1 && a.shape.length === 2;
  const rows = slid && axisOf(state.b_from) !== 0;
  return rows ? " Careful: B[i] is the sum of row i, but here it meets column i." : "";
}

// Drawing --------------------------------------------------------------------------------

const COLUMNS = [290, 404, 518]; // the middle of axis −3, −2, −1
const ROWS = { A: 24, B: 64, result: 130 };
const CELL = { width: 42, height: 22 };
const TOP = 208; // of the grids of numbers

function draw(state, now) {
  return markup`${drawShapes(state, now)}${drawNumbers(state, now)}`;
}

function drawShapes(state, { a, b, axes, result, open, error }) {
  const first = COLUMNS.length - axes.length;
  const heads = COLUMNS.map((x, i) => label(x, 14, `axis −${3 - i}`, "middle"));
  const known = open && !error ? result.shape : null;
  const meets = open ? axes.map((axis, i) => meeting(COLUMNS[first + i], axis)) : [];
  return markup`${heads}
    ${shapeRow("A", ROWS.A, a.shape, "xp-cell-a", open ? axes.length : 0)}
    ${shapeRow("B", ROWS.B, b?.shape, "xp-cell-b", open ? axes.length : 0)}
    ${state.b_from === OWN ? "" : label(20, ROWS.B + 36, `= ${sumName(state)}`, "start", "xp-digits")}
    ${meets}
    <line class="xp-axis" x1="20" x2="566" y1="${ROWS.result - 8}" y2="${ROWS.result - 8}"/>
    ${known ? shapeRow(state.operation, ROWS.result, known, "xp-cell-c", 0) : unknown(state, open)}`;
}

function shapeRow(name, y, shape, kind, axes) {
  const words = shape ? written(shape) : "no such axis";
  const boxes = COLUMNS.map((x, i) => {
    const value = shape?.at(i - COLUMNS.length);
    const here = value !== undefined && COLUMNS.length - i <= shape.length;
    if (here) return shapeBox(x, y, value, kind);
    return COLUMNS.length - i <= axes ? shapeBox(x, y, "1", "xp-copy") : "";
  });
  return markup`${label(20, y + 20, name, "start", "xp-strong")}
    ${label(name.length > 1 ? 78 : 44, y + 20, words, "start", "xp-digits xp-strong")}${boxes}`;
}

function shapeBox(x, y, value, kind) {
  const text = kind === "xp-copy" ? "xp-faint" : "xp-strong";
  return markup`<rect class="${kind}" x="${x - 34}" y="${y}" width="68" height="30" rx="6"/>
    ${label(x, y + 20, value, "middle", `xp-large ${text}`)}`;
}

function meeting(x, { how, size }) {
  if (how !== "clash") {
    const words = how === "same" ? "same" : `${how} to ${size}`;
    return label(x, ROWS.B + 46, words, "middle");
  }
  return markup`<rect class="xp-wrong" x="${x - 40}" y="${ROWS.A - 5}" width="80" height="80" rx="9"/>
    ${label(x, ROWS.B + 48, "✗ clash", "middle", "xp-strong")}`;
}

function unknown({ operation }, open) {
  const words = open ? "no shape: an error" : "which shape?";
  const mark = open ? "✗" : "?";
  return markup`${label(20, ROWS.result + 20, operation, "start", "xp-strong")}
    ${label(78, ROWS.result + 20, words, "start")}
    <rect class="xp-copy" x="${COLUMNS[0] - 34}" y="${ROWS.result}" width="296" height="30" rx="6"/>
    ${label(COLUMNS[1], ROWS.result + 20, mark, "middle", "xp-large xp-strong")}`;
}

function drawNumbers(state, { a, b, result, error, open }) {
  const target = open && result ? result.shape : null;
  const marks = target && indices(target, result.values.length - 1);
  const arrays = [
    { name: "A", array: a, kind: "xp-cell-a", sign: SYMBOLS[state.operation] },
    { name: "B", array: b, kind: "xp-cell-b", sign: "=" },
  ].filter(({ array }) => array);
  const gridWidth = ({ shape }) => CELL.width * (target ?? shape).at(-1) || CELL.width;
  const last = target ? gridWidth(result) : open ? 200 : 84;
  const widths = [...arrays.map(({ array }) => gridWidth(array)), last];
  const total = widths.reduce((all, w) => all + w + 40, -40);
  let left = 320 - total / 2;
  const parts = arrays.map(({ name, array, kind, sign }, i) => {
    const x = left;
    left += widths[i] + 40;
    return markup`${label(x, TOP - 8, name, "start", "xp-strong")}${cells(array, target, x, kind, marks)}
      ${label(left - 20, TOP + 28, sign, "middle", "xp-large xp-strong")}`;
  });
  const name = label(left, TOP - 8, state.operation, "start", "xp-strong");
  if (target) return markup`${parts}${name}${cells(result, target, left, "xp-cell-c", marks)}`;
  return markup`${parts}${name}${open ? errorBox(error, left) : questionBox(left)}`;
}

// The array as cells, stretched to the target's shape; copies are dashed, one number is ringed.
function cells({ shape, values }, target, left, kind, marks) {
  const whole = target ?? shape;
  const drawn = Array.from({ length: size(whole) }, (_, n) => {
    const at = indices(whole, n);
    const k = source(shape, at);
    const copy = source(whole, expand(shape, k, whole.length)) !== n;
    const [layer, row, column] = [0, 0, 0, ...at].slice(-3);
    const x = left + column * CELL.width;
    const y = TOP + (row + layer * (whole.at(-2) ?? 1)) * CELL.height + layer * 10;
    const text = cellText(x, y, short(values[k]), copy ? "xp-faint" : "xp-strong");
    const box = markup`x="${x}" y="${y}" width="${CELL.width}" height="${CELL.height}"`;
    const ringed = marks && !copy && k === source(shape, marks);
    return [
      markup`<rect class="${copy ? "xp-copy" : kind}" ${box}/>${text}`,
      ringed ? markup`<rect class="xp-pick" ${box}/>` : "",
    ];
  });
  return [drawn.map(([cell]) => cell), drawn.map(([, ring]) => ring)];
}

const short = (value) => num(value, Number.isInteger(value) ? 5 : 2);

function cellText(x, y, words, kind) {
  const long = words.length > 4 ? "xp-long" : "";
  return label(x + CELL.width / 2, y + 15, words, "middle", `xp-cell ${long} ${kind}`);
}

// The indices of number k of an array, with zeros in front for the axes it lacks.
function expand(shape, k, axes) {
  return [...Array(axes - shape.length).fill(0), ...indices(shape, k)];
}

function questionBox(x) {
  return markup`<rect class="xp-copy" x="${x}" y="${TOP}" width="84" height="44" rx="6"/>
    ${label(x + 42, TOP + 29, "?", "middle", "xp-large xp-strong")}`;
}

function errorBox(lines, x) {
  const words = lines.map((text, i) =>
    label(x + 10, TOP + 22 + 18 * i, text, "start", "xp-digits xp-cell"),
  );
  return markup`<rect class="xp-wrong" x="${x}" y="${TOP}" width="200" height="${16 + 18 * lines.length}" rx="6"/>
    ${words}`;
}

function label(x, y, words, anchor, kind = "") {
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}" class="${kind}">${words}</text>`;
}

// Doing ----------------------------------------------------------------------------------

// Another pair of shapes is another question.
function follow(state, old) {
  const same = ["a", "b", "b_from", "keepdims"].every((name) => state[name] === old[name]);
  return same ? {} : { guess: "" };
}

function larger(_state, { verdict, a, b, result }) {
  if (verdict !== "right" || !result) return false;
  return result.values.length > a.values.length && result.values.length > b.values.length;
}

function firstRow(_state, _facts, answer) {
  if (Math.abs(answer - 0.425) < 0.0151) return true;
  if (Math.abs(answer - 1) < 0.01)
    return "That was the intention. Set it up, look at the first row, and add up what is there.";
  if (answer > 0) return "Set it up, and add up the three numbers of the first row of A / B.";
}

function rowsSumToOne(state, { verdict, result, a }) {
  if (verdict !== "right" || !result || written(a.shape) !== "(4, 3)") return false;
  if (state.b_from === OWN || state.operation !== "A / B") return false;
  return sum(result, 1, false).values.every((total) => Math.abs(total - 1) < 1e-9);
}

export default explorable({
  size: [640, 406],
  ...{ facts, describe, draw, follow },
  tasks: { larger, firstRow, rowsSumToOne },
});
