// Step size: the error of a difference quotient over every h, truncation against round-off.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel, powerOfTen } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

// How each precision rounds the result of an operation, and its gap eps between 1 and the next number.
export const PRECISIONS = {
  float64: { to: (value) => value, eps: 2 ** -52, digits: 17 },
  float32: { to: Math.fround, eps: 2 ** -23, digits: 9 },
};

// Each function beside its derivative; `to` rounds after every operation of the function.
export const FUNCTIONS = {
  "sin x": { f: (x, to) => to(Math.sin(x)), slope: (x) => Math.cos(x) },
  "exp x": { f: (x, to) => to(Math.exp(x)), slope: (x) => Math.exp(x) },
  "x³": { f: (x, to) => to(to(x * x) * x), slope: (x) => 3 * x * x },
  "sin(exp(x²))": {
    f: (x, to) => to(Math.sin(to(Math.exp(to(x * x))))),
    slope: (x) => Math.cos(Math.exp(x * x)) * Math.exp(x * x) * 2 * x,
  },
};

export const LOG_HS = Array.from({ length: 321 }, (_, i) => -16 + i / 20);

// Both quotients at one h, computed as a machine of that precision would, and what they are made of.
export function quotients(name, precision, x, h) {
  const { to } = PRECISIONS[precision];
  const { f } = FUNCTIONS[name];
  const [at, step] = [to(x), to(h)];
  const [up, here, down] = [to(at + step), at, to(at - step)].map((value) => f(value, to));
  return {
    ...{ up, here, down, lost: to(at + step) === at },
    forward: to(to(up - here) / step),
    central: to(to(up - down) / to(2 * step)),
  };
}

// |quotient - derivative| / |derivative|
export function relativeErrors(name, precision, x, h) {
  const { forward, central } = quotients(name, precision, x, h);
  const exact = exactSlope(name, precision, x);
  const error = (value) => Math.abs(value - exact) / Math.abs(exact);
  return { forward: error(forward), central: error(central) };
}

export function exactSlope(name, precision, x) {
  return FUNCTIONS[name].slope(PRECISIONS[precision].to(x));
}

// The two errors of each quotient, relative to the derivative f':
// truncation h |f''| / 2 and h² |f'''| / 6, round-off at most R / h and R / 2h, where
// R = eps (|f| + |x f'|) stands for what rounding f and x + h may cost.
export function theory(name, precision, x) {
  const { f, slope } = FUNCTIONS[name];
  const exact = slope(x);
  const d = 1e-3; // the higher derivatives to three digits: enough for a guide
  const second = Math.abs(slope(x + d) - slope(x - d)) / (2 * d);
  const third = Math.abs(slope(x + d) - 2 * exact + slope(x - d)) / (d * d);
  const R = PRECISIONS[precision].eps * (Math.abs(f(x, Number)) + Math.abs(x * exact));
  const share = (value) => value / Math.abs(exact);
  return {
    forward: { truncation: (h) => share((h * second) / 2), roundOff: (h) => share(R / h) },
    central: { truncation: (h) => share((h * h * third) / 6), roundOff: (h) => share(R / (2 * h)) },
    best: { forward: Math.sqrt((2 * R) / second), central: Math.cbrt((3 * R) / (2 * third)) },
  };
}

// The curves do not depend on h: they are kept until something else changes.
let memory = { key: "", curves: null };
function curves({ function: name, precision, x }) {
  const key = `${name} ${precision} ${x}`;
  if (memory.key === key) return memory.curves;
  const errors = LOG_HS.map((k) => relativeErrors(name, precision, x, 10 ** k));
  const powers = (which) => errors.map((error) => logarithm(error[which]));
  memory = { key, curves: { forward: powers("forward"), central: powers("central") } };
  return memory.curves;
}

const logarithm = (error) => Math.log10(Math.max(error, 1e-17));

