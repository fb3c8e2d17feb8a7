// Overfitting dial: what width, noise, L2, dropout and examples do to the two losses.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel } from "../kit/plot.js";
import {
  adamStep,
  examples,
  freshAdam,
  gradient,
  initialParameters,
  meanSquaredError,
  output,
  truth,
  weightNorm,
} from "./curve_fitting.js";

// Mathematics ----------------------------------------------------------------------------

export const EVERY = 20; // steps between two entries of the curves
const VALIDATION = 100;
const NO_L2 = -6;

export const l2Of = (logL2) => (logL2 <= NO_L2 ? 0 : 10 ** logL2);

// Step t drops units by the random numbers of maskSeed(seed) + t.
const maskSeed = (seed) => 100000 + 2000 * seed;

// Trains as far as state.steps: { train, validation, norm, parameters }, each one entry every twenty
// steps. Runs are kept, so that going on, or back to one of the last settings, costs nothing.
const runs = new Map();
export function run(state) {
  const { examples: count, noise, width, log_l2, dropout, seed } = state;
  const key = JSON.stringify([count, noise, width, log_l2, dropout, seed]);
  const kept = runs.get(key) ?? begin(state);
  runs.delete(key);
  runs.set(key, kept);
  if (runs.size > 8) runs.delete(runs.keys().next().value);
  advance(kept, state);
  return kept;
}

function begin({ examples: count, noise, width, seed }) {
  const p = initialParameters(width, seed);
  const curves = { train: [], validation: [], norm: [], parameters: [] };
  const known = examples(count, noise, seed);
  const fresh = examples(VALIDATION, noise, seed + 500);
  const begun = { p, adam: freshAdam(p), known, fresh, ...curves };
  record(begun);
  return begun;
}

function record({ p, known, fresh, train, validation, norm, parameters }) {
  train.push(meanSquaredError(p, known));
  validation.push(meanSquaredError(p, fresh));
  norm.push(weightNorm(p));
  parameters.push(p.slice());
}

function advance(kept, { steps, log_l2, dropout, seed }) {
  const how = { l2: l2Of(log_l2), dropout };
  const { p, adam, known } = kept;
  while (adam.t < steps) {
    adamStep(p, gradient(p, known, how, maskSeed(seed) + adam.t + 1), adam);
    if (adam.t % EVERY === 0) record(kept);
  }
}

