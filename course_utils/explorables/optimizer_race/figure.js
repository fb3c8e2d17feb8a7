// Optimizer race: six optimizers, and the learner's own, down the same landscape.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel, powerOfTen } from "../kit/plot.js";
import { OPTIMIZERS, run } from "../maths/optimizers.js";
import { CENTER, LANDSCAPES, landscape } from "./landscapes.js";

// Mathematics ----------------------------------------------------------------------------

export const LENGTH = 100; // steps of the race
const RACERS = Object.keys(OPTIMIZERS);
export const LOG_RATES = Array.from({ length: 61 }, (_, i) => (i - 50) / 10);

// The places and the losses of one optimizer; a loss is infinite once it has run off.
export function race(name, state, rate) {
  const land = landscape(state, LENGTH);
  const path = run(name, land, land.place(state.start_u, state.start_v), rate, LENGTH);
  return { path, losses: lossesOf(path, land) };
}

function lossesOf(path, land, from = 0) {
  return Array.from({ length: LENGTH + 1 - from }, (_, i) =>
    from + i < path.length ? land.loss(path[from + i]) : Number.POSITIVE_INFINITY,
  );
}

// What counts at a step: the loss, and where the gradient is noisy its mean over 20 steps.
export function score({ losses }, state, step) {
  return mean(losses.slice(firstThatCounts(state, step), step + 1));
}

const firstThatCounts = ({ landscape: name }, step) =>
  name === "noisy bowl" ? Math.max(0, step - 19) : step;

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

// The rate with which an optimizer is lowest at the end of the race.
export function bestLogRate(name, state) {
  const land = landscape(state, LENGTH);
  const start = land.place(state.start_u, state.start_v);
  const from = firstThatCounts(state, LENGTH);
  const ends = LOG_RATES.map((k) =>
    mean(lossesOf(run(name, land, start, 10 ** k, LENGTH), land, from)),
  );
  return LOG_RATES[ends.indexOf(Math.min(...ends))];
}

// Kept until something changes on which they depend: the search for the best rates takes a while.
let best = { key: "", logRates: null };
function bestLogRates(state) {
  const { landscape: name, turn, seed, log_scale, start_u, start_v } = state;
  const key = [name, turn, seed, log_scale, start_u, start_v].join();
  if (best.key !== key) best = { key, logRates: RACERS.map((each) => bestLogRate(each, state)) };
  return best.logRates;
}

function facts(state, { values }) {
  const logRates = state.tuned ? bestLogRates(state) : RACERS.map(() => state.log_rate);
  const racers = RACERS.map((name, i) => {
    const rate = 10 ** logRates[i];
    return { name, kind: i, rate, ...race(name, state, rate) };
  });
  const adam = racers[RACERS.indexOf("Adam")];
  if (values)
    racers.push({ name: "yours", kind: RACERS.length, rate: adam.rate, ...own(state, values) });
  for (const racer of racers) racer.score = score(racer, state, state.steps);
  const ranked = racers.toSorted((a, b) => a.score - b.score || a.kind - b.kind);
  return { racers, ranked, adam, away: values && parting(adam.path, racers.at(-1).path) };
}

function own(state, { array }) {
  const path = Array.from({ length: LENGTH + 1 }, (_, t) => [array[2 * t], array[2 * t + 1]]);
  return { path, losses: lossesOf(path, landscape(state, LENGTH)) };
}

// The first step at which two paths are more than 0.001 apart, and how far they get from each other.
export function parting(a, b) {
  const gaps = a.map(([x, y], t) => Math.hypot(x - b[t][0], y - b[t][1]));
  return { step: gaps.findIndex((gap) => gap > 0.001), most: Math.max(...gaps) };
}

// Words ----------------------------------------------------------------------------------

function describe(state, now) {
  const what =
    state.landscape === "noisy bowl" ? "the mean loss over the last 20 steps" : "the loss";
  const [first, last] = [now.ranked[0], now.ranked.at(-1)];
  const end =
    last.score < Number.POSITIVE_INFINITY ? `is last with ${num(last.score, 2)}` : "has run off";
  const order = `${first.name} leads with ${num(first.score, 2)}, ${last.name} ${end}.`;
  const lead =
    state.steps === 0 ? "All stand at the start." : `${after(state)} by ${what}: ${order}`;
  return [lead, betWords(state, now), ownWords(now)].filter(Boolean).join(" ");
}

const after = ({ steps }) => `After ${steps === 1 ? "1 step" : `${steps} steps`},`;

