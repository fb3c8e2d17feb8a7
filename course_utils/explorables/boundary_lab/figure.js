// Boundary lab: where a neuron, a small network, or the learner's own draws its boundary.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { arrow, clipped, frame, num, panel } from "../kit/plot.js";
import { COUNT, points } from "../maths/clouds.js";
import {
  ACTIVATIONS,
  copyLayers,
  forward,
  initialLayers,
  judge,
  layer,
  trainingStep,
} from "../maths/mlp.js";

// Mathematics ----------------------------------------------------------------------------

export const SIDE = 60; // the plane is looked at on a grid of 60 x 60 points, -3 ... 3 inclusive
export const AXIS = Array.from({ length: SIDE }, (_, i) => -3 + (6 * i) / (SIDE - 1));

const HAND = "one neuron, by hand";
const HIDDEN = { "one neuron, trained": 0, "one hidden layer": 1, "two hidden layers": 2 };

// The network of a state, untrained.
export function network(state) {
  const sizes = [2, ...Array(HIDDEN[state.network]).fill(state.units), 1];
  return initialLayers(sizes, state.activation, state.seed);
}

// The network of a state after state.steps steps of gradient descent. The last one is kept, and one
// every 50 steps, so that going on, or back, does not begin at the start.
let memory = { key: "", kept: new Map() };
export function trained(state) {
  const { data, noise, seed, network: name, activation, units, learning_rate } = state;
  const key = JSON.stringify([data, noise, seed, name, activation, units, learning_rate]);
  if (memory.key !== key) memory = { key, kept: new Map([[0, network(state)]]) };
  const { kept } = memory;
  const from = Math.max(...[...kept.keys()].filter((step) => step <= state.steps));
  const layers = copyLayers(kept.get(from));
  const cloud = points(data, noise, seed);
  for (const step of kept.keys()) if (step % 50 !== 0) kept.delete(step);
  for (let step = from + 1; step <= state.steps; step++) {
    trainingStep(layers, cloud, learning_rate);
    if (step % 50 === 0 || step === state.steps) kept.set(step, copyLayers(layers));
  }
  return layers;
}

export function oneNeuron({ w1, w2, b }) {
  return [layer([w1, w2], [b], 2, 1, "sigmoid")];
}

// The learner's own layers; a last layer without a sigmoid is cut at 0 by adding one.
function learnersLayers(data, activations) {
  return activations.map((activation, l) => {
    const { shape, array } = data[`W${l}`];
    return layer(array, data[`b${l}`].array, shape[0], shape[1], activation);
  });
}

function facts(state, { values, data, extra }) {
  const cloud = points(state.data, state.noise, state.seed);
  if (state.network === "your neuron") return learnersFacts(cloud, values);
  let layers = null;
  if (state.network === "your layers") layers = learnersLayers(data, extra.activations);
  else layers = state.network === HAND ? oneNeuron(state) : trained(state);
  const fresh = points(state.data, state.noise, state.seed + 500, 200);
  return {
    ...{ cloud, layers, maps: unitMaps(layers) },
    ...{ ...judge(layers, cloud), fresh: judge(layers, fresh).accuracy },
    right: cloud.map(({ x1, x2, label }) => forward(layers, x1, x2).at(-1)[0] > 0.5 === !!label),
  };
}

// What the learner's function said: z at the grid, row by row, then at the points.
function learnersFacts(cloud, values) {
  if (!values) return { cloud, layers: null, maps: null, right: cloud.map(() => true) };
  const map = values.array.subarray(0, SIDE * SIDE).map((z) => 1 / (1 + Math.exp(-z)));
  const atPoints = values.array.subarray(SIDE * SIDE);
  const right = cloud.map(({ label }, i) => atPoints[i] > 0 === !!label);
  const accuracy = right.filter(Boolean).length / COUNT;
  return { cloud, layers: null, maps: [[map]], right, accuracy };
}

const GRID_X = Float64Array.from({ length: SIDE * SIDE }, (_, k) => AXIS[k % SIDE]);
const GRID_Y = Float64Array.from({ length: SIDE * SIDE }, (_, k) => AXIS[Math.floor(k / SIDE)]);

