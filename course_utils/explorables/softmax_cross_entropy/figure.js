// Softmax and cross-entropy: drag the logits; probabilities, loss and gradient follow.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel } from "../kit/plot.js";
import { softmax } from "../maths/softmax.js";

// Mathematics ----------------------------------------------------------------------------

export const CLASSES = ["cat", "dog", "fox", "owl"];

// -ln p of the label, from the logits: ln(sum of exp(z_j)) - z_label.
export function crossEntropy(logits, label) {
  const most = Math.max(...logits);
  const sum = logits.reduce((a, z) => a + Math.exp(z - most), 0);
  return Math.log(sum) + most - logits[label];
}

// dL/dz = p - y
export function crossEntropyGradient(logits, label) {
  return softmax(logits).map((p, k) => p - target(k, label));
}

// The sum over the classes of (p - y)².
export function squaredError(logits, label) {
  return softmax(logits).reduce((sum, p, k) => sum + (p - target(k, label)) ** 2, 0);
}

// dL/dz_k = p_k (dL/dp_k - sum of p_j dL/dp_j), with dL/dp = 2 (p - y)
export function squaredErrorGradient(logits, label) {
  const p = softmax(logits);
  const dp = p.map((value, k) => 2 * (value - target(k, label)));
  const mean = dp.reduce((sum, d, k) => sum + p[k] * d, 0);
  return p.map((value, k) => value * (dp[k] - mean));
}

const target = (k, label) => (k === label ? 1 : 0);

// The logits of a state: what the sliders say, plus c.
export function logitsOf(state) {
  return CLASSES.map((name) => state[`logit_${name}`] + state.c);
}

