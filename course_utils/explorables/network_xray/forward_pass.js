// A forward pass that keeps every array: x, z₁, a₁, z₂, a₂ ... An array is { rows, columns, array }.
// Layers are those of mlp.js, { W, b, inputs, units, activation }; here softmax is one, too.
import { ACTIVATIONS } from "../maths/mlp.js";
import { normalFrom, uniformFrom } from "../maths/random.js";
import { softmax } from "../maths/softmax.js";

// Weights that a person can compute with: normal, variance 2 / inputs (He and others, 2015),
// rounded to one decimal, or two where a unit has many inputs. Biases: normal, a third in size.
export function roundedLayers(sizes, activation, seed) {
  const normal = normalFrom(uniformFrom(2000 + seed));
  return sizes.slice(1).map((units, l) => {
    const inputs = sizes[l];
    const decimals = inputs > 10 ? 100 : 10;
    const draw = (size, count) =>
      Array.from({ length: count }, () => Math.round(normal() * size * decimals) / decimals);
    const W = draw(Math.sqrt(2 / inputs), inputs * units);
    const last = l === sizes.length - 2;
    return { W, b: draw(1 / 3, units), inputs, units, activation: last ? "softmax" : activation };
  });
}

// z = x @ W + b
export function dense(x, { W, b, inputs, units }) {
  const z = new Float64Array(x.rows * units);
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < units; j++) {
      let sum = b[j];
      for (let k = 0; k < inputs; k++) sum += x.array[i * inputs + k] * W[k * units + j];
      z[i * units + j] = sum;
    }
  return { rows: x.rows, columns: units, array: z };
}

// a = f(z): every number by itself, only softmax row by row.
export function activate(z, activation) {
  if (activation !== "softmax") return { ...z, array: z.array.map(ACTIVATIONS[activation].f) };
  const rows = Array.from({ length: z.rows }, (_, i) => softmax(rowOf(z, i)));
  return { ...z, array: Float64Array.from(rows.flat()) };
}

export function rowOf({ columns, array }, i) {
  return array.slice(i * columns, (i + 1) * columns);
}

// [x, z₁, a₁, z₂, a₂ ...]
export function forwardPass(x, layers) {
  const arrays = [x];
  for (const each of layers) {
    const z = dense(arrays.at(-1), each);
    arrays.push(z, activate(z, each.activation));
  }
  return arrays;
}

// The same arrays out of one long row of numbers, in which Python sends them.
export function split(numbers, like) {
  let from = 0;
  return like.map(({ rows, columns }) => {
    const array = numbers.slice(from, from + rows * columns);
    from += rows * columns;
    return { rows, columns, array };
  });
}

// Which numbers of two arrays of one shape differ by more than float32 explains.
export function differing(found, expected) {
  return Array.from(
    expected.array,
    (value, k) => Math.abs(found.array[k] - value) > 1e-4 * (1 + Math.abs(value)),
  );
}

// The names of the arrays, 0 for x, 1 for z₁, 2 for a₁ ..., and the layer of each, 1 for z₁ and a₁.
export const SUB = "₀₁₂₃₄₅₆₇₈₉";
export const nameOf = (stage) =>
  stage === 0 ? "x" : `${stage % 2 ? "z" : "a"}${SUB[(stage + 1) >> 1]}`;
export const layerOf = (stage) => (stage + 1) >> 1; // 1 for z₁ and a₁
export const shapeOf = ({ rows, columns }) => `(${rows}, ${columns})`;
export const isDense = (stage) => stage % 2 === 1;
export const numberAt = ({ columns, array }, i, j) => array[i * columns + j];