// maps[layer][unit]: the output of each unit at the grid, row by row from the bottom.
export function unitMaps(layers) {
  let below = [GRID_X, GRID_Y];
  return layers.map(({ W, b, units, activation }) => {
    const { f } = ACTIVATIONS[activation];
    const maps = Array.from(b, (bias, j) => {
      const z = new Float64Array(SIDE * SIDE).fill(bias);
      below.forEach((a, i) => {
        const weight = W[i * units + j];
        for (let k = 0; k < z.length; k++) z[k] += weight * a[k];
      });
      return z.map(f);
    });
    below = maps;
    return maps;
  });
}

// [[x, y, x, y], ...]: pieces of the line where the map crosses a level (marching squares).
export function crossings(map, level) {
  const pieces = [];
  for (let row = 0; row + 1 < SIDE; row++)
    for (let column = 0; column + 1 < SIDE; column++) {
      const k = row * SIDE + column;
      const corners = [map[k], map[k + 1], map[k + 1 + SIDE], map[k + SIDE]];
      if (corners.every((v) => v > level) || corners.every((v) => v <= level)) continue;
      for (let c = 0; c < 4; c++) corners[c] -= level;
      const cuts = CELL.flatMap(([a, b, at]) => {
        if (corners[a] > 0 === corners[b] > 0) return [];
        const part = corners[a] / (corners[a] - corners[b]);
        const [x, y] = at(part);
        return [[AXIS[column] + x * GAP, AXIS[row] + y * GAP]];
      });
      for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([...cuts[i], ...cuts[i + 1]]);
    }
  return pieces;
}

const GAP = 6 / (SIDE - 1);
const CELL = [
  [0, 1, (t) => [t, 0]],
  [1, 2, (t) => [1, t]],
  [2, 3, (t) => [1 - t, 1]],
  [3, 0, (t) => [0, 1 - t]],
];

// Words ----------------------------------------------------------------------------------

function describe(state, { accuracy, fresh, loss, cloud, right }) {
  if (accuracy === undefined) return "Waiting for the values of your neuron.";
  const wrong = right.filter((r) => !r).length;
  const hits = `${cloud.length - wrong} of ${cloud.length} points are on the right side`;
  if (fresh === undefined) return `${hits} (${percent(accuracy)}).`;
  const cost = state.network === HAND ? "" : ` Cross-entropy ${num(loss)}.`;
  const rest = `, ${percent(fresh)} of 200 new ones.${cost}`;
  const when = state.network in HIDDEN ? trainingWords(state.steps) : "";
  return `${when}${hits} (${percent(accuracy)})${rest}`;
}

function trainingWords(steps) {
  return steps === 0 ? "Untrained: press Play. " : `After ${steps} steps of gradient descent: `;
}

const percent = (share) => `${Math.round(100 * share)} %`;

// Drawing --------------------------------------------------------------------------------

const PLANE = panel({
  ...{ left: 284, top: 14, width: 346, height: 346, x: [-3, 3], y: [-3, 3] },
  ...{ xLabel: "x₁", yLabel: "x₂" },
});

// Where the small map of unit j of hidden layer l stands, and how large it is.
function place(maps, l, j) {
  const units = maps[l].length;
  const size = Math.min(58, 346 / units - 6);
  const gap = 346 / units;
  const left = maps.length === 2 ? 100 : 46 + 96 * l;
  return { left, top: PLANE.top + gap * (j + 0.5) - size / 2, size };
}

function hidden(maps) {
  return maps ? maps.slice(0, -1) : [];
}

function draw(state, { cloud, layers, maps, right }) {
  const boundary = maps ? crossings(maps.at(-1)[0], 0.5) : [];
  const pieces = boundary.map(([a, b, c, d]) => `M${px(a)} ${py(b)}L${px(c)} ${py(d)}`).join("");
  const dots = cloud.map((point, i) => dot(point, right[i]));
  const byHand = takesWeights(state.network);
  const inside = markup`<path class="xp-boundary" d="${pieces}"/>${dots}${byHand ? handles(state) : ""}`;
  const beside = byHand || hidden(maps).length === 0 ? sum(state, layers) : wires(layers, maps);
  return markup`${beside}${frame(PLANE)}${clipped(PLANE, inside)}`;
}

const px = (x) => PLANE.px(x).toFixed(1);
const py = (y) => PLANE.py(y).toFixed(1);

