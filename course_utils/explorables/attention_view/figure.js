// Attention view: a sentence, a head whose queries are set by three dials, and who looks at whom.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { num } from "../kit/plot.js";
import { softmax } from "../maths/softmax.js";

// Mathematics ----------------------------------------------------------------------------

export const MOST = 24;

// The words and signs of a sentence; a full stop stays with an abbreviation.
export function wordsOf(sentence) {
  const words = sentence.match(/(?:Mrs?|Dr|St)\.|[^\s.,;:!?]+|[.,;:!?]/g) ?? [];
  return words.length ? words.slice(0, MOST) : ["(nothing)"];
}

// How well the key of word j fits the query of word i, after the division by the square root of d:
// keys and queries have a single 1 for the word, the word before and the place, times the dials.
export function score(words, i, j, { same, after, back, places }) {
  const alike = (a, b) => words[a].toLowerCase() === words[b].toLowerCase();
  const noted = places && j > 0 && alike(i, j - 1);
  const before = places && j === i - 1;
  return (alike(i, j) ? same : 0) + (noted ? after : 0) + (before ? back : 0);
}

// Row i: a softmax over the scores of those that word i may look at, 0 for the others.
export function weightsOf(state) {
  const words = wordsOf(state.sentence);
  return words.map((_, i) => {
    const seen = state.mask ? i + 1 : words.length;
    const scores = Array.from({ length: seen }, (_, j) => score(words, i, j, state));
    return [...softmax(scores), ...Array(words.length - seen).fill(0)];
  });
}

const ASKED = ["sentence", "same", "after", "back", "mask", "places"];
const asks = (state) => Object.fromEntries(ASKED.map((name) => [name, state[name]]));

function facts(state, { values }) {
  const words = wordsOf(state.sentence);
  const right = weightsOf(state);
  const theirs = rowsOf(values, state, words.length);
  const weights = theirs ?? right;
  const differ = (i, j) => !(Math.abs(weights[i][j] - right[i][j]) < 1e-4);
  return {
    ...{ words, weights, theirs, asking: Math.min(state.word, words.length) - 1 },
    wrong: words.map((_, i) => words.map((_, j) => differ(i, j))),
  };
}

// What the learner's function answered, if it was asked about this very state.
function rowsOf(values, state, n) {
  if (!values || ASKED.some((name) => values.asked[name] !== state[name])) return null;
  return Array.from({ length: n }, (_, i) => Array.from(values.array.slice(i * n, (i + 1) * n)));
}

// Words ----------------------------------------------------------------------------------

function describe(state, { words, weights, asking, theirs, wrong }) {
  const row = weights[asking];
  const best = row.indexOf(Math.max(...row));
  const hidden = state.mask ? words.length - asking - 1 : 0;
  const covered = hidden > 0 ? ` The mask hides ${count(hidden, "later word")} from it.` : "";
  return (
    `${name(words, asking)}, looks most at ${name(words, best).replace("Word", "word")}, with a ` +
    `weight of ${num(row[best], 2)}. Its row sums to ${num(sum(row), 3)}.${covered}` +
    `${dead(state)}${theirs ? judged(wrong) : ""}`
  );
}

const name = (words, i) => `Word ${i + 1}, “${words[i]}”`;
const count = (n, thing) => `${n} ${thing}${n === 1 ? "" : "s"}`;
const sum = (row) => row.reduce((a, b) => a + b, 0);

function dead({ places, after, back }) {
  if (places || after + back === 0) return "";
  return " Without places nobody knows who stood before: two dials do nothing.";
}

function judged(wrong) {
  const bad = wrong.flat().filter(Boolean).length;
  if (bad === 0) return " These are the weights of your own function, and they are right.";
  return ` These are the weights of your own function: ${count(bad, "number")} of ${wrong.flat().length} should be different.`;
}

// Drawing --------------------------------------------------------------------------------

const TOP = 46;
const GRID = { left: 98, width: 250, height: 340 };
const BARS = { names: 458, left: 466, width: 118 };

function place(n) {
  return { w: Math.min(28, GRID.width / n), h: Math.min(28, GRID.height / n) };
}

