// What the chart of a run must show for each cause, and what to say where it does not.
import { num } from "../kit/plot.js";
import { firstZ, jumps, meanOf, outputOf } from "./sick_runs.js";

// What a doctor reads off a chart, as numbers.
export function signsOf(chart) {
  const { patient, data, layers, train, validation, norms, use } = chart;
  const z = firstZ(layers[0], data.train);
  const outputs = data.train.map((row) => outputOf(layers[0], row, patient));
  const units = layers[0][0].units;
  const middle = meanOf(z);
  const silent = Array.from({ length: units }, (_, j) =>
    z.every((v, k) => k % units !== j || v < 0),
  );
  return {
    ...{ start: train[0][0], end: train.at(-1)[0], jumps: jumps(chart) },
    size: Math.max(...data.train.map(({ x1, x2 }) => Math.max(Math.abs(x1), Math.abs(x2)))),
    spread: Math.sqrt(meanOf(z.map((v) => (v - middle) ** 2))),
    dead: patient.activation === "relu" ? meanOf(silent.map(Number)) : 0,
    relu: patient.activation === "relu",
    gradient: norms[0][0],
    moved: distance(layers[0], layers.at(-1)) / distance(layers[0]),
    outputs: [Math.min(...outputs), Math.max(...outputs)],
    ...{ trainRight: train.at(-1)[1], validationRight: validation.at(-1)[1], useRight: use[1] },
  };
}

// How far apart two sets of weights are, or how long one is.
function distance(layers, others) {
  let sum = 0;
  layers.forEach(({ W, b }, l) => {
    W.forEach((w, k) => {
      sum += (w - (others ? others[l].W[k] : 0)) ** 2;
    });
    b.forEach((w, k) => {
      sum += (w - (others ? others[l].b[k] : 0)) ** 2;
    });
  });
  return Math.sqrt(sum);
}

export const percent = (share) => `${num(100 * share, 2)} %`;

// Each cause with the signs that it must have: [does it have it, what to say if not].
const SIGNS = {
  "learning rate too small": [
    [
      (s) => s.gradient > 1e-3,
      () => "The gradient of layer 1 is 0: no learning rate moves it. Ask why it is 0.",
    ],
    [(s) => s.jumps === 0, () => "The train loss jumps up and down. Would longer steps calm it?"],
    [
      (s) => s.moved < 0.05,
      (s) =>
        `The weights moved by ${percent(s.moved)} of their length. Steps that are too small ` +
        "would leave them where they were.",
    ],
  ],
  "learning rate too large": [
    [
      (s) => s.jumps > 3,
      () =>
        "Steps that are too long jump over the valley, and the train loss goes up and down. Here " +
        "it does not.",
    ],
  ],
  "columns not scaled": [
    [
      (s) => s.size > 20,
      (s) => `Look at the columns x: nothing in them is larger than ${num(s.size, 2)}.`,
    ],
  ],
  "first weights too large": [
    [(s) => s.size < 20, () => "z is large here, but so is x. Look at the columns first."],
    [
      (s) => s.spread > 4,
      (s) =>
        `Large weights spread z far to both sides. Here it varies by ${num(s.spread, 2)} around ` +
        "its mean.",
    ],
  ],
  "dead ReLU units": [
    [(s) => s.relu, () => "These units are tanh: they can saturate. Only a ReLU can die."],
    [
      (s) => s.dead > 0.9,
      () => "A dead unit has a negative z for every row. Here z lies on both sides of 0.",
    ],
  ],
  "labels shuffled": [
    [
      (s) => s.gradient > 1e-3,
      () => "Wrong labels have a gradient like right ones. Here that of layer 1 is 0.",
    ],
    [
      (s) => s.moved > 0.05,
      (s) =>
        `The weights moved by only ${percent(s.moved)} of their length: nobody has tried to learn ` +
        "these labels yet.",
    ],
    [(s) => s.jumps === 0, () => "Wrong labels keep a loss from falling. They don't make it jump."],
    [
      (s) => s.useRight < 0.65,
      (s) => `In use ${percent(s.useRight)} are right. Wrong labels would teach it nothing.`,
    ],
  ],
  "validation rows leak": [
    [
      (s) => s.validationRight - s.useRight > 0.1,
      (s) =>
        `A leak makes validation look better than use. Here validation says ` +
        `${percent(s.validationRight)}, use ${percent(s.useRight)}.`,
    ],
  ],
  "output does not fit the loss": [
    [
      (s) => s.outputs[0] > 0.99,
      (s) =>
        `The outputs before training lie between ${num(s.outputs[0], 2)} and ` +
        `${num(s.outputs[1], 2)}, so this output can say what the loss asks for.`,
    ],
  ],
};

export const CAUSES = Object.keys(SIGNS);

const WHY = {
  "learning rate too small": (s) =>
    `there is a gradient, and yet the weights moved by ${percent(s.moved)} of their length.`,
  "learning rate too large": (s) => `the train loss jumps up in ${s.jumps} of 40 epochs.`,
  "columns not scaled": (s) =>
    `x goes up to ${num(s.size, 2)}, z with it, and where tanh is flat no gradient comes through.`,
  "first weights too large": (s) =>
    `z lies far out although x does not, and the loss starts at ${num(s.start, 2)}: sure and wrong.`,
  "dead ReLU units": () => "every z is negative, so every unit says 0 and has the slope 0.",
  "labels shuffled": (s) =>
    `everything works, the weights move, and in use ${percent(s.useRight)} are right: a coin's share.`,
  "validation rows leak": (s) =>
    `validation promises ${percent(s.validationRight)}, use keeps ${percent(s.useRight)}.`,
  "output does not fit the loss": (s) =>
    `every output is 1 and no layer has a gradient: a softmax over one unit. The loss starts at ${num(s.start)}.`,
};

// { right, words } for a cause that someone names before this chart.
export function diagnose(cause, signs) {
  const missing = SIGNS[cause].find(([has]) => !has(signs));
  if (missing) return { right: false, words: `Not that. ${missing[1](signs)}` };
  return { right: true, words: `Right: ${WHY[cause](signs)}` };
}