// Class 0 is a circle, class 1 a triangle; a point on the wrong side has a ring.
function dot({ x1, x2, label }, right) {
  const ring = right ? "" : markup`<circle class="xp-wrong" r="8.5"/>`;
  const shape = label
    ? markup`<path class="xp-class-1" d="M0-6L5.5 4.5H-5.5Z"/>`
    : markup`<circle class="xp-class-0" r="4.6"/>`;
  return markup`<g transform="translate(${px(x1)} ${py(x2)})">${shape}${ring}</g>`;
}

// One neuron written out with its numbers.
function sum(state, layers) {
  const byHand = takesWeights(state.network);
  const [w1, w2] = byHand ? [state.w1, state.w2] : layers[0].W;
  const b = byHand ? state.b : layers[0].b[0];
  const signed = (value) => `${value < 0 ? "−" : "+"} ${num(Math.abs(value))}`;
  const rows = [
    markup`<tspan class="xp-strong">One neuron</tspan>`,
    `z = ${num(w1)} · x₁`,
    `${NBSP.repeat(6)}${signed(w2)} · x₂`,
    `${NBSP.repeat(6)}${signed(b)}`,
    "",
    "the line: z = 0",
    "class 1 where z > 0",
  ];
  if (byHand)
    rows.push(
      "",
      "Drag the handle to move",
      "the line, the arrow's tip",
      "to turn it. A point with",
      "a ring is on the wrong side.",
    );
  const lines = rows.map((row, i) => markup`<text x="20" y="${60 + 24 * i}">${row}</text>`);
  return markup`<g class="xp-sum">${lines}</g>`;
}

const NBSP = "\u00a0";

// Lines from unit to unit: as thick as the weight; dashed where it is negative.
function wires(layers, maps) {
  const ends = [INPUTS, ...hidden(maps).map((units, l) => units.map((_, j) => place(maps, l, j)))];
  const last = [{ left: PLANE.left - 56, top: PLANE.top + 173, size: 0 }];
  const lines = layers.flatMap(({ W, units }, l) => {
    const [from, to] = [ends[l], ends[l + 1] ?? last];
    return Array.from(W, (weight, k) => wire(from[Math.floor(k / units)], to[k % units], weight));
  });
  const frames = ends.slice(1).flatMap((places) => places.map(mapFrame));
  const inputs = INPUTS.map(
    ({ left, top }, i) =>
      markup`<text class="xp-strong" x="${left - 18}" y="${top + 4}">x${"₁₂"[i]}</text>`,
  );
  return markup`${lines}${frames}${inputs}`;
}

const INPUTS = [
  { left: 22, top: 120, size: 0 },
  { left: 22, top: 254, size: 0 },
];