function draw(state, now) {
  const { words, asking } = now;
  const { w, h } = place(words.length);
  const size = { width: w * words.length, height: h * words.length };
  return markup`<text x="${GRID.left}" y="32">looked at, in the same order →</text>
    <text x="8" y="32" class="xp-strong">asks</text>
    <text x="${BARS.left}" y="32" class="xp-strong">word ${asking + 1} looks at</text>
    ${cells(state, now, w, h)}
    <rect class="xp-frame" x="${GRID.left}" y="${TOP}" width="${size.width}" height="${size.height}"/>
    <rect class="xp-pick" x="${GRID.left}" y="${TOP + asking * h}" width="${size.width}" height="${h}"/>
    ${words.map((word, i) => rowOf(word, i, now, h))}`;
}

function cells({ mask }, { words, weights, wrong }, w, h) {
  const at = (i, j) => [tenth(GRID.left + j * w), tenth(TOP + i * h)];
  const parts = [];
  let hidden = "";
  words.forEach((_, i) => {
    words.forEach((_, j) => {
      const [x, y] = at(i, j);
      if (mask && j > i) hidden += `M${tenth(x + w / 2 - 2)} ${tenth(y + h / 2)}h4`;
      const share = Math.max(0, Math.min(1, weights[i][j] || 0));
      if (share > 0.004)
        parts.push(
          markup`<rect class="xp-weight" x="${x}" y="${y}" width="${tenth(w)}" height="${tenth(h)}" fill-opacity="${share.toFixed(2)}"/>`,
        );
      if (wrong[i][j])
        parts.push(
          markup`<rect class="xp-wrong" x="${x + 1}" y="${y + 1}" width="${tenth(w - 2)}" height="${tenth(h - 2)}"/>`,
        );
    });
  });
  return markup`${parts}<path class="xp-hidden" d="${hidden || "M0 0"}"/>`;
}

// A word beside the grid, and the same word beside its bar.
function rowOf(word, i, { weights, asking }, h) {
  const y = tenth(TOP + i * h + h / 2 + 4);
  const share = weights[asking][i];
  const shown = Math.max(0, Math.min(1, share || 0));
  const short = word.length > 10 ? `${word.slice(0, 9)}…` : word;
  const strong = i === asking ? "xp-strong" : "";
  return markup`<text x="8" y="${y}" class="${strong}">${short}</text>
    <text x="${BARS.names}" y="${y}" text-anchor="end" class="${strong}">${short}</text>
    <rect class="xp-weight" x="${BARS.left}" y="${tenth(TOP + i * h + 2)}" width="${tenth(BARS.width * shown)}" height="${tenth(h - 4)}"/>
    <text x="632" y="${y}" text-anchor="end" class="xp-digits">${written(share)}</text>`;
}

const written = (share) => (Number.isFinite(share) ? share.toFixed(2).replace("-", "−") : "nan");
const tenth = (value) => Math.round(value * 10) / 10;

// Doing ----------------------------------------------------------------------------------

function drag(point, phase, _state, { words }) {
  const row = Math.floor((point.y - TOP) / place(words.length).h);
  if (phase === "start" && (row < 0 || row >= words.length)) return {};
  return { word: Math.max(0, Math.min(words.length - 1, row)) + 1 };
}

// The last word is chosen anew when there are fewer words than before.
function follow(state, old) {
  if (state.sentence === old.sentence) return {};
  return { word: Math.min(state.word, wordsOf(state.sentence).length) };
}

const asItComes = (words) => words.join(" ") === "When Mr. Perry came they all rose and Mr.";

function whoIsIt({ mask }, { words, weights }) {
  return mask && asItComes(words) && weights[8][2] >= 0.9;
}

function evenShare(_state, _facts, answer) {
  if (Math.abs(answer - 0.2) < 0.006) return true;
  if (Math.abs(answer - 1 / 9) < 0.006)
    return "So it would be if it saw all nine words. The mask is on.";
  if (Math.abs(answer - 0.25) < 0.006)
    return "Four words stand before it. May it also look at itself?";
  if (Math.abs(answer) < 0.001)
    return "A score of 0 is not a weight of 0: e to the power of 0 is 1.";
}

function twins({ back }, { words, weights }) {
  if (back < 4) return false;
  const close = (a, b) => a.every((value, k) => Math.abs(value - b[k]) < 1e-6);
  return words.some((word, i) =>
    words.some(
      (other, j) =>
        j > i && word.toLowerCase() === other.toLowerCase() && close(weights[i], weights[j]),
    ),
  );
}

export default explorable({
  size: [640, 396],
  ...{ facts, describe, draw, drag, follow, asks },
  tasks: { whoIsIt, evenShare, twins },
});
