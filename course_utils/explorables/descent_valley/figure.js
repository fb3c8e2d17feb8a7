// Descent valley: gradient descent with momentum on a quadratic valley, step by step.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel } from "../kit/plot.js";

const FLAT = 1; // the curvature along x; along y it is state.curvature

// Mathematics ----------------------------------------------------------------------------

// The loss of the valley: half of curvature times distance squared, in both directions.
export function valleyLoss(x, y, steep) {
  return 0.5 * (FLAT * x * x + steep * y * y);
}

// v = momentum * v - learning_rate * gradient; position += v
export function descend(state) {
  let [x, y, vx, vy] = [state.start_x, state.start_y, 0, 0];
  const path = { xs: [x], ys: [y], losses: [valleyLoss(x, y, state.curvature)] };
  for (let step = 0; step < state.steps; step++) {
    vx = state.momentum * vx - state.learning_rate * FLAT * x;
    vy = state.momentum * vy - state.learning_rate * state.curvature * y;
    x += vx;
    y += vy;
    path.xs.push(x);
    path.ys.push(y);
    path.losses.push(valleyLoss(x, y, state.curvature));
  }
  return path;
}

// By how much one direction grows per step in the long run: the larger root, in size, of
// r² - (1 + momentum - learning_rate * curvature) r + momentum = 0.
export function growth(learningRate, momentum, curvature) {
  const half = (1 + momentum - learningRate * curvature) / 2;
  const inner = half * half - momentum;
  return inner < 0 ? Math.sqrt(momentum) : Math.abs(half) + Math.sqrt(inner);
}

export function stabilityLimit(momentum, curvature) {
  return (2 * (1 + momentum)) / curvature;
}

export function verdict(state) {
  const rate = (curvature) => growth(state.learning_rate, state.momentum, curvature);
  const worst = Math.max(rate(FLAT), rate(state.curvature));
  if (worst > 1 + 1e-9) return "runs away";
  return worst < 1 - 1e-9 ? "comes down" : "stays on the edge";
}

