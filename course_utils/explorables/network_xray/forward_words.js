// The words of the network X-ray: shapes, the sum behind one number, the question about the next step.

import { inBrackets, num } from "../kit/plot.js";
import { isDense, layerOf, nameOf, numberAt, rowOf, SUB, shapeOf } from "./forward_pass.js";

// What is seen at this step: the shape, and where one number comes from.
export function describe(_state, now) {
  const { stage, right } = now;
  const truth = { ...now, arrays: right }; // the sum is written with the right numbers
  let words = "";
  if (stage === 0) words = inputWords(truth);
  else words = isDense(stage) ? denseWords(truth) : activationWords(truth);
  return `${nameOf(stage)} has the shape ${shapeOf(right[stage])}. ${words}${yourNumber(now)}${yourWords(now)}`;
}

function yourNumber({ stage, arrays, wrong, i, j }) {
  if (!wrong[stage][i * arrays[stage].columns + j]) return "";
  return ` Your function gives ${num(numberAt(arrays[stage], i, j))} there.`;
}

function inputWords({ arrays, i, j, extra }) {
  const { rows, columns } = arrays[0];
  const what = drawnDigit(arrays, extra) ? `, a handwritten ${extra.labels[i]}` : "";
  return (
    `${counted(rows, "row")} for ${counted(rows, "example")}, ${counted(columns, "column")} for ` +
    `${counted(columns, "feature")}. You look at row ${i}${what}: x[${i}, ${j}] = ` +
    `${num(numberAt(arrays[0], i, j))}.`
  );
}

const drawnDigit = (arrays, { labels }) => labels && arrays[0].columns === 64;

// The sum behind one number, written out; of many products the three largest.
function denseWords({ arrays, layers, stage, i, j }) {
  const { W, b, units } = layers[layerOf(stage) - 1];
  const row = Array.from(rowOf(arrays[stage - 1], i));
  const products = row.map((value, k) => [value, W[k * units + j]]);
  const many = products.length > 6;
  if (many) products.sort((p, q) => Math.abs(q[0] * q[1]) - Math.abs(p[0] * p[1]));
  const written = products
    .slice(0, many ? 3 : 6)
    .map(([value, weight], k) => `${k ? inBrackets(value) : num(value)} · ${inBrackets(weight)}`);
  if (many) written.push(`${products.length - 3} smaller products`);
  const name = nameOf(stage);
  return (
    `${name}[${i}, ${j}] is row ${i} of ${nameOf(stage - 1)} times column ${j} of ` +
    `W${name[1]}, plus b${name[1]}[${j}]: ${written.join(" + ")} + ${inBrackets(b[j])} = ` +
    `${num(numberAt(arrays[stage], i, j))}.`
  );
}

function activationWords({ arrays, layers, stage, i, j, extra }) {
  const { activation } = layers[layerOf(stage) - 1];
  const [z, a] = [arrays[stage - 1], arrays[stage]];
  const name = nameOf(stage);
  if (activation !== "softmax")
    return `The shape stays. ${name}[${i}, ${j}] = ${activation}(${num(numberAt(z, i, j))}) = ${num(numberAt(a, i, j))}.`;
  const row = Array.from(rowOf(a, i));
  const top = row.indexOf(Math.max(...row));
  const untrained = drawnDigit(arrays, extra)
    ? `; the picture shows a ${extra.labels[i]}, and nobody has trained this network`
    : "";
  return (
    `Row ${i} became probabilities that sum to ${num(row.reduce((s, p) => s + p))}. The largest, ` +
    `${num(row[top])}, is that of class ${top}${untrained}.`
  );
}

function yourWords({ yours, answered, firstWrong, wrong, arrays, right }) {
  if (!yours) return "";
  if (!answered) return " These are the right numbers; none from your function yet.";
  if (firstWrong < 0) return " Your function agrees in every array.";
  const gap = right[firstWrong].array.reduce(
    (most, value, k) => Math.max(most, Math.abs(arrays[firstWrong].array[k] - value)),
    0,
  );
  const count = wrong[firstWrong].filter(Boolean).length;
  const where = `${count} of its ${wrong[firstWrong].length} numbers, by up to ${num(gap, 2)}`;
  return ` Your function first differs from the right values in ${nameOf(firstWrong)}: ${where}.`;
}

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

// What is done in this step.
export function said({ stage, arrays, layers }) {
  const name = nameOf(stage);
  const [before, k] = [nameOf(stage - 1), SUB[layerOf(stage)]];
  if (stage === 0) return ["*x, the batch", "one row for each example"];
  if (isDense(stage))
    return [`*${name} = ${before} @ W${k} + b${k}`, shapes(arrays, layers, stage)];
  const { activation } = layers[layerOf(stage) - 1];
  const how = activation === "softmax" ? "row by row" : "every number by itself";
  return [`*${name} = ${activation}(${before})`, how];
}

// The question about the next one.
export function asked({ stage, arrays, layers }) {
  const next = stage + 1;
  if (next === arrays.length) return ["Here the forward pass ends."];
  if (!isDense(next))
    return [`Next: ${layers[layerOf(next) - 1].activation}(${nameOf(stage)})`, "*Which shape?"];
  const k = SUB[layerOf(next)];
  return [`Next: ${nameOf(stage)} @ W${k} + b${k}`, shapes(arrays, layers, next), "*Which shape?"];
}

function shapes(arrays, layers, stage) {
  const { inputs, units } = layers[layerOf(stage) - 1];
  return `${shapeOf(arrays[stage - 1])} @ (${inputs}, ${units}) + (${units},)`;
}
