// Landscapes to descend: the loss and its gradient at any place, and where the race begins.
import { normalFrom, uniformFrom } from "../maths/random.js";

// The lowest place of a landscape; not the origin, to which weight decay pulls.
export const CENTER = [0.8, 0.4];
export const STEEP = 50; // how much more the ravine bends across than along
const NOISE = 3; // the standard deviation of a noisy gradient

// In a landscape's own coordinates: u along, v across, 0 at the center.
const bowl = (steep) => ({
  loss: (u, v) => 0.5 * (u * u + steep * v * v),
  gradient: (u, v) => [u, steep * v],
});

export const LANDSCAPES = {
  ravine: { ...bowl(STEEP), start: [-3, 1.5], lowest: [[0, 0]] },
  saddle: {
    loss: (u, v) => 0.5 * u * u + 0.25 * (v * v - 1) ** 2,
    gradient: (u, v) => [u, v * v * v - v],
    start: [-1, 0.3],
    lowest: [
      [0, -1],
      [0, 1],
    ],
  },
  "noisy bowl": { ...bowl(3), start: [-3, 1.5], lowest: [[0, 0]] },
};

// { loss(w), gradient(w, t), place(u, v), back(w) } with w = [x, y] and t = 1, 2, ... for the noise.
// `turn` in degrees turns the ravine with everything in it; `factor` multiplies what is descended.
export function landscape({ landscape: name, turn, log_scale, seed }, steps) {
  const { loss, gradient } = LANDSCAPES[name];
  const angle = name === "ravine" ? (turn * Math.PI) / 180 : 0;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const factor = 10 ** log_scale;
  const noise = name === "noisy bowl" ? noises(seed, steps) : null;
  const back = ([x, y]) => {
    const [dx, dy] = [x - CENTER[0], y - CENTER[1]];
    return [cos * dx + sin * dy, cos * dy - sin * dx];
  };
  return {
    back,
    place: (u, v) => [CENTER[0] + cos * u - sin * v, CENTER[1] + sin * u + cos * v],
    loss: (w) => loss(...back(w)),
    gradient(w, t) {
      const [du, dv] = gradient(...back(w));
      const g = [cos * du - sin * dv, sin * du + cos * dv];
      if (!noise) return [factor * g[0], factor * g[1]];
      return [factor * (g[0] + noise[t - 1][0]), factor * (g[1] + noise[t - 1][1])];
    },
  };
}

// The same noise for everyone: one pair for each step.
function noises(seed, steps) {
  const normal = normalFrom(uniformFrom(seed));
  return Array.from({ length: steps }, () => [NOISE * normal(), NOISE * normal()]);
}