function betWords({ bet, steps }, { ranked }) {
  if (bet === "nobody") return "";
  if (steps === 0) return `Your bet is on ${bet}: press Play.`;
  const place = ranked.filter(({ name }) => name !== "yours").findIndex(({ name }) => name === bet);
  return `Your bet, ${bet}, is ${["first", "second", "third", "fourth", "fifth", "last"][place]}.`;
}

function ownWords({ away }) {
  if (!away) return "";
  if (away.step < 0) return "Your Adam and Adam take the same path.";
  return `Your Adam leaves Adam's path in step ${away.step}; they get ${num(away.most, 2)} apart.`;
}

// Drawing --------------------------------------------------------------------------------

const PLANE = panel({
  ...{ left: 52, top: 30, width: 340, height: 255 },
  ...{ x: [CENTER[0] - 4, CENTER[0] + 4], y: [CENTER[1] - 3, CENTER[1] + 3] },
  ...{ xLabel: "weight 1", yLabel: "weight 2", title: "The landscape from above" },
});
const LOSS = panel({
  ...{ left: 450, top: 30, width: 172, height: 255, x: [0, LENGTH], y: [-8, 4] },
  ...{ xLabel: "step", yLabel: "loss", title: "The loss" },
  yTicks: [-8, -6, -4, -2, 0, 2, 4].map((k) => [k, powerOfTen(k)]),
});
// The marks: circle, square, triangles, diamond, cross, star.
const MARKS = [
  "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
  "M-5-5H5V5H-5Z",
  "M0-6L6 5H-6Z",
  "M0 6L6-5H-6Z",
  "M0-7L6 0L0 7L-6 0Z",
  "M-2-6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z",
  "M0-8L2-2L8 0L2 2L0 8L-2 2L-8 0L-2-2Z",
];

function draw(state, now) {
  const order = now.racers.toSorted((a) => (a.name === state.bet ? 1 : -1));
  const trails = order.map((racer) => trail(state, racer));
  const curves = order.map((racer) => curve(state, racer));
  const ends = order.map((racer) => marks(state, racer));
  return markup`${frame(PLANE)}${clipped(PLANE, [lowest(state), trails])}
    ${frame(LOSS)}${clipped(LOSS, curves)}${ends}${startMark(state)}${table(state, now)}`;
}

const lineKind = ({ kind, name }, { bet }) =>
  `xp-racer xp-racer-${kind}${name === bet ? " xp-bet" : ""}`;

function trail(state, racer) {
  const shown = racer.path.slice(0, state.steps + 1);
  const [xs, ys] = [shown.map(([x]) => x), shown.map(([, y]) => y)];
  return line(PLANE, xs, ys, lineKind(racer, state));
}

function curve(state, racer) {
  const shown = racer.losses.slice(0, state.steps + 1);
  const steps = shown.map((_, t) => t);
  return line(LOSS, steps, shown.map(power), lineKind(racer, state));
}

const power = (loss) => Math.log10(Math.max(loss, 1e-9));

// The mark of a racer where it is now, in both panels.
function marks(state, racer) {
  const place = racer.path[state.steps];
  const inside = place && PLANE.holds({ x: PLANE.px(place[0]), y: PLANE.py(place[1]) });
  const height = Math.max(-8, power(racer.losses[state.steps]));
  return markup`${inside ? mark(PLANE.px(place[0]), PLANE.py(place[1]), racer) : ""}
    ${height <= 4 ? mark(LOSS.px(state.steps), LOSS.py(height), racer) : ""}`;
}

function mark(x, y, { kind }) {
  return markup`<path class="xp-mark-of xp-racer-${kind}" transform="translate(${x} ${y})" d="${MARKS[kind]}"/>`;
}

function lowest(state) {
  const land = landscape(state, 0);
  return LANDSCAPES[state.landscape].lowest
    .map(([u, v]) => land.place(u, v))
    .map(
      ([x, y]) =>
        markup`<path class="xp-cross" d="M${PLANE.px(x) - 5} ${PLANE.py(y)}h10m-5-5v10"/>`,
    );
}

function startMark(state) {
  const [x, y] = landscape(state, 0).place(state.start_u, state.start_v);
  return markup`<g transform="translate(${PLANE.px(x)} ${PLANE.py(y)})"><circle class="xp-handle xp-hollow" r="9"/>
    <text class="xp-halo" y="-14" text-anchor="middle">start</text></g>`;
}

