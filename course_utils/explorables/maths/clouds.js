// Points of two classes in the plane, drawn from a seed: the same ones as clouds.py.
import { normalFrom, uniformFrom } from "./random.js";

const XOR_CORNERS = [
  [1.4, 1.4, 0],
  [-1.4, -1.4, 0],
  [1.4, -1.4, 1],
  [-1.4, 1.4, 1],
];

const BITS = [
  [0, 0, 0],
  [1, 1, 0],
  [0, 1, 1],
  [1, 0, 1],
];

// Where point i of a data set would lie without noise: [x1, x2, label].
const PLACES = {
  "two groups": (i) => (i % 2 ? [1.1, 0.9, 1] : [-1.1, -0.9, 0]),
  xor: (i) => XOR_CORNERS[i % 4],
  "xor of bits": (i) => BITS[i % 4],
  ring: (i, uniform) => {
    const angle = 2 * Math.PI * uniform();
    const radius = i % 2 ? 2.2 : 0.5;
    return [radius * Math.cos(angle), radius * Math.sin(angle), i % 2];
  },
  moons: (i, uniform) => {
    const angle = Math.PI * uniform();
    const [x1, x2] = [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)];
    return i % 2 ? [x1 + 0.75, 0.4 - x2, 1] : [x1 - 0.75, x2 - 0.4, 0];
  },
};

export const COUNT = 80;

// [{ x1, x2, label }, ...]; noise is the standard deviation around each place.
export function points(data, noise, seed, count = COUNT) {
  const uniform = uniformFrom(seed);
  const normal = normalFrom(uniform);
  return Array.from({ length: count }, (_, i) => {
    const [x1, x2, label] = PLACES[data](i, uniform);
    const spread = data === "xor of bits" ? noise / 4 : noise; // its places lie closer together
    return { x1: x1 + spread * normal(), x2: x2 + spread * normal(), label };
  });
}
