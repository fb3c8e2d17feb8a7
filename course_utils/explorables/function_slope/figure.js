// Function and slope: an activation function, its slope, and where almost no gradient gets through.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { band, clipped, frame, line, num, panel } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

export const DEAD = 0.01; // a slope smaller than this, in size, lets almost nothing through
export const GRID = Array.from({ length: 801 }, (_, i) => (i - 400) / 50); // -8 ... 8
const STEP = 1 / 50;

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

// The error function by its series of positive terms; beyond 6 it is 1 to 16 digits.
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const below = (z) => 0.5 * (1 + erf(z / Math.SQRT2)); // the share of a standard normal below z
const density = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

// Each function beside its slope; `a` is alpha where a function has one.
export const FUNCTIONS = {
  step: { f: (z) => (z > 0 ? 1 : 0), slope: () => 0 },
  sigmoid: { f: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  tanh: { f: Math.tanh, slope: (z) => 1 / Math.cosh(z) ** 2 },
  relu: { f: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  "leaky relu": { f: (z, a) => (z > 0 ? z : a * z), slope: (z, a) => (z > 0 ? 1 : a) },
  elu: {
    f: (z, a) => (z > 0 ? z : a * Math.expm1(z)),
    slope: (z, a) => (z > 0 ? 1 : a * Math.exp(z)),
  },
  gelu: { f: (z) => z * below(z), slope: (z) => below(z) + z * density(z) },
  silu: {
    f: (z) => z * sigmoid(z),
    slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)),
  },
  softplus: { f: softplus, slope: sigmoid },
};

// The slope of a curve that is known at the points of GRID only: differences of neighbors.
export function differences(ys) {
  return Array.from(ys, (_, i) => {
    const [a, b] = [Math.max(0, i - 1), Math.min(ys.length - 1, i + 1)];
    return (ys[b] - ys[a]) / ((b - a) * STEP);
  });
}

// [[from, to], ...]: the stretches of GRID where the slope is dead.
export function deadZones(slopes) {
  const zones = [];
  let from = null;
  for (let i = 0; i <= GRID.length; i++) {
    const dead = i < GRID.length && Math.abs(slopes[i]) < DEAD - 1e-5;
    if (dead && from === null) from = GRID[i];
    if (!dead && from !== null) {
      zones.push([from, GRID[i - 1]]);
      from = null;
    }
  }
  return zones;
}

// The share of normal pre-activations in dead zones; a zone that touches the edge goes on.
export function deadShare(zones, center, spread) {
  const share = (z) => below((z - center) / spread);
  const [first, last] = [GRID[0], GRID.at(-1)];
  return zones.reduce((sum, [from, to]) => {
    const low = from === first ? 0 : share(from);
    const high = to === last ? 1 : share(to);
    return sum + high - low;
  }, 0);
}

// The curve of the chosen function at GRID: built in, or the learner's own values.
function curve(state, values) {
  if (state.activation !== "yours") {
    const { f, slope } = FUNCTIONS[state.activation];
    const at = (g) => GRID.map((z) => g(z, state.alpha));
    return { ys: at(f), slopes: at(slope), theirs: null };
  }
  const unknown = GRID.map(() => Number.NaN);
  if (!values) return { ys: unknown, slopes: unknown, theirs: null };
  const ys = values.array.subarray(0, GRID.length);
  const theirs = values.shape[0] > 1 ? values.array.subarray(GRID.length) : null;
  return { ys, slopes: differences(ys), theirs };
}

function facts(state, { values }) {
  const { ys, slopes, theirs } = curve(state, values);
  const i = Math.max(0, Math.min(GRID.length - 1, Math.round((state.z - GRID[0]) / STEP)));
  const zones = deadZones(slopes);
  return {
    ...{ ys, slopes, theirs, zones, y: ys[i], slope: slopes[i] },
    through: slopes[i] ** state.layers,
    share: deadShare(zones, state.center, state.spread),
    worst: theirs ? worstDifference(theirs, slopes) : null,
  };
}

// Where the learner's derivative is farthest from the slope of the learner's function. Kinks are
// left out: there, differences of neighbors say nothing about the derivative.
function worstDifference(theirs, slopes) {
  let worst = { z: 0, by: 0 };
  for (let i = 2; i < GRID.length - 2; i++) {
    const by = Math.abs(theirs[i] - slopes[i]);
    const kink = Math.abs(slopes[i + 1] - slopes[i - 1]) > 0.1;
    if (!kink && by > worst.by) worst = { z: GRID[i], by };
  }
  return worst;
}

// Words ----------------------------------------------------------------------------------

function describe(state, { y, slope, through, share, worst }) {
  if (Number.isNaN(y)) return "Waiting for the values of your function.";
  const layers = state.layers === 1 ? "1 layer" : `${state.layers} layers`;
  const yours = worst ? ` ${comparison(worst)}` : "";
  return (
    `At z = ${num(state.z)} the output is ${num(y)} and the slope ${num(slope)}. ` +
    `Through ${layers} like this a gradient of 1 becomes ${num(through)}. ` +
    `${percent(share)} of the pre-activations lie in dead zones, where the slope is below ${DEAD}.` +
    yours
  );
}