function facts(state) {
  const path = descend(state);
  return {
    path,
    loss: path.losses.at(-1),
    limit: stabilityLimit(state.momentum, state.curvature),
    verdict: verdict(state),
    steepFactor: 1 - state.learning_rate * state.curvature,
    flatFactor: 1 - state.learning_rate * FLAT,
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { loss, verdict, limit, steepFactor, flatFactor }) {
  const factors =
    state.momentum === 0
      ? `Each step multiplies y by ${num(steepFactor)} and x by ${num(flatFactor)}. `
      : "";
  const steps = state.steps === 1 ? "1 step" : `${state.steps} steps`;
  return (
    `The loss ${verdict}. ${factors}After ${steps} it is ${num(loss)}. ` +
    `The learning rate is ${num(state.learning_rate)}; the limit here is ${num(limit)}.`
  );
}

// Drawing --------------------------------------------------------------------------------

const VALLEY = panel({
  ...{ left: 52, top: 30, width: 330, height: 264, x: [-5, 5], y: [-3, 3] },
  ...{ xLabel: "x, the flat direction", yLabel: "y, the steep direction" },
  title: "The valley from above",
});
const LOSS = panel({
  ...{ left: 450, top: 30, width: 180, height: 264, x: [0, 60], y: [-8, 4] },
  ...{ xLabel: "step", yLabel: "loss", title: "The loss" },
  yTicks: [-8, -6, -4, -2, 0, 2, 4].map((k) => [k, POWERS(k)]),
});

function POWERS(k) {
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return `10${k < 0 ? "⁻" : ""}${digits[Math.abs(k)]}`;
}

function draw(state, { path, verdict }) {
  return markup`${frame(VALLEY)}${clipped(VALLEY, [contours(state), trail(path)])}${ends(path)}
    ${frame(LOSS)}${lossCurve(path)}
    <text class="xp-strong xp-halo" x="${LOSS.left + LOSS.width - 8}" y="${LOSS.top + 18}"
      text-anchor="end">${verdict}</text>`;
}

function contours({ curvature }) {
  const rings = [];
  for (let level = 40; level > 0.05; level /= 2.2) {
    const rx = (Math.sqrt((2 * level) / FLAT) / 10) * VALLEY.width;
    const ry = (Math.sqrt((2 * level) / curvature) / 6) * VALLEY.height;
    rings.push(
      markup`<ellipse class="xp-contour" cx="${VALLEY.px(0)}" cy="${VALLEY.py(0)}" rx="${rx}" ry="${ry}"/>`,
    );
  }
  return rings;
}

function trail({ xs, ys }) {
  const dots = xs.map(
    (x, i) =>
      markup`<circle class="xp-step" cx="${VALLEY.px(x)}" cy="${VALLEY.py(ys[i])}" r="2.6"/>`,
  );
  return markup`${line(VALLEY, xs, ys, "xp-trail")}${dots}`;
}

// The start with its word below it where there is no room above; the end if it is in the picture.
function ends({ xs, ys }) {
  const [start, end] = [0, -1].map((i) => ({ x: VALLEY.px(xs.at(i)), y: VALLEY.py(ys.at(i)) }));
  const below = start.y < VALLEY.top + 24;
  const here = markup`<path class="xp-here" transform="translate(${end.x} ${end.y})" d="M0-8L8 0L0 8L-8 0Z"/>`;
  return markup`<g transform="translate(${start.x} ${start.y})"><circle class="xp-handle" r="8"/>
      <text class="xp-halo" y="${below ? 22 : -14}" text-anchor="middle">start</text></g>
    ${VALLEY.holds(end) ? here : ""}
    <path class="xp-cross" d="M${VALLEY.px(0) - 5} ${VALLEY.py(0)}h10m-5-5v10"/>`;
}

function lossCurve({ losses }) {
  const steps = losses.map((_, i) => i);
  const powers = losses.map((loss) => Math.log10(Math.max(loss, 1e-9)));
  const [x, y] = [LOSS.px(steps.at(-1)), LOSS.py(Math.min(4, Math.max(-8, powers.at(-1))))];
  return markup`${clipped(LOSS, line(LOSS, steps, powers, "xp-curve"))}
    <path class="xp-here" transform="translate(${x} ${y})" d="M0-6L6 0L0 6L-6 0Z"/>`;
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase, state) {
  if (phase === "start" && !VALLEY.holds(point)) return {};
  const { x, y } = VALLEY.fromPicture(point);
  const tenth = (value, most) => Math.round(Math.max(-most, Math.min(most, value)) * 10) / 10;
  return { ...state, start_x: tenth(x, 5), start_y: tenth(y, 3) };
}

function largestRate(_state, _facts, answer) {
  if (answer > 0.184 && answer < 0.2) return true;
  if (answer === 0.2) return "At 0.2 it stays on the edge. A little less, and it comes down.";
  if (answer > 0.2) return "Set the curvature to 10 and try that rate: does the loss come down?";
  if (answer > 0) return "It does come down there. A larger rate still does.";
}

function floorInOneStep(state, { path, steepFactor }) {
  const away = Math.abs(path.ys[0]) > 0.5 && path.ys.length > 1;
  return away && state.momentum === 0 && state.curvature >= 4 && Math.abs(steepFactor) < 0.02;
}

// From a start near x = 0 one step would do it without momentum: nothing is left to do along x.
function downInForty(state, { path, loss }) {
  const away = Math.abs(state.start_x) >= 1 && path.losses[0] > 5;
  return away && state.curvature >= 20 && state.steps <= 40 && loss < 1e-6;
}

export default explorable({
  size: [640, 340],
  facts,
  describe,
  draw,
  drag,
  tasks: { floorInOneStep, largestRate, downInForty },
});
