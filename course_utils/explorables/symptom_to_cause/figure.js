// Symptom to cause: the chart of a sick run, a diagnosis that is answered, knobs that mend it.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel, powerOfTen } from "../kit/plot.js";
import { diagnose, percent, signsOf } from "./diagnosis.js";
import {
  EPOCHS,
  firstZ,
  jumps,
  mended,
  outputOf,
  reachable,
  runOf,
  sharedRows,
  treated,
} from "./sick_runs.js";

// Mathematics ----------------------------------------------------------------------------

const UNNAMED = "not named yet";
const numberOf = (patient) => Number(patient.split(" ")[1]);
const named = (state, number) => state[`cause_${number}`];

// The share of values in each of `count` bars between low and high; what lies outside is left out.
export function histogram(values, low, high, count) {
  const bars = new Array(count).fill(0);
  for (const v of values) {
    const k = Math.floor(((v - low) / (high - low)) * count);
    if (k >= 0 && k < count) bars[k] += 1 / values.length;
    else if (v === high) bars[count - 1] += 1 / values.length;
  }
  return bars;
}

// A round number that holds all values.
export function reach(values) {
  const most = Math.max(...values.map(Math.abs));
  return [3, 10, 30, 100, 1000].find((limit) => limit >= most) ?? 10000;
}

function facts(state, { extra }) {
  const patient = extra.patients[state.patient];
  const sick = runOf(patient);
  const chart = runOf(treated(patient, state));
  const layers = chart.layers[state.epoch];
  const rows = chart.data.train;
  const right = Object.entries(extra.patients).filter(([name, one]) => {
    const cause = named(state, numberOf(name));
    return cause !== UNNAMED && diagnose(cause, signsOf(runOf(one))).right;
  });
  return {
    ...{ sick, chart, knobs: knobsTurned(state), right: right.length },
    ...{ columns: [rows.map((r) => r.x1), rows.map((r) => r.x2)], z: firstZ(layers, rows) },
    outputs: rows.map((row) => outputOf(layers, row, chart.patient)),
  };
}

const KNOBS = {
  rate_power: (k) => `learning rate × ${powerOfTen(k)}`,
  start: (words) => `first weights: ${words}`,
  output: (words) => words,
  standardize: () => "columns standardized",
  labels: () => "labels read again",
  split: () => "new validation rows",
};
const REST = { rate_power: 0, start: "as it is", output: "as it is" };

function knobsTurned(state) {
  return Object.keys(KNOBS).filter((name) => state[name] !== (REST[name] ?? false));
}

// Words ----------------------------------------------------------------------------------