function comparison({ z, by }) {
  if (by < 0.001) return "Your derivative is the slope of your function.";
  return `Your derivative is wrong by up to ${num(by, 2)}, at z = ${num(z)}.`;
}

const percent = (share) =>
  share > 0 && share < 0.001 ? "Less than 0.1 %" : `${num(100 * share)} %`;

// Drawing --------------------------------------------------------------------------------

const across = { left: 54, width: 574, x: [-8, 8], xLabel: "" };
const SLOPE = panel({ ...across, top: 208, height: 112, y: [-0.2, 1.2], yLabel: "slope f′(z)" });
const CLOUD = panel({
  ...{ ...across, top: 346, height: 54, y: [0, 1], yTicks: [] },
  ...{ xLabel: "pre-activation z", yLabel: "units" },
});

const EVENS = [0, 2, 4, 6, 8].map((v) => [v, num(v)]);

function outputPanel(ys) {
  const bounded = ys.every((y) => Math.abs(y) < 1.3 || Number.isNaN(y));
  return panel({
    ...across,
    top: 10,
    height: 172,
    ...(bounded ? { y: [-1.3, 1.3] } : { y: [-2, 8], yTicks: EVENS }),
    yLabel: "f(z)",
  });
}

function draw(state, { ys, slopes, theirs, zones, y, slope }) {
  const output = outputPanel(ys);
  const panels = [output, SLOPE, CLOUD];
  const shades = panels.map((p) => zones.map(([a, b]) => band(p, a, b, "xp-shade")));
  const wide = zones.filter(([a, b]) => b - a > 2.2);
  const labels = wide.map(
    ([a, b]) => markup`<text x="${SLOPE.px((a + b) / 2)}" y="${SLOPE.top + 18}"
      text-anchor="middle" class="xp-strong">dead zone</text>`,
  );
  const guide = panels.map((p) => guideIn(p, state.z));
  const ends = [state.z - 2, state.z + 2];
  const tangent = ends.map((z) => y + slope * (z - state.z));
  const top = [line(output, GRID, ys, "xp-curve"), line(output, ends, tangent, "xp-tangent")];
  const middle = [
    line(SLOPE, GRID, slopes, "xp-slope"),
    theirs ? line(SLOPE, GRID, theirs, "xp-theirs") : "",
  ];
  return markup`${panels.map((p, i) => [shades[i], frame(p)])}${guide}
    ${clipped(output, top)}${clipped(SLOPE, middle)}${clipped(CLOUD, cloud(state))}
    ${labels}${theirs ? LEGEND : ""}${here(output, state.z, y)}${here(SLOPE, state.z, slope)}`;
}

// In each panel for itself, so that it does not strike out the numbers between them.
function guideIn(p, z) {
  const at = p.px(z);
  return markup`<line class="xp-guide" x1="${at}" x2="${at}" y1="${p.top}" y2="${p.top + p.height}"/>`;
}

const LEGEND = markup`<g transform="translate(${SLOPE.left + SLOPE.width - 150} ${SLOPE.top + 84})">
  <path class="xp-slope" d="M0-4h26"/><text class="xp-halo" x="34">slope of your f</text>
  <path class="xp-theirs" d="M0 14h26"/><text class="xp-halo" x="34" y="18">your derivative</text></g>`;

// How the pre-activations of a layer spread: a normal curve, its height set to fill the strip.
function cloud({ center, spread }) {
  const heights = GRID.map((z) => 0.92 * Math.exp(-0.5 * ((z - center) / spread) ** 2));
  return line(CLOUD, [-8, ...GRID, 8], [0, ...heights, 0], "xp-cloud");
}

function here(p, z, y) {
  if (!(y >= p.y[0] && y <= p.y[1])) return "";
  return markup`<path class="xp-here" transform="translate(${p.px(z)} ${p.py(y)})" d="M0-7L7 0L0 7L-7 0Z"/>`;
}

// Doing ----------------------------------------------------------------------------------

function drag(point) {
  const z = CLOUD.fromPicture(point).x;
  return { z: Math.round(Math.max(-8, Math.min(8, z)) * 10) / 10 };
}

function highButDead(state, { y, slope }) {
  return state.activation === "sigmoid" && y > 0.5 && slope < DEAD;
}

function fiveLayers(_state, _facts, answer) {
  if (Math.abs(answer - 0.25 ** 5) < 0.01 * 0.25 ** 5) return true;
  if (Math.abs(answer - 0.5 ** 5) < 1e-3)
    return "That is the output, 0.5, five times. What is the slope there?";
  if (Math.abs(answer - 1.25) < 0.01 || Math.abs(answer - 0.05) < 1e-3)
    return "Each layer multiplies what arrives by its slope: five factors, not a sum or a share.";
  if (Math.abs(answer - 0.25) < 0.01) return "That is one layer. Four more follow.";
}

function aliveAndCurved(state, { share }) {
  return state.spread >= 3 && share === 0 && state.activation !== "yours";
}

export default explorable({
  size: [640, 440],
  facts,
  describe,
  draw,
  drag,
  asks: (state) => (state.activation === "yours" ? { alpha: state.alpha } : null),
  tasks: { highButDead, fiveLayers, aliveAndCurved },
});