// Who is where: two columns, the first half on the left.
function table(state, { ranked }) {
  return ranked.map((racer, place) => {
    const rows = Math.ceil(ranked.length / 2);
    const [x, y] = [8 + 322 * Math.floor(place / rows), 352 + 22 * (place % rows)];
    const name = racer.name === state.bet ? `${racer.name}, bet` : racer.name;
    const rate = state.tuned ? `rate ${num(racer.rate, 2)}` : "";
    return markup`<text class="xp-strong xp-cell" x="${x}" y="${y}">${place + 1}.</text>
        <path class="xp-racer xp-racer-${racer.kind}" d="M${x + 22} ${y - 4}h40"/>
        ${mark(x + 42, y - 4, racer)}
        <text class="xp-strong xp-cell" x="${x + 72}" y="${y}">${name}</text>
        <text class="xp-cell" x="${x + 218}" y="${y}" text-anchor="end">${num(racer.score, 2)}</text>
        <text class="xp-cell" x="${x + 230}" y="${y}">${rate}</text>`;
  });
}

// The landscape as bands of color, two for each power of ten; kept until it or the theme changes.
const COLUMNS = 204;
const BANDS = 153;
const stamp = document.createElement("canvas");
stamp.width = COLUMNS;
stamp.height = BANDS;
let painted = "";

function paint(context, state, _facts, { positive, paper }) {
  const key = [state.landscape, state.turn, positive, paper].join();
  if (key !== painted) paintBands(state, positive, paper);
  painted = key;
  context.clearRect(0, 0, 640, 440);
  context.drawImage(stamp, PLANE.left, PLANE.top, PLANE.width, PLANE.height);
}

function paintBands(state, color, paper) {
  const land = landscape(state, 0);
  const brush = stamp.getContext("2d");
  const pixels = brush.createImageData(COLUMNS, BANDS);
  for (let row = 0; row < BANDS; row++)
    for (let column = 0; column < COLUMNS; column++) {
      const x = PLANE.x[0] + ((column + 0.5) / COLUMNS) * 8;
      const y = PLANE.y[1] - ((row + 0.5) / BANDS) * 6;
      const band = Math.floor(2 * Math.log10(land.loss([x, y]))) / 2;
      const share = 0.36 * Math.max(0, Math.min(1, (band + 2.5) / 5));
      const at = 4 * (row * COLUMNS + column);
      for (let c = 0; c < 3; c++) pixels.data[at + c] = paper[c] + share * (color[c] - paper[c]);
      pixels.data[at + 3] = 255;
    }
  brush.putImageData(pixels, 0, 0);
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase, state) {
  if (phase === "start" && !PLANE.holds(point)) return {};
  const { x, y } = PLANE.fromPicture(point);
  const [u, v] = landscape(state, 0).back([x, y]);
  const rounded = (value, most) => Math.round(Math.max(-most, Math.min(most, value)) * 20) / 20;
  return { start_u: rounded(u, 3.6), start_v: rounded(v, 2) };
}

// Each landscape has a start of its own, and a new bet is made before the race.
function follow(state, _old, _facts, patch) {
  if ("bet" in patch) return { steps: 0 };
  if (!("landscape" in patch)) return {};
  const [start_u, start_v] = LANDSCAPES[state.landscape].start;
  return { start_u, start_v };
}

function betWon(state, { ranked }) {
  if (state.landscape !== "noisy bowl" || state.tuned || state.steps < LENGTH) return false;
  return ranked.find(({ name }) => name !== "yours").name === state.bet;
}

function turned(_state, _facts, answer) {
  if (Math.abs(answer - 1) < 0.05) return true;
  if (Math.abs(answer) < 0.05) return "The difference is 0. By what factor, then?";
  if (answer) return "Read the loss of Nesterov at 0 and at 45 degrees, all else the same.";
}

function through(state, { racers }) {
  if (state.landscape !== "saddle" || state.tuned || state.steps < LENGTH) return false;
  const at = (name) => racers.find((racer) => racer.name === name).score;
  return at("SGD") > 0.2 && at("Adam") < 0.01;
}

// The search for the best rates is left to the figure, so that Python asks for one path only.
function asks(state, { adam }) {
  const { landscape: name, turn, seed, log_scale, start_u, start_v } = state;
  return { landscape: name, turn, seed, log_scale, start_u, start_v, rate: adam.rate };
}

export default explorable({
  size: [640, 440],
  ...{ facts, describe, draw, paint, drag, follow, asks },
  tasks: { betWon, turned, through },
});
