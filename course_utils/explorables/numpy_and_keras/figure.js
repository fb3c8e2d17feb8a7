// NumPy and Keras side by side: two loss curves epoch by epoch, and the two programs line by line.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { clipped, frame, line, num, panel, powerOfTen } from "../kit/plot.js";

// Mathematics ----------------------------------------------------------------------------

// The gap between a float32 number and the next one.
export function spacing(value) {
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23);
}

// One run out of `curves` of shape (runs, 3, epochs): losses of both, and their difference.
export function runOf({ shape, array }, index) {
  const epochs = shape.at(-1);
  const [numpy, keras, difference] = [0, 1, 2].map((row) => {
    const start = (3 * index + row) * epochs;
    return Array.from(array.subarray(start, start + epochs));
  });
  return { numpy, keras, difference };
}

function facts(state, { values, data, extra }) {
  const { runs, programs, epochs, stepsPerEpoch } = extra;
  const index = runs.findIndex(([o, d]) => o === state.optimizer && d === state.differs);
  const whole = values ? runOf(values, 0) : runOf(data.curves, Math.max(0, index));
  const count = Math.min(state.epochs, whole.numpy.length);
  const run = Object.fromEntries(
    Object.entries(whole).map(([name, curve]) => [name, curve.slice(0, count)]),
  );
  return {
    ...{ run, count, epochs, stepsPerEpoch, programs: programs[index] },
    have: whole.numpy.length,
    largest: Math.max(0, ...run.difference),
    top: Math.max(0.9, 1.1 * Math.max(0, whole.numpy[0] ?? 0, whole.keras[0] ?? 0)),
  };
}

// Words ----------------------------------------------------------------------------------

function describe(state, { run, count, have }) {
  if (count === 0)
    return "Untrained. Press Play: both start with the same weights, unless you change that.";
  const [numpy, keras, difference] = [run.numpy, run.keras, run.difference].map((c) => c.at(-1));
  const waiting = have < state.epochs ? ` ${have} of ${state.epochs} epochs are trained.` : "";
  return (
    `After ${count} epoch${count === 1 ? "" : "s"}: NumPy ${digits(numpy)}, Keras ` +
    `${digits(keras)}. They are ${num(difference, 2)} apart; the float32 numbers there lie ` +
    `${num(spacing(numpy), 2)} apart.${waiting}`
  );
}

const digits = (loss) => loss.toPrecision(7);

// Why the losses are as far apart as they are; about the recorded runs only.
function reason({ optimizer, differs }) {
  if (differs === "the order of the rows")
    return (
      "The same rows in other batches give other steps. Neither run is the right one: this is how " +
      "much an order of rows is worth."
    );
  if (differs === "the first weights")
    return "Another start, another way down. Give it time and it comes down just as well.";
  if (optimizer !== "adam")
    return "Both add up the same numbers, but in another order, and every sum is rounded.";
  return (
    "Rounding again, and most of it in one place: Keras computes Adam's 1 − 0.999ᵗ in float32, " +
    "where few digits survive the subtraction in the first steps; course_utils.nn takes float64."
  );
}

// Drawing --------------------------------------------------------------------------------

function panels({ epochs, top }) {
  const place = { left: 62, width: 566, x: [0, epochs], xLabel: "epoch" };
  if (epochs < 10) place.xTicks = Array.from({ length: epochs + 1 }, (_, i) => [i, String(i)]);
  return {
    losses: panel({
      ...{ ...place, top: 28, height: 160, y: [0, top], xLabel: "", yLabel: "loss" },
      title: "The losses",
    }),
    apart: panel({
      ...{ ...place, top: 236, height: 120, y: [-10, 0], yLabel: "difference" },
      ...{
        title: "How far apart they are",
        yTicks: [-9, -6, -3, 0].map((k) => [k, powerOfTen(k)]),
      },
    }),
  };
}

