// Six optimizers, as course_utils.nn.optimizers has them: how a gradient becomes a step.

export const CONSTANTS = { momentum: 0.9, rho: 0.9, beta1: 0.9, beta2: 0.999, decay: 0.1 };
const EPSILON = 1e-7;

// Each takes one entry: its weight w, its gradient g, what it remembers of it (changed here), the
// number t of the step from 1, and the learning rate. Returns the new weight.
export const OPTIMIZERS = {
  SGD: (w, g, _, __, rate) => w - rate * g,
  momentum(w, g, memory, _, rate) {
    memory.velocity = CONSTANTS.momentum * (memory.velocity ?? 0) - rate * g;
    return w + memory.velocity;
  },
  Nesterov(w, g, memory, _, rate) {
    memory.velocity = CONSTANTS.momentum * (memory.velocity ?? 0) - rate * g;
    return w + CONSTANTS.momentum * memory.velocity - rate * g;
  },
  RMSprop(w, g, memory, _, rate) {
    memory.v = CONSTANTS.rho * (memory.v ?? 0) + (1 - CONSTANTS.rho) * g * g;
    return w - (rate * g) / Math.sqrt(memory.v + EPSILON);
  },
  Adam: adam,
  AdamW: (w, g, memory, t, rate) => adam(w * (1 - rate * CONSTANTS.decay), g, memory, t, rate),
};

// Epsilon is added before v is corrected for its start from zero, as in Keras.
function adam(w, g, memory, t, rate) {
  const { beta1, beta2 } = CONSTANTS;
  memory.m = beta1 * (memory.m ?? 0) + (1 - beta1) * g;
  memory.v = beta2 * (memory.v ?? 0) + (1 - beta2) * g * g;
  const corrected = (rate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  return w - (corrected * memory.m) / (Math.sqrt(memory.v) + EPSILON);
}

const FAR = 1e6; // whoever is this far away has run off and stops

// The places of one optimizer, from the start on: [[x, y], ...]; shorter if it runs off.
export function run(name, { gradient }, start, rate, steps) {
  const step = OPTIMIZERS[name];
  const [first, second] = [{}, {}];
  const path = [start];
  let [x, y] = start;
  for (let t = 1; t <= steps; t++) {
    const [gx, gy] = gradient([x, y], t);
    x = step(x, gx, first, t, rate);
    y = step(y, gy, second, t, rate);
    if (!(Math.abs(x) < FAR && Math.abs(y) < FAR)) break;
    path.push([x, y]);
  }
  return path;
}