function facts(state, { values }) {
  const { function: name, precision, x } = state;
  const h = 10 ** state.log_h;
  return {
    ...{ h, curves: curves(state), errors: relativeErrors(name, precision, x, h) },
    ...{ parts: quotients(name, precision, x, h), theory: theory(name, precision, x) },
    exact: exactSlope(name, precision, x),
    theirs: values ? Array.from(values.array, logarithm) : null,
    theirError: values ? values.array[Math.round((state.log_h + 16) * 20)] : null,
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { h, errors, parts, theirError }) {
  const yours = theirError === null ? "" : ` Yours: ${errorWords(theirError)}.`;
  return (
    `At h = ${num(h)} the central difference: ${errorWords(errors.central)}. ` +
    `The forward difference: ${errorWords(errors.forward)}.${yours} ${lossWords(state, parts)}`
  );
}

function lossWords(state, parts) {
  if (parts.lost) return "Here x + h rounds to x itself, so the forward difference is 0.";
  const count = agreeing(state, parts);
  if (count === 0) return "f(x + h) and f(x − h) differ from their first digit on.";
  return `f(x + h) and f(x − h) share ${figures(count)} at the front: the subtraction loses them.`;
}

function errorWords(error) {
  return `relative error ${num(error, 2)}, ${figures(digitsRight(error))} right`;
}

const figures = (count) => (count === 1 ? "1 digit" : `${count} digits`);
const digitsRight = (error) => Math.max(0, Math.floor(-logarithm(error)));

function agreeing({ precision }, { up, down }) {
  const { digits } = PRECISIONS[precision];
  const same = commonStart(up.toPrecision(digits), down.toPrecision(digits));
  return same.replace(/^[-0.]*/, "").replace(".", "").length;
}

function commonStart(a, b) {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

// Drawing --------------------------------------------------------------------------------

const powers = (from, to, by) =>
  Array.from({ length: (to - from) / by + 1 }, (_, i) => [
    from + i * by,
    powerOfTen(from + i * by),
  ]);

const ERRORS = panel({
  ...{ left: 62, top: 14, width: 566, height: 262, x: [-16, 0], y: [-16, 1] },
  ...{ xLabel: "step size h", yLabel: "relative error" },
  ...{ xTicks: powers(-16, 0, 2), yTicks: powers(-12, 0, 4) },
});

function draw(state, now) {
  const { curves, theirs, errors } = now;
  const at = ERRORS.px(state.log_h);
  const content = markup`${state.apart ? guides(now) : ""}
    ${line(ERRORS, LOG_HS, curves.forward, "xp-thin xp-other")}
    ${line(ERRORS, LOG_HS, curves.central, "xp-thin")}
    ${theirs ? line(ERRORS, LOG_HS, theirs, "xp-theirs") : ""}`;
  return markup`${frame(ERRORS)}${clipped(ERRORS, content)}
    <line class="xp-guide" x1="${at}" x2="${at}" y1="${ERRORS.top}" y2="${ERRORS.top + ERRORS.height}"/>
    ${diamond(state.log_h, errors.forward)}${diamond(state.log_h, errors.central)}
    ${state.apart ? guideNames(now) : ""}${legend(state, now)}${digitsTable(state, now)}`;
}

function diamond(x, error) {
  const y = Math.max(-16, Math.min(1, logarithm(error)));
  return markup`<path class="xp-here" transform="translate(${ERRORS.px(x)} ${ERRORS.py(y)})" d="M0-7L7 0L0 7L-7 0Z"/>`;
}

// Truncation and round-off of the central difference as two lines; where they cross is the best h.
function guides({ theory: { central, best } }) {
  const ends = [-16, 0];
  const straight = (f) => ends.map((k) => Math.log10(f(10 ** k)));
  const k = Math.log10(best.central);
  const y = Math.log10(central.truncation(best.central) + central.roundOff(best.central));
  return markup`${line(ERRORS, ends, straight(central.truncation), "xp-tangent")}
    ${line(ERRORS, ends, straight(central.roundOff), "xp-tangent")}
    <circle class="xp-ring" cx="${ERRORS.px(k)}" cy="${ERRORS.py(y)}" r="9"/>`;
}

// Their names stand to the right of the lines, where no curve passes.
function guideNames({ theory: { central } }) {
  return markup`${guideName(central.truncation, -7, "truncation")}${guideName(central.roundOff, -1.6, "round-off")}`;
}

function guideName(f, power, words) {
  const rising = f(1e-3) > f(1e-4);
  const k = LOG_HS.find((each) => rising === logarithm(f(10 ** each)) >= power);
  return markup`<text class="xp-strong xp-halo" x="${ERRORS.px(k) + 12}" y="${ERRORS.py(power)}">${words}</text>`;
}

function legend({ apart }, { theirs }) {
  const rows = [
    ["central", "xp-thin"],
    ["forward", "xp-thin xp-other"],
  ];
  if (theirs) rows.push(["yours", "xp-theirs"]);
  if (apart) rows.push(["central, in theory", "xp-tangent"]);
  return rows.map(([name, kind], i) => {
    const y = ERRORS.top + ERRORS.height - 14 - 19 * (rows.length - 1 - i);
    return markup`<path class="${kind}" d="M${ERRORS.left + 12} ${y - 4}h28"/>
        <text class="xp-strong xp-halo" x="${ERRORS.left + 48}" y="${y}">${name}</text>`;
  });
}

// The numbers themselves: bold is what survives the subtraction, and what is right of the slope.
function digitsTable({ precision }, { parts, exact }) {
  const { digits } = PRECISIONS[precision];
  const text = (value) => value.toPrecision(digits);
  const [up, down, slope] = [text(parts.up), text(parts.down), text(exact)];
  const same = commonStart(up, down).length;
  const right = (value) => commonStart(text(value), slope).length;
  const rows = [
    [62, 0, "Bold: what the subtraction leaves"],
    [62, 1, "f(x + h)", up, same, false],
    [62, 2, "f(x − h)", down, same, false],
    [350, 0, "Bold: digits that are right"],
    [350, 1, "central", text(parts.central), right(parts.central), true],
    [350, 2, "forward", text(parts.forward), right(parts.forward), true],
    [350, 3, "f′(x)", slope, slope.length, true],
  ];
  return rows.map((row) => digitsRow(...row));
}

function digitsRow(x, row, label, digits, cut, boldFirst) {
  const y = 346 + 22 * row;
  if (!digits) return markup`<text x="${x}" y="${y}">${label}</text>`;
  const [first, rest] = [digits.slice(0, cut), digits.slice(cut)].map((d) => d.replace("-", "−"));
  const kinds = boldFirst ? ["xp-strong", "xp-faint"] : ["xp-faint", "xp-strong"];
  return markup`<text x="${x}" y="${y}">${label}</text><text class="xp-digits" x="${x + 64}" y="${y}"><tspan
    class="${kinds[0]}">${first}</tspan><tspan class="${kinds[1]}">${rest}</tspan></text>`;
}

// Doing ----------------------------------------------------------------------------------

function drag(point, phase) {
  if (phase === "start" && !ERRORS.holds(point)) return {};
  const { x } = ERRORS.fromPicture(point);
  return { log_h: Math.round(Math.max(-16, Math.min(0, x)) * 10) / 10 };
}

function tenDigits({ precision }, { errors }) {
  return precision === "float64" && errors.central < 1e-10;
}

function perDecade(_state, _facts, answer) {
  if (answer > 95 && answer < 105) return true;
  if (answer > 9 && answer < 11) return "So does the forward difference. Read the solid line.";
  if (answer > 0 && answer < 0.02) return "That is the ratio the other way round.";
}

function bestInSingle(_state, _facts, answer) {
  if (answer >= 1.5e-3 && answer <= 1.6e-2) return true;
  if (answer > 1.6e-2) return "There the smooth branch rules: a smaller h still helps.";
  if (answer > 0) return "There the ragged branch rules: a smaller h makes it worse.";
}

export default explorable({
  size: [640, 424],
  ...{ facts, describe, draw, drag },
  asks: ({ function: name, precision, x }) => ({ function: name, precision, x }),
  tasks: { tenDigits, perDecade, bestInSingle },
});