function facts(state) {
  const whole = run(state);
  const at = Math.floor(state.steps / EVERY);
  const upTo = (curve) => curve.slice(0, at + 1);
  const validation = upTo(whole.validation);
  return {
    ...{ known: whole.known, fresh: whole.fresh, p: whole.parameters[at], at },
    ...{ train: upTo(whole.train), validation, norm: upTo(whole.norm) },
    best: validation.indexOf(Math.min(...validation)),
    floor: state.noise ** 2,
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { train, validation, norm, best, at }) {
  const [t, v] = [train[at], validation[at]];
  const lowest = best < at ? `; on the way it was ${num(validation[best])}` : "";
  return (
    `After ${state.steps} steps: train loss ${num(t)}, validation loss ${num(v)}${lowest}. ` +
    `${diagnosis(state, t, v)} The weights' norm is ${num(norm[at])}.`
  );
}

// Overfit: much worse on new points; underfit: bad on its own, worse than the noise explains.
export function diagnosis({ noise, steps }, train, validation) {
  const floor = noise ** 2;
  if (steps === 0) return "Nothing is learned yet.";
  if (validation - train > 0.08 + 1.2 * floor) return "It overfits.";
  return train > 0.05 + 1.3 * floor ? "It underfits." : "The gap is small.";
}

// Drawing --------------------------------------------------------------------------------

const PLANE = panel({
  ...{ left: 52, top: 28, width: 310, height: 300, x: [-3.15, 3.15], y: [-2.5, 2.5] },
  ...{ xLabel: "x", yLabel: "y", title: "What the network has learned" },
});
const RIGHT = { left: 422, width: 200, x: [0, 1000] };
const TICKS = { xTicks: [0, 250, 500, 750, 1000].map((step) => [step, String(step)]) };
const LOSS = panel({
  ...{ ...RIGHT, ...TICKS, top: 28, height: 168, y: [0, 1], xLabel: "", yLabel: "loss" },
  title: "The losses",
});
const NORM = panel({
  ...{ ...RIGHT, ...TICKS, top: 246, height: 82, y: [0, 30], xLabel: "step", yLabel: "norm" },
  ...{ title: "Length of all weights", yTicks: [0, 10, 20, 30].map((v) => [v, String(v)]) },
});
const GRID = Float64Array.from({ length: 241 }, (_, i) => -3 + i / 40);

function draw(state, now) {
  const steps = now.train.map((_, i) => i * EVERY);
  return markup`${frame(PLANE)}${clipped(PLANE, learned(now))}${legend()}
    ${frame(LOSS)}${clipped(LOSS, losses(steps, now))}${labels(now)}
    ${frame(NORM)}${clipped(NORM, line(NORM, steps, now.norm, "xp-slope"))}${cursor(state)}`;
}

function learned({ p, known, fresh }) {
  const dots = Array.from(
    fresh.xs,
    (x, i) => markup`<circle class="xp-fresh" cx="${px(x)}" cy="${py(fresh.ys[i])}" r="2"/>`,
  );
  const examples = Array.from(
    known.xs,
    (x, i) => markup`<circle class="xp-example" cx="${px(x)}" cy="${py(known.ys[i])}" r="5"/>`,
  );
  return markup`${dots}${line(PLANE, GRID, GRID.map(truth), "xp-target")}
    ${line(
      PLANE,
      GRID,
      GRID.map((x) => output(p, x)),
      "xp-fit",
    )}${examples}`;
}

const px = (x) => PLANE.px(x).toFixed(1);
const py = (y) => PLANE.py(y).toFixed(1);

function legend() {
  const [first, second] = [PLANE.top + PLANE.height + 52, PLANE.top + PLANE.height + 72];
  const rows = [
    [PLANE.left, first, markup`<path class="xp-fit" d="M0 -4h26"/>`, "network"],
    [PLANE.left + 168, first, markup`<path class="xp-target" d="M0 -4h26"/>`, "without noise"],
    [
      PLANE.left,
      second,
      markup`<circle class="xp-example" cx="13" cy="-4" r="5"/>`,
      "training example",
    ],
    [
      PLANE.left + 168,
      second,
      markup`<circle class="xp-fresh" cx="13" cy="-4" r="2"/>`,
      "validation example",
    ],
    [LOSS.left, second, markup`<path class="xp-floor" d="M0 -4h26"/>`, "loss of the noise alone"],
  ];
  return rows.map(
    ([x, y, mark, words]) =>
      markup`<g transform="translate(${x} ${y})">${mark}<text x="34">${words}</text></g>`,
  );
}

function losses(steps, { train, validation, floor }) {
  const noise = markup`<path class="xp-floor" d="M${LOSS.left} ${LOSS.py(floor)}h${LOSS.width}"/>`;
  return markup`${noise}${line(LOSS, steps, train, "xp-curve")}
    ${line(LOSS, steps, validation, "xp-curve xp-other")}`;
}

// Names beside the curves' ends, kept apart where the curves meet.
function labels({ train, validation, at }) {
  const inside = (loss) => Math.max(LOSS.top + 16, Math.min(LOSS.top + 164, LOSS.py(loss) - 7));
  const right = at > 25;
  const x = LOSS.px(at * EVERY) + (right ? -4 : 8);
  let [t, v] = [inside(train[at]), inside(validation[at])];
  if (Math.abs(t - v) < 15) [t, v] = t > v ? [t + 8, t - 8] : [v - 8, v + 8];
  const text = (words, y) =>
    markup`<text class="xp-strong xp-halo" x="${x}" y="${y}" text-anchor="${right ? "end" : "start"}">${words}</text>`;
  return markup`${text("train", t)}${text("validation", v)}`;
}

function cursor({ steps }) {
  return [LOSS, NORM].map((p) => {
    const at = p.px(steps);
    return markup`<line class="xp-guide" x1="${at}" x2="${at}" y1="${p.top}" y2="${p.top + p.height}"/>`;
  });
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase) {
  const { x } = LOSS.fromPicture(point);
  if (phase === "start" && (x < 0 || x > 1000)) return {};
  return { steps: EVERY * Math.round(Math.max(0, Math.min(1000, x)) / EVERY) };
}

const asItComes = ({ examples: count, noise, width, seed, steps }) =>
  count === 12 && noise === 0.4 && width === 24 && seed === 1 && steps === 500;

function regularized(state, { validation, at }) {
  return asItComes(state) && validation[at] < 0.25;
}

function whereToStop(_state, _facts, answer) {
  const start = { examples: 12, noise: 0.4, width: 24, seed: 1, steps: 1000 };
  const { validation } = run({ ...start, log_l2: NO_L2, dropout: 0 });
  const loss = validation[Math.round(answer / EVERY)];
  if (loss <= 1.05 * Math.min(...validation)) return true;
  if (answer >= 900) return "There the train loss is lowest. Read the other curve.";
  if (loss > 0) return `At that step the validation loss is ${num(loss)}. It was lower once.`;
}

function underfit({ noise, steps }, { train, validation, at }) {
  return noise === 0 && steps >= 500 && train[at] > 0.1 && validation[at] > 0.1;
}

export default explorable({
  size: [640, 408],
  ...{ facts, describe, draw, drag },
  tasks: { regularized, whereToStop, underfit },
});