function facts(state) {
  const logits = logitsOf(state);
  const label = CLASSES.indexOf(state.label);
  return {
    ...{ logits, label, p: softmax(logits) },
    loss: crossEntropy(logits, label),
    gradient: crossEntropyGradient(logits, label),
    squared: squaredError(logits, label),
    squaredGradient: squaredErrorGradient(logits, label),
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { label, p, loss, gradient, squared, squaredGradient }) {
  const name = CLASSES[label];
  const all = CLASSES.map((each, k) => `${each} ${share(p[k])}`).join(", ");
  const other = state.compare
    ? ` The squared error is ${num(squared)}, and its gradient for ${name} ` +
      `${num(squaredGradient[label])}.`
    : "";
  return (
    `Probabilities: ${all}. The label is ${name}, so the cross-entropy is ` +
    `−ln ${share(p[label])} = ${num(loss)}, and its gradient for the logit of ${name} is ` +
    `${share(p[label])} − 1 = ${num(gradient[label])}.${other}`
  );
}

// Close to 1 it takes more digits, or "−ln 1 = 0.000136" would stand there.
const share = (p) => num(p, p > 0.999 ? 5 : 3);

// Drawing --------------------------------------------------------------------------------

const FIVES = [-5, 0, 5].map((v) => [v, num(v)]);
const column = { left: 54, width: 304, x: [-0.5, 3.5], xLabel: "", xTicks: [] };
const LOGITS = panel({
  ...{ ...column, top: 30, height: 150, y: [-10, 10] }, // z + c reaches ±8, a handle ±9.1
  ...{ yLabel: "logit z", title: "Logits: drag a handle", yTicks: FIVES },
});
const SHARES = panel({
  ...{ ...column, top: 224, height: 88, y: [0, 1.2], yLabel: "p" },
  ...{ title: "Softmax: p, and y dashed", yTicks: [0, 0.5, 1].map((v) => [v, num(v)]) },
});
const SLOPES = panel({
  ...{ ...column, top: 344, height: 84, y: [-1.2, 1.2], yLabel: "dL/dz" },
  ...{ yTicks: [-1, 0, 1].map((v) => [v, num(v)]) },
});
const LOSS = panel({
  ...{ left: 424, width: 206, top: 30, height: 398, x: [-8.6, 8.6], y: [0, 12] },
  ...{ xLabel: "logit of the label", yLabel: "loss", title: "The loss", xTicks: FIVES },
});

function draw(state, now) {
  const columns = CLASSES.map((_, k) => drawColumn(state, now, k));
  return markup`${[LOGITS, SHARES, SLOPES].map(frame)}
    ${names(LOGITS, now.label)}${names(SLOPES, now.label)}${gradientTitle(state)}
    ${zeroLine(LOGITS)}${zeroLine(SLOPES)}${columns}${drawLoss(state, now)}`;
}

function names(p, label) {
  return CLASSES.map((name, k) => {
    const words = k === label ? `${name} (label)` : name;
    const kind = k === label ? "xp-strong" : "";
    return markup`<text class="${kind}" x="${p.px(k)}" y="${p.top + p.height + 14}" text-anchor="middle">${words}</text>`;
  });
}

function zeroLine(p) {
  return markup`<line class="xp-axis" x1="${p.left}" x2="${p.left + p.width}" y1="${p.py(0)}" y2="${p.py(0)}"/>`;
}

function drawColumn(state, { logits, p, label, gradient, squaredGradient }, k) {
  const kind = k === label ? "xp-bar xp-chosen" : "xp-bar";
  const [x, z] = [LOGITS.px(k), LOGITS.py(logits[k])];
  const y = markup`<rect class="xp-target" x="${x - 29}" y="${SHARES.py(1)}" width="58"
    height="${k === label ? SHARES.py(0) - SHARES.py(1) : 0}"/>`;
  const shift = state.compare ? 13 : 0;
  return markup`${bar(LOGITS, k, logits[k], kind)}
    <circle class="xp-handle" cx="${x}" cy="${z}" r="8"/>
    ${value(x + 22, Math.max(z - 5, LOGITS.top + 15), logits[k], "start")}
    ${bar(SHARES, k, p[k], kind)}${y}
    ${value(x, Math.min(SHARES.py(p[k]) - 5, SHARES.py(0) - 5), p[k])}
    ${push(x - shift, gradient[k], "")}
    ${state.compare ? push(x + shift, squaredGradient[k], "xp-other") : ""}
    ${value(x - shift, SLOPES.py(0) + (gradient[k] < 0 ? -6 : 15), gradient[k])}`;
}

function bar(p, k, height, kind) {
  const [a, b] = [p.py(0), p.py(height)];
  return markup`<rect class="${kind}" x="${p.px(k) - 18}" y="${Math.min(a, b)}" width="36"
    height="${Math.abs(a - b)}"/>`;
}

function value(x, y, number, anchor = "middle") {
  return markup`<text class="xp-strong xp-halo" x="${x}" y="${y}" text-anchor="${anchor}">${num(number, 2)}</text>`;
}

// An arrow from 0 as long as the gradient; a dot where it would be too short to see.
function push(x, slope, kind) {
  const [from, to] = [SLOPES.py(0), SLOPES.py(slope)];
  const head = Math.min(10, Math.abs(to - from));
  if (head < 3) return markup`<circle class="xp-head ${kind}" cx="${x}" cy="${from}" r="2.5"/>`;
  const neck = to + (slope > 0 ? head : -head);
  return markup`<path class="xp-force ${kind}" d="M${x} ${from}V${neck}"/>
    <path class="xp-head ${kind}" d="M${x} ${to}L${x - head / 2} ${neck}h${head}Z"/>`;
}

function gradientTitle({ compare }) {
  const words = compare ? "p − y; dashed: squared error" : "p − y, what the loss sends back";
  return markup`<text class="xp-strong" x="${SLOPES.left}" y="${SLOPES.top - 8}">Gradient ${words}</text>`;
}

const STOPS = Array.from({ length: 87 }, (_, i) => -8.6 + i / 5);

// Both losses while only the label's logit moves; the slope of the curve is the gradient above.
function drawLoss(state, now) {
  const { logits, label, loss, squared, gradient, squaredGradient } = now;
  const z = logits[label];
  const at = (f) => STOPS.map((stop) => f(logits.with(label, stop), label));
  const ends = [z - 3, z + 3];
  const tangent = (value, slope) => ends.map((end) => value + slope * (end - z));
  const other = state.compare
    ? [
        line(LOSS, STOPS, at(squaredError), "xp-curve xp-other"),
        line(LOSS, ends, tangent(squared, squaredGradient[label]), "xp-tangent"),
        here(z, squared),
      ]
    : "";
  const content = markup`${line(LOSS, STOPS, at(crossEntropy), "xp-curve")}
    ${line(LOSS, ends, tangent(loss, gradient[label]), "xp-tangent")}${here(z, loss)}${other}`;
  return markup`${frame(LOSS)}${clipped(LOSS, content)}${legend(state, now)}`;
}

function here(x, y) {
  return markup`<path class="xp-here" transform="translate(${LOSS.px(x)} ${LOSS.py(y)})" d="M0-7L7 0L0 7L-7 0Z"/>`;
}

function legend(state, { loss, gradient, squared, squaredGradient, label }) {
  const rows = [["cross-entropy", loss, gradient, ""]];
  if (state.compare) rows.push(["squared error", squared, squaredGradient, "xp-other"]);
  return rows.map(([name, value, slopes, kind], i) => {
    const y = LOSS.top + 20 + 42 * i;
    const x = LOSS.left + LOSS.width - 10;
    return markup`<path class="xp-curve ${kind}" d="M${LOSS.left + 6} ${y - 4}h26"/>
        <text class="xp-strong xp-halo" x="${x}" y="${y}" text-anchor="end">${name} ${num(value, 2)}</text>
        <text class="xp-halo" x="${x}" y="${y + 17}" text-anchor="end">slope ${num(slopes[label], 2)}</text>`;
  });
}

// Doing ----------------------------------------------------------------------------------

let held = null; // the class whose logit is held, and where: up and down, or along the loss
function drag(point, phase, state, { label }) {
  if (phase === "start") held = grasp(point, label);
  if (!held) return {};
  const { x, y } = held.panel.fromPicture(point);
  return { [`logit_${CLASSES[held.k]}`]: tenth((held.panel === LOSS ? x : y) - state.c) };
}

function grasp(point, label) {
  if (LOSS.holds(point)) return { k: label, panel: LOSS };
  if (!LOGITS.holds(point)) return null;
  const k = Math.round(LOGITS.fromPicture(point).x);
  return { k: Math.max(0, Math.min(3, k)), panel: LOGITS };
}

const tenth = (value) => Math.round(Math.max(-5, Math.min(5, value)) * 10) / 10;

function quarters(_state, { logits, p }) {
  return logits.every((z) => z > 2) && p.every((share) => Math.abs(share - 0.25) < 0.005);
}

function halving(_state, _facts, answer) {
  if (Math.abs(answer - Math.LN2) < 0.02) return true;
  if (Math.abs(answer - 0.5) < 0.02)
    return "Half is the factor for the probability. Read the loss before and after.";
  if (Math.abs(answer - 2) < 0.02)
    return "The loss does not double. Read it at two places, and subtract.";
  if (answer > 0) return "Take p = 0.5 and p = 0.25, read both losses, and subtract.";
}

function confidentlyWrong(state, { label, gradient, squaredGradient }) {
  return state.compare && gradient[label] < -0.95 && Math.abs(squaredGradient[label]) < 0.02;
}

export default explorable({
  size: [640, 466],
  ...{ facts, describe, draw, drag },
  tasks: { quarters, halving, confidentlyWrong },
});
