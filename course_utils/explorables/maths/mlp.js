// A small network on points of the plane: forward, backward, gradient descent. No drawing.
// A layer is { W, b, inputs, units, activation }; W[i * units + j] leads from input i to unit j.
import { normalFrom, uniformFrom } from "./random.js";

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

// Each activation beside its slope, written with its output y.
export const ACTIVATIONS = {
  tanh: { f: Math.tanh, slope: (y) => 1 - y * y },
  relu: { f: (z) => (z > 0 ? z : 0), slope: (y) => (y > 0 ? 1 : 0) },
  sigmoid: { f: sigmoid, slope: (y) => y * (1 - y) },
  linear: { f: (z) => z, slope: () => 1 },
  step: { f: (z) => (z > 0 ? 1 : 0), slope: () => 0 },
};

// Weights from a normal distribution of variance 1 / inputs (LeCun, 1998), biases zero.
export function initialLayers(sizes, activation, seed) {
  const normal = normalFrom(uniformFrom(1000 + seed));
  return sizes.slice(1).map((units, l) => {
    const inputs = sizes[l];
    const W = Float64Array.from({ length: inputs * units }, () => normal() / Math.sqrt(inputs));
    const last = l === sizes.length - 2;
    return layer(W, new Float64Array(units), inputs, units, last ? "sigmoid" : activation);
  });
}

export function layer(W, b, inputs, units, activation) {
  return { W, b, inputs, units, activation };
}

// The outputs of every layer for one point; `outputs[0]` is the point itself.
export function forward(layers, x1, x2, outputs = buffers(layers)) {
  outputs[0][0] = x1;
  outputs[0][1] = x2;
  layers.forEach(({ W, b, inputs, units, activation }, l) => {
    const { f } = ACTIVATIONS[activation];
    const [a, y] = [outputs[l], outputs[l + 1]];
    for (let j = 0; j < units; j++) {
      let z = b[j];
      for (let i = 0; i < inputs; i++) z += a[i] * W[i * units + j];
      y[j] = f(z);
    }
  });
  return outputs;
}

export function buffers(layers) {
  return [new Float64Array(2), ...layers.map(({ units }) => new Float64Array(units))];
}

// One step of gradient descent on the mean binary cross-entropy; changes the layers.
export function trainingStep(layers, points, learningRate, slope) {
  gradients(layers, points, slope).forEach(([dW, db], l) => {
    const { W, b } = layers[l];
    for (let k = 0; k < W.length; k++) W[k] -= learningRate * dW[k];
    for (let k = 0; k < b.length; k++) b[k] -= learningRate * db[k];
  });
}

const crossEntropySlope = (p, label) => p - label; // dL/dz of sigmoid with cross-entropy

// [[dW, db], ...], layer by layer; slope(p, label) is dL/dz of the output.
export function gradients(layers, points, slope = crossEntropySlope) {
  const outputs = buffers(layers);
  const deltas = layers.map(({ units }) => new Float64Array(units));
  const found = layers.map(({ W, b }) => [new Float64Array(W.length), new Float64Array(b.length)]);
  for (const { x1, x2, label } of points) {
    forward(layers, x1, x2, outputs);
    deltas.at(-1)[0] = slope(outputs.at(-1)[0], label) / points.length;
    for (let l = layers.length - 1; l >= 0; l--) {
      accumulate(found[l], outputs[l], deltas[l]);
      if (l > 0) propagate(layers[l], layers[l - 1], outputs[l], deltas[l], deltas[l - 1]);
    }
  }
  return found;
}

function accumulate([dW, db], a, delta) {
  const units = delta.length;
  for (let j = 0; j < units; j++) {
    db[j] += delta[j];
    for (let i = 0; i < a.length; i++) dW[i * units + j] += a[i] * delta[j];
  }
}

function propagate({ W, inputs, units }, below, a, delta, deltaBelow) {
  const { slope } = ACTIVATIONS[below.activation];
  for (let i = 0; i < inputs; i++) {
    let sum = 0;
    for (let j = 0; j < units; j++) sum += W[i * units + j] * delta[j];
    deltaBelow[i] = sum * slope(a[i]);
  }
}

export function copyLayers(layers) {
  return layers.map((l) => ({ ...l, W: l.W.slice(), b: l.b.slice() }));
}

// The share of points on the right side, and the mean binary cross-entropy.
export function judge(layers, points) {
  const outputs = buffers(layers);
  let right = 0;
  let loss = 0;
  for (const { x1, x2, label } of points) {
    const p = forward(layers, x1, x2, outputs).at(-1)[0];
    right += p > 0.5 === (label === 1);
    loss -= Math.log(Math.max(1e-12, label ? p : 1 - p));
  }
  return { accuracy: right / points.length, loss: loss / points.length };
}
