// Pipeline lanes: how long a step takes with several workers, and when one more slows it down.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

const MOST = 32; // workers
const SHOWN = 300; // ms of the lanes
const OVERHEAD = 0.1; // ms that a message costs however short it is

// Everybody gets the sum: 2 (n - 1) messages, one after the other. A ring sends chunks of 1/n.
export function reduceTime({ workers, message, way }) {
  return 2 * (workers - 1) * (message / (way === "ring" ? workers : 1) + OVERHEAD);
}

// Between the ends of two steps, once the lanes are full.
export function stepTime(state) {
  const busy = state.compute / state.workers + reduceTime(state);
  return state.ahead ? Math.max(state.load, busy) : state.load + busy;
}

const COUNTS = Array.from({ length: MOST }, (_, i) => i + 1);
const withWorkers = (state, workers) => ({ ...state, workers });

export const stepTimes = (state) => COUNTS.map((n) => stepTime(withWorkers(state, n)));

// The smallest number of workers with the shortest step.
export function fastest(state) {
  const times = stepTimes(state);
  const least = Math.min(...times);
  return 1 + times.findIndex((time) => time <= least + 1e-9);
}

// Lists of [start, end] in ms for the three lanes.
export function schedule(state) {
  const lanes = { load: [], compute: [], reduce: [] };
  let [loaded, begun, free] = [0, 0, 0];
  while (free < SHOWN && lanes.load.length < 200) {
    const start = state.ahead ? Math.max(loaded, begun) : free;
    loaded = start + state.load;
    begun = Math.max(loaded, free);
    const computed = begun + state.compute / state.workers;
    free = computed + reduceTime(state);
    lanes.load.push([start, loaded]);
    lanes.compute.push([begun, computed]);
    lanes.reduce.push([computed, free]);
  }
  return lanes;
}

function facts(state) {
  const times = stepTimes(state);
  const best = fastest(state);
  return {
    ...{ lanes: schedule(state), times, step: times[state.workers - 1] },
    ...{ best, least: times[best - 1], reduce: reduceTime(state) },
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { step, times, reduce }) {
  const team = state.workers === 1 ? "1 worker" : `${state.workers} workers`;
  const parts = `load ${num(state.load)}, compute ${num(state.compute / state.workers)}, all-reduce ${num(reduce)}`;
  return `${team}: a step takes ${num(step)} ms (${parts}). ${oneMore(state, step, times)}`;
}

function oneMore({ workers }, step, times) {
  if (workers === MOST) return "There are no more workers.";
  const change = times[workers] - step;
  if (Math.abs(change) < 1e-9) return "One more changes nothing.";
  return `One more makes it ${num(Math.abs(change))} ms ${change < 0 ? "shorter" : "longer"}.`;
}

// Drawing --------------------------------------------------------------------------------

const LANES = panel({
  ...{ left: 92, top: 26, width: 530, height: 108, x: [0, SHOWN], y: [0, 3] },
  ...{ xLabel: "time (ms)", yLabel: "", title: "The first steps", yTicks: [] },
});
const CURVE = panel({
  ...{ left: 92, top: 212, width: 530, height: 170, x: [0, MOST + 1], y: [0, 150] },
  ...{ xLabel: "workers", yLabel: "one step (ms)", title: "The time of a step" },
  xTicks: [1, 4, 8, 12, 16, 20, 24, 28, 32].map((n) => [n, String(n)]),
});
const LANE_NAMES = { load: "load", compute: "compute", reduce: "all-reduce" };

function draw(state, { lanes, times, step }) {
  const bars = Object.keys(LANE_NAMES).map((name, i) =>
    lane(name, lanes[name], LANES.top + 8 + 36 * i),
  );
  const names = Object.values(LANE_NAMES).map(
    (words, i) =>
      markup`<text x="${LANES.left - 8}" y="${LANES.top + 24 + 36 * i}" text-anchor="end">${words}</text>`,
  );
  const at = CURVE.px(state.workers).toFixed(1);
  const height = CURVE.py(Math.min(150, step)).toFixed(1);
  return markup`${frame(LANES)}${names}${clipped(LANES, markup`${bars}`)}
    ${frame(CURVE)}${clipped(CURVE, line(CURVE, COUNTS, times, "xp-curve"))}
    <path class="xp-here" transform="translate(${at} ${height})" d="M0-7L7 0L0 7L-7 0Z"/>`;
}

function lane(name, spans, y) {
  return spans.map(([start, end]) => {
    const width = Math.max(0, LANES.px(end) - LANES.px(start)).toFixed(1);
    return markup`<rect class="xp-lane-${name}" x="${LANES.px(start).toFixed(1)}" y="${y}" width="${width}" height="22"/>`;
  });
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase) {
  if (phase === "start" && !CURVE.holds(point)) return {};
  const { x } = CURVE.fromPicture(point);
  return { workers: Math.round(Math.max(1, Math.min(MOST, x))) };
}

const AS_IT_COMES = { workers: 1, load: 10, compute: 90, message: 2 };

function mostWorkers(_state, _facts, answer) {
  const start = { ...AS_IT_COMES, way: "one worker adds up", ahead: false };
  const best = fastest(start);
  if (answer === best) return true;
  if (answer > 0 && answer < best) return "One more still makes the step shorter there.";
  if (answer > best && answer <= MOST) return "That is too many: with one fewer it is faster.";
}

function bothRemedies(state, { step }) {
  const same = ["load", "compute", "message"].every((name) => state[name] === AS_IT_COMES[name]);
  return same && step < 15;
}

function slowDisk(_state, _facts, answer) {
  const best = fastest({ ...AS_IT_COMES, load: 30, way: "ring", ahead: true });
  if (answer === best) return true;
  if (answer > 0 && answer < best) return "There the disk still waits for the workers.";
  if (answer > best && answer <= MOST) return "There it doesn't help, but that begins earlier.";
}

export default explorable({
  size: [640, 424],
  ...{ facts, describe, draw, drag },
  tasks: { mostWorkers, bothRemedies, slowDisk },
});
