// A network of one input and one hidden layer that fits a curve: the same steps as curve_fitting.py.
// Its parameters are one array: all w1, all b1, all w2, then b2.
import { normalFrom, uniformFrom } from "../maths/random.js";

export const LEARNING_RATE = 0.01;
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-7];

export const truth = (x) => Math.sin(1.5 * x);

// { xs, ys }: the first `count` examples; more of them leave the first where they are.
export function examples(count, noise, seed) {
  const uniform = uniformFrom(seed);
  const normal = normalFrom(uniform);
  const [xs, ys] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    xs[i] = 6 * uniform() - 3;
    ys[i] = truth(xs[i]) + noise * normal();
  }
  return { xs, ys };
}

// Units that bend at places spread over -3 ... 3; more of them leave the first as they are.
export function initialParameters(width, seed) {
  const uniform = uniformFrom(1000 + seed);
  const normal = normalFrom(uniform);
  const p = new Float64Array(3 * width + 1);
  for (let j = 0; j < width; j++) {
    p[j] = 3 * normal();
    p[width + j] = 6 * uniform() - 3;
    p[2 * width + j] = normal() / Math.sqrt(width);
  }
  return p;
}

const tanh = (z) => 1 - 2 / (Math.exp(2 * z) + 1); // faster than Math.tanh, and as exact

export function output(p, x) {
  const width = (p.length - 1) / 3;
  let y = p[3 * width];
  for (let j = 0; j < width; j++) y += tanh(x * p[j] + p[width + j]) * p[2 * width + j];
  return y;
}

export function meanSquaredError(p, { xs, ys }) {
  let sum = 0;
  for (let i = 0; i < xs.length; i++) sum += (output(p, xs[i]) - ys[i]) ** 2;
  return sum / xs.length;
}

// The length of all weights, without the biases.
export function weightNorm(p) {
  const width = (p.length - 1) / 3;
  let sum = 0;
  for (let j = 0; j < width; j++) sum += p[j] * p[j] + p[2 * width + j] * p[2 * width + j];
  return Math.sqrt(sum);
}

// The gradient of mean squared error plus l2 times the sum of squared weights.
// A unit is dropped with probability `dropout`; `seed` decides which, for each example anew.
export function gradient(p, { xs, ys }, { l2, dropout }, seed) {
  const width = (p.length - 1) / 3;
  const g = new Float64Array(p.length);
  const [h, keep] = [new Float64Array(width), new Float64Array(width).fill(1)];
  const uniform = uniformFrom(seed);
  for (let i = 0; i < xs.length; i++) {
    let y = p[3 * width];
    for (let j = 0; j < width; j++) {
      if (dropout > 0) keep[j] = uniform() < dropout ? 0 : 1 / (1 - dropout);
      h[j] = tanh(xs[i] * p[j] + p[width + j]);
      y += h[j] * keep[j] * p[2 * width + j];
    }
    const dy = (2 * (y - ys[i])) / xs.length;
    for (let j = 0; j < width; j++) {
      const dz = dy * p[2 * width + j] * keep[j] * (1 - h[j] * h[j]);
      g[j] += dz * xs[i];
      g[width + j] += dz;
      g[2 * width + j] += dy * h[j] * keep[j];
    }
    g[3 * width] += dy;
  }
  for (let j = 0; j < width; j++) {
    g[j] += 2 * l2 * p[j];
    g[2 * width + j] += 2 * l2 * p[2 * width + j];
  }
  return g;
}

// One step of Adam (Kingma and Ba, 2015), as Keras takes it; changes the parameters and `adam`.
export function adamStep(p, g, adam) {
  adam.t += 1;
  const { m, v, t } = adam;
  const rate = (LEARNING_RATE * Math.sqrt(1 - BETA_2 ** t)) / (1 - BETA_1 ** t);
  for (let k = 0; k < p.length; k++) {
    m[k] += (1 - BETA_1) * (g[k] - m[k]);
    v[k] += (1 - BETA_2) * (g[k] * g[k] - v[k]);
    p[k] -= (rate * m[k]) / (Math.sqrt(v[k]) + EPSILON);
  }
}

export function freshAdam(p) {
  return { m: new Float64Array(p.length), v: new Float64Array(p.length), t: 0 };
}