function wire(from, to, weight) {
  const [x1, y1] = [from.left + from.size, from.top + from.size / 2];
  const [x2, y2] = [to.left, to.top + to.size / 2];
  const middle = (x1 + x2) / 2;
  const width = Math.min(6, 0.4 + 1.1 * Math.abs(weight)).toFixed(2);
  return markup`<path class="xp-${weight < 0 ? "negative" : "positive"}" stroke-width="${width}"
    d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

function mapFrame({ left, top, size }) {
  return markup`<rect class="xp-frame" x="${left}" y="${top}" width="${size}" height="${size}"/>`;
}

// The colored planes: large for the output, small for each hidden unit.
function paint(context, _state, { maps }, colors) {
  context.clearRect(0, 0, 640, 400);
  if (!maps) return;
  context.imageSmoothingEnabled = true;
  paintMap(context, maps.at(-1)[0], PLANE.left, PLANE.top, PLANE.width, [0, 1], colors);
  hidden(maps).forEach((units, l) => {
    units.forEach((map, j) => {
      const { left, top, size } = place(maps, l, j);
      paintMap(context, map, left, top, size, rangeOf(map), colors);
    });
  });
}

// From the color of class 0 at `low` over paper to that of class 1 at `high`.
function paintMap(context, map, left, top, size, [low, high], colors) {
  const { "class-0": zero, "class-1": one, paper } = colors;
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const value = map[(SIDE - 1 - row) * SIDE + column];
      const t = Math.max(-1, Math.min(1, (2 * (value - low)) / (high - low) - 1));
      const color = t < 0 ? zero : one;
      const share = 0.62 * Math.abs(t);
      const at = 4 * (row * SIDE + column);
      for (let c = 0; c < 3; c++) pixels.data[at + c] = paper[c] + share * (color[c] - paper[c]);
      pixels.data[at + 3] = 255;
    }
  stamp.getContext("2d").putImageData(pixels, 0, 0);
  context.drawImage(stamp, left, top, size, size);
}

const stamp = document.createElement("canvas");
stamp.width = SIDE;
stamp.height = SIDE;
const pixels = stamp.getContext("2d").createImageData(SIDE, SIDE);

// Symmetric about 0, so that paper is where a unit says 0.
function rangeOf(map) {
  const most = map.reduce((a, v) => Math.max(a, Math.abs(v)), 0.05);
  return [-most, most];
}

// Doing ----------------------------------------------------------------------------------

const takesWeights = (name) => name === HAND || name === "your neuron";
const REACH = 0.5; // the arrow is this long per unit of weight

// The point of the line nearest to the origin, where the ring sits, and the tip of the arrow.
export function handlePoints({ w1, w2, b }) {
  const square = w1 * w1 + w2 * w2;
  const foot = square < 1e-9 ? { x: 0, y: 0 } : { x: (-b * w1) / square, y: (-b * w2) / square };
  return { foot, tip: { x: foot.x + REACH * w1, y: foot.y + REACH * w2 } };
}

function handles(state) {
  const { foot, tip } = handlePoints(state);
  const [x1, y1, x2, y2] = [PLANE.px(foot.x), PLANE.py(foot.y), PLANE.px(tip.x), PLANE.py(tip.y)];
  return markup`${arrow(x1, y1, x2, y2, "xp-arrow")}
    <circle class="xp-handle" cx="${x1}" cy="${y1}" r="8"/>
    <text class="xp-strong xp-halo" x="${x2 + 10}" y="${y2 + 4}">w</text>`;
}

let held = null; // "foot" or "tip" while the pointer is down, and the foot it turns about
function drag(point, phase, state) {
  if (!takesWeights(state.network)) return {};
  const at = PLANE.fromPicture(point);
  const { foot, tip } = handlePoints(state);
  const far = (p) => Math.hypot(p.x - at.x, p.y - at.y);
  if (phase === "start") {
    const nearer = far(tip) < far(foot) ? "tip" : "foot";
    held = Math.min(far(tip), far(foot)) < 0.5 ? { end: nearer, foot } : null;
  }
  if (!held) return {};
  const { w1, w2 } = state;
  if (held.end === "foot") return { b: tenth(-(w1 * at.x + w2 * at.y)) };
  const [v1, v2] = [tenth((at.x - held.foot.x) / REACH), tenth((at.y - held.foot.y) / REACH)];
  return { w1: v1, w2: v2, b: tenth(-(v1 * held.foot.x + v2 * held.foot.y)) };
}

const tenth = (value) => Math.round(Math.max(-5, Math.min(5, value)) * 10) / 10;

// Training starts again when anything but the steps changes.
function follow(state, old) {
  const parts = ["data", "noise", "seed", "network", "activation", "units", "learning_rate"];
  return parts.some((name) => state[name] !== old[name]) ? { steps: 0 } : {};
}

function asks({ network, data, noise, seed, w1, w2, b }) {
  return network === "your neuron" ? { data, noise, seed, w1, w2, b } : null;
}

function separated(state, { accuracy }) {
  return state.network === HAND && state.data === "two groups" && accuracy === 1;
}

function bestLine(_state, _facts, answer) {
  if (answer >= 0.72 && answer <= 0.8) return true;
  if (Math.abs(answer - 0.5) < 0.03)
    return "Half is what training ends at. By hand you can cut off one corner more.";
  if (answer > 0.8) return "Show it: set the line by hand and count the ringed points.";
}

// Where b is 0, the line goes through the origin.
function throughOrigin({ w1, w2, b, network }) {
  return network === HAND && b === 0 && (w1 !== 0 || w2 !== 0);
}

function allWrong(state, { accuracy }) {
  return state.network === HAND && state.data === "two groups" && accuracy === 0;
}

function twoLines({ network, data, units }, { accuracy }) {
  return network === "one hidden layer" && data === "xor" && units === 2 && accuracy >= 0.9;
}

function fewUnits(state, { accuracy }) {
  return (
    state.network === "one hidden layer" &&
    state.data === "xor" &&
    state.units <= 4 &&
    accuracy >= 0.95
  );
}

export default explorable({
  size: [640, 400],
  ...{ facts, describe, draw, paint, drag, follow, asks },
  tasks: { separated, throughOrigin, allWrong, bestLine, twoLines, fewUnits },
});
