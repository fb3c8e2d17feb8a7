// Training runs with one thing wrong, on moons in the plane: the same ones as sick_runs.py.
import { points } from "../maths/clouds.js";
import { buffers, copyLayers, forward, gradients, layer, trainingStep } from "../maths/mlp.js";
import { normalFrom, uniformFrom } from "../maths/random.js";

const [HIDDEN, BATCH, TINY] = [8, 16, 1e-7];
export const EPOCHS = 40;

// The patient after what the knobs of a state change.
export function treated(patient, state) {
  const changes = {
    learning_rate: patient.learning_rate * 10 ** state.rate_power,
    standardize: state.standardize,
  };
  if (state.start !== "as it is")
    Object.assign(changes, { weights: state.start === "all zero" ? 0 : 1, biases: 0 });
  if (state.labels) changes.shuffled = false;
  if (state.split) changes.leak = false;
  if (state.output !== "as it is") changes.output = state.output.split(" ")[0];
  return { ...patient, ...changes };
}

// { train, validation, use }, each a list of { x1, x2, label }.
export function dataOf({ count, noise, seed, leak, shuffled, scale, standardize }) {
  const train = points("moons", noise, seed, count);
  const fresh = points("moons", noise, seed + 100, 80);
  const validation = leak ? fresh.map((_, i) => ({ ...train[i % count] })) : fresh;
  const use = points("moons", noise, seed + 200, 200);
  const rows = order(count, seed);
  const labels = train.map((_, i) => train[shuffled ? rows[i] : i].label);
  const parts = { train: train.map((p, i) => ({ ...p, label: labels[i] })), validation, use };
  const inUnits = scale === 1 ? (x1) => x1 : (x1) => scale * (4 + x1);
  for (const part of Object.values(parts)) for (const p of part) p.x1 = inUnits(p.x1);
  if (standardize) standardizeBy(parts);
  return parts;
}

function standardizeBy(parts) {
  for (const name of ["x1", "x2"]) {
    const values = parts.train.map((p) => p[name]);
    const mean = meanOf(values);
    const std = Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)));
    for (const part of Object.values(parts)) for (const p of part) p[name] = (p[name] - mean) / std;
  }
}

export const meanOf = (values) => values.reduce((a, v) => a + v, 0) / values.length;

// A random order of `count` rows (Fisher and Yates, 1938; Durstenfeld, 1964).
export function order(count, seed) {
  const uniform = uniformFrom(2000 + seed);
  const rows = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [rows[i], rows[j]] = [rows[j], rows[i]];
  }
  return rows;
}

function firstLayers({ weights, biases, activation, seed }) {
  const normal = normalFrom(uniformFrom(1000 + seed));
  const sizes = [2, HIDDEN, HIDDEN, 1];
  return sizes.slice(1).map((units, l) => {
    const inputs = sizes[l];
    const size = weights / Math.sqrt(inputs);
    const W = Float64Array.from({ length: inputs * units }, () => size * normal());
    const last = units === 1;
    const b = new Float64Array(units).fill(last ? 0 : biases);
    return layer(W, b, inputs, units, last ? "sigmoid" : activation);
  });
}

// A softmax over a single unit is 1 whatever its z is, so that nothing has a slope.
const SLOPES = { sigmoid: (p, label) => p - label, softmax: () => 0 };

export function outputOf(layers, { x1, x2 }, { output }, outputs = buffers(layers)) {
  return output === "softmax" ? 1 : forward(layers, x1, x2, outputs).at(-1)[0];
}

// [loss, accuracy] on these rows; probabilities are clipped as in Keras.
export function judgeRows(layers, rows, patient) {
  const outputs = buffers(layers);
  let [loss, right] = [0, 0];
  for (const row of rows) {
    const p = Math.min(1 - TINY, Math.max(TINY, outputOf(layers, row, patient, outputs)));
    loss -= Math.log(row.label ? p : 1 - p);
    right += p > 0.5 === (row.label === 1);
  }
  return [loss / rows.length, right / rows.length];
}

// The z of the first hidden layer: units after units for every row.
export function firstZ([{ W, b, units }], rows) {
  return rows.flatMap(({ x1, x2 }) =>
    Array.from({ length: units }, (_, j) => b[j] + x1 * W[j] + x2 * W[units + j]),
  );
}

const norm = ([dW, db]) => Math.sqrt([...dW, ...db].reduce((a, v) => a + v * v, 0));

// The run as a chart shows it: one entry for the start and one after each epoch. Runs are kept.
const charts = new Map();
export function runOf(patient) {
  const key = JSON.stringify(patient);
  if (!charts.has(key)) charts.set(key, newRun(patient));
  if (charts.size > 20) charts.delete(charts.keys().next().value);
  return charts.get(key);
}

function newRun(patient) {
  const data = dataOf(patient);
  const layers = firstLayers(patient);
  const slope = SLOPES[patient.output];
  const chart = { patient, data, layers: [], train: [], validation: [], norms: [] };
  for (let epoch = 0; epoch <= EPOCHS; epoch++) {
    if (epoch > 0)
      for (let start = 0; start < data.train.length; start += BATCH)
        trainingStep(layers, data.train.slice(start, start + BATCH), patient.learning_rate, slope);
    chart.layers.push(copyLayers(layers));
    for (const name of ["train", "validation"])
      chart[name].push(judgeRows(layers, data[name], patient));
    chart.norms.push(gradients(layers, data.train, slope).map(norm));
  }
  return { ...chart, use: judgeRows(layers, data.use, patient) };
}

// How many epochs raise the train loss by more than 0.05.
export function jumps({ train }) {
  return train.filter(([loss], i) => i > 0 && loss > train[i - 1][0] + 0.05).length;
}

// How many validation rows are training rows.
export function sharedRows({ data: { train, validation } }) {
  const known = new Set(train.map(({ x1, x2 }) => `${x1} ${x2}`));
  return validation.filter(({ x1, x2 }) => known.has(`${x1} ${x2}`)).length;
}

// Where classes overlap (noise 0.9), nobody is right more often than three times in four.
export function reachable({ noise }) {
  return noise > 0.5 ? 0.7 : 0.9;
}

// Right in use, calm, and honest about it.
export function mended(chart) {
  return chart.use[1] >= reachable(chart.patient) && jumps(chart) <= 3 && sharedRows(chart) === 0;
}