function describe(state, now) {
  const { train, validation, use } = now.chart;
  return (
    `${capital(state.patient)}: the train loss goes from ${num(train[0][0])} to ` +
    `${num(train.at(-1)[0])}. In the end ${percent(train.at(-1)[1])} of the train rows are right, ` +
    `${percent(validation.at(-1)[1])} of the validation rows, ${percent(use[1])} of new rows in ` +
    `use. ${treatment(state, now)}${reply(state, now)}`
  );
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function treatment(state, { knobs, chart }) {
  if (knobs.length === 0) return "";
  const changes = knobs.map((name) => KNOBS[name](state[name])).join(", ");
  const verdict = mended(chart) ? "Mended" : `Not mended: ${complaint(chart)}`;
  return `Changed: ${changes}. ${verdict}. `;
}

function complaint(chart) {
  if (jumps(chart) > 3) return "the loss jumps";
  if (chart.use[1] < reachable(chart.patient)) return `in use ${percent(chart.use[1])} are right`;
  if (sharedRows(chart) > 0) return "validation promises more than use can keep";
  return "";
}

function reply(state, { sick, right }) {
  const cause = named(state, numberOf(state.patient));
  if (cause === UNNAMED) return "";
  const answer = diagnose(cause, signsOf(sick));
  const count = answer.right ? ` Patients named right: ${right} of 8.` : "";
  return `${capital(cause)}? ${answer.words}${count}`;
}

// Drawing --------------------------------------------------------------------------------

const EPOCH_AXIS = { x: [0, EPOCHS], xLabel: "epoch" };

function lossPanel({ sick, chart }) {
  const most = Math.max(...[sick, chart].flatMap(({ train }) => train.map(([loss]) => loss)));
  const place = { left: 52, top: 28, width: 320, height: 150, yLabel: "loss" };
  return panel({ ...EPOCH_AXIS, ...place, y: [0, most > 1.2 ? 10 : 1.2], title: "The losses" });
}

const NORMS = panel({
  ...{ ...EPOCH_AXIS, left: 440, top: 28, width: 190, height: 150, y: [-6, 1], yLabel: "" },
  ...{
    title: "Length of the gradient",
    yTicks: [-6, -4, -2, 0].map((k) => [k, `${k === -6 ? "≤" : ""}${powerOfTen(k)}`]),
  },
});

function draw(state, now) {
  return markup`${losses(state, now)}${norms(state, now)}${columns(now)}${preActivations(now)}
    ${outputs(now)}<text class="xp-strong" x="52" y="254">At epoch ${state.epoch}</text>`;
}

function losses(state, now) {
  const p = lossPanel(now);
  const curve = (entries, kind) =>
    line(
      p,
      entries.map((_, i) => i),
      entries.map(([loss]) => loss),
      kind,
    );
  const { sick, chart, knobs } = now;
  const before = knobs.length ? curve(sick.train, "xp-before") : "";
  const legend = [
    ["xp-curve", "train"],
    ["xp-curve xp-other", "validation"],
    ...(knobs.length ? [["xp-before", "train, untreated"]] : []),
  ];
  return markup`${frame(p)}${clipped(
    p,
    markup`${before}${curve(chart.train, "xp-curve")}${curve(chart.validation, "xp-curve xp-other")}`,
  )}${cursor(p, state)}${legendBelow(p, legend)}`;
}

function norms(state, { chart }) {
  const kinds = ["xp-slope", "xp-slope xp-dashed", "xp-slope xp-dotted"];
  const curves = kinds.map((kind, l) =>
    line(
      NORMS,
      chart.norms.map((_, i) => i),
      chart.norms.map((sizes) => Math.log10(Math.max(sizes[l], 1.1e-6))),
      kind,
    ),
  );
  return markup`${frame(NORMS)}${clipped(NORMS, curves)}${cursor(NORMS, state)}
    ${layerLegend(kinds)}`;
}

function layerLegend(kinds) {
  const [x, y] = [NORMS.left, NORMS.top + NORMS.height + 54];
  const marks = kinds.map(
    (kind, l) =>
      markup`<path class="${kind}" d="M${x + 48 + 50 * l} ${y - 4}h22"/>
      <text x="${x + 76 + 50 * l}" y="${y}">${l + 1}</text>`,
  );
  return markup`<text x="${x}" y="${y}">layer</text>${marks}`;
}

function legendBelow({ left, top, height }, rows) {
  const y = top + height + 54;
  return rows.map(([kind, words], i) => {
    const x = left + [0, 84, 200][i];
    return markup`<path class="${kind}" d="M${x} ${y - 4}h26"/><text x="${x + 33}" y="${y}">${words}</text>`;
  });
}

function cursor(p, { epoch }) {
  const at = p.px(epoch);
  return markup`<line class="xp-guide" x1="${at}" x2="${at}" y1="${p.top}" y2="${p.top + p.height}"/>`;
}

const BARS = 24;
const LOW = { top: 282, height: 96, yLabel: "", yTicks: [] };

function columns({ columns }) {
  const limit = reach(columns.flat());
  const p = panel({
    ...{ ...LOW, left: 52, width: 164, x: [-limit, limit], y: [0, 2], title: "columns x₁, x₂" },
    ...{ xTicks: ends(limit), xLabel: "x" },
  });
  const rows = columns.map((values, c) => bars(p, values, 1 - c, 1));
  return markup`${frame(p)}<path class="xp-grid" d="M${p.left} ${p.py(1)}h${p.width}"/>${rows}
    <text class="xp-strong xp-halo" x="${p.left + 6}" y="${p.py(2) + 15}">x₁</text>
    <text class="xp-strong xp-halo" x="${p.left + 6}" y="${p.py(1) + 15}">x₂</text>`;
}

function preActivations({ z, chart }) {
  const limit = Math.max(10, reach(z));
  const { activation } = chart.patient;
  const p = panel({
    ...{ ...LOW, left: 259, width: 164, x: [-limit, limit], y: [0, 1], title: "z of layer 1" },
    ...{
      xTicks: ends(limit),
      xLabel: `z into ${activation === "relu" ? "ReLU" : "tanh"}; shaded: flat`,
    },
  });
  const flat = activation === "relu" ? [[-limit, 0]] : flatTails(limit);
  const shade = flat.map(
    ([a, b]) => markup`<rect class="xp-shade" x="${p.px(a)}" width="${p.px(b) - p.px(a)}"
      y="${p.top}" height="${p.height}"/>`,
  );
  return markup`${frame(p)}${shade}${bars(p, z, 0, 1)}`;
}

const FLAT = 2.65; // beyond it the slope of tanh is below 0.02
const flatTails = (limit) => [
  [-limit, -FLAT],
  [FLAT, limit],
];

function outputs({ outputs }) {
  const p = panel({
    ...{ ...LOW, left: 466, width: 164, x: [0, 1], y: [0, 1], title: "outputs p" },
    ...{ xTicks: [0, 0.5, 1].map((v) => [v, num(v)]), xLabel: "output p" },
  });
  return markup`${frame(p)}${bars(p, outputs, 0, 1)}`;
}

const ends = (limit) => [-limit, 0, limit].map((v) => [v, limit > 1000 ? short(v) : num(v)]);
const short = (v) => (v === 0 ? "0" : `${v < 0 ? "−" : ""}${powerOfTen(Math.log10(Math.abs(v)))}`);

// Bars that stand on `floor`; the tallest is as high as `height` allows.
function bars(p, values, floor, height) {
  const shares = histogram(values, p.x[0], p.x[1], BARS);
  const most = Math.max(...shares, 1e-9);
  const width = p.width / BARS;
  return shares.map((share, k) => {
    const tall = (0.86 * height * share * p.height) / (most * (p.y[1] - p.y[0]));
    return share
      ? markup`<rect class="xp-bin" x="${(p.left + k * width).toFixed(1)}" width="${width.toFixed(1)}"
        y="${(p.py(floor) - tall).toFixed(1)}" height="${tall.toFixed(1)}"/>`
      : "";
  });
}

// Doing ----------------------------------------------------------------------------------

// A new patient comes without treatment.
function follow(state, old) {
  if (state.patient === old.patient) return {};
  return { epoch: 0, ...REST, standardize: false, labels: false, split: false };
}

function drag(point, _phase, _state, now) {
  const { x } = (point.x > 400 ? NORMS : lossPanel(now)).fromPicture(point);
  return point.y > 240 ? {} : { epoch: Math.round(Math.max(0, Math.min(EPOCHS, x))) };
}

const fiveNamed = (_state, { right }) => right >= 5;

function mendedByOne(_state, { sick, chart, knobs }) {
  const [first, last] = [sick.train[0][0], sick.train.at(-1)[0]];
  return last > first - 0.05 && jumps(sick) === 0 && knobs.length === 1 && mended(chart);
}

function lossAtStart(_state, _facts, answer) {
  if (Math.abs(answer - Math.log(2)) <= 0.006) return true;
  if (answer === 0.5) return "That is the output. The loss is minus the logarithm of it.";
  if (Math.abs(answer - 0.3) < 0.005) return "That is the logarithm to base 10.";
  if (answer < 0) return "A minus is missing: a loss is not negative.";
}

export default explorable({
  size: [640, 428],
  ...{ facts, describe, draw, drag, follow },
  tasks: { fiveNamed, mendedByOne, lossAtStart },
});