function draw(state, now) {
  const { losses, apart } = panels(now);
  const { run, count } = now;
  const steps = Array.from({ length: count }, (_, i) => i + 1);
  const dots = (p, ys, shape) => steps.map((x, i) => shape(p.px(x), p.py(ys[i])));
  const powers = run.difference.map((d) => Math.max(-10, Math.log10(d)));
  const ground = run.numpy.map((loss) => Math.log10(spacing(loss)));
  return markup`${frame(losses)}${clipped(losses, pair(losses, steps, run))}${legend(losses)}
    ${frame(apart)}${clipped(
      apart,
      markup`${line(apart, steps, ground, "xp-tangent")}${line(apart, steps, powers, "xp-gap")}
      ${dots(apart, powers, (x, y) => markup`<circle class="xp-gap-dot" cx="${x}" cy="${y}" r="3"/>`)}`,
    )}
    ${groundName(apart)}${cursor([losses, apart], state)}`;
}

function pair(p, steps, { numpy, keras }) {
  return markup`${line(p, steps, numpy, "xp-curve xp-wide")}${line(p, steps, keras, "xp-theirs")}`;
}

function legend(p) {
  const [x, y] = [p.left + p.width - 128, p.top + 20];
  return markup`<path class="xp-curve xp-wide" d="M${x} ${y - 4}h30"/>
    <text class="xp-strong xp-halo" x="${x + 38}" y="${y}">NumPy</text>
    <path class="xp-theirs" d="M${x} ${y + 17}h30"/>
    <text class="xp-strong xp-halo" x="${x + 38}" y="${y + 21}">Keras</text>`;
}

// Beside the title: everywhere in the panel a curve may pass.
function groundName(p) {
  const right = p.left + p.width;
  return markup`<path class="xp-tangent" d="M${right - 240} ${p.top - 12}h28"/>
    <text x="${right - 205}" y="${p.top - 8}">to the next float32 number</text>`;
}

function cursor(panels, { epochs }) {
  return panels.map((p) => {
    const at = p.px(epochs);
    return markup`<line class="xp-guide" x1="${at}" x2="${at}" y1="${p.top}" y2="${p.top + p.height}"/>`;
  });
}

// The programs, line beside line; a mark and bold type where they differ.
function beneath(state, { programs, count, epochs }) {
  if (!programs) return markup``;
  const [numpy, keras] = programs;
  const rows = numpy.map((text, i) => codeRow(text, keras[i]));
  const why =
    count === epochs
      ? reason(state)
      : "Train to the end: this line then says where the difference comes from.";
  return markup`<p class="xp-why">${why}</p>
    <table class="xp-code"><caption>The two programs; ≠ marks the lines that differ.</caption>
    <thead><tr><th scope="col">NumPy</th><th scope="col"><span class="xp-unseen">the
    same?</span></th><th scope="col">Keras</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function codeRow(numpy, keras) {
  const same = numpy === keras;
  const cell = (text) => markup`<td><code>${text || " "}</code></td>`;
  const mark = markup`<td class="xp-same">${same ? "=" : "≠"}</td>`;
  return markup`<tr class="${same ? "" : "xp-differs"}">${cell(numpy)}${mark}${cell(keras)}</tr>`;
}

// Doing ----------------------------------------------------------------------------------

function drag(point, _phase, _state, now) {
  const { x } = panels(now).losses.fromPicture(point);
  return { epochs: Math.round(Math.max(0, Math.min(now.epochs, x))) };
}

// Python trains a few epochs per answer; `have` makes the next question another one.
function asks({ epochs }, { have }) {
  return have < epochs ? { epochs, have } : null;
}

const different = ({ differs }) => differs !== undefined && differs !== "nothing";

function largestDifference(state, { count, epochs, largest }, answer) {
  if (different(state)) return "Now something differs. Set it to nothing.";
  if (count < epochs) return "Let both train to the end first.";
  if (answer >= largest / 2 && answer <= largest * 2) return true;
  if (answer > 1e-3) return "That one could see in the upper panel. Read the lower axis.";
  if (answer > 0) return "Find the highest point of the lower curve, and its power of ten.";
}

function apart(state, { run }) {
  return (state.differs === undefined || different(state)) && run.difference.at(-1) > 0.01;
}

function steps(_state, { stepsPerEpoch }, answer) {
  if (answer === stepsPerEpoch) return true;
  if (answer === stepsPerEpoch - 1) return "The last batch is shorter, and it is a step, too.";
  if (answer > stepsPerEpoch * 5) return "One step for each batch, not for each row.";
}

export default explorable({
  size: [640, 396],
  ...{ facts, describe, draw, drag, asks, beneath },
  tasks: { largestDifference, apart, steps },
});
