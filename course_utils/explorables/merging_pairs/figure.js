// Merging pairs: byte-pair encoding of a few words, one merge after the other.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";

// Mathematics ----------------------------------------------------------------------------

// [{ pair, count }], in the order in which the pairs are met.
export function pairCounts(words) {
  const counts = new Map();
  for (const word of words)
    for (let i = 0; i + 1 < word.length; i++) {
      const pair = [word[i], word[i + 1]];
      const key = JSON.stringify(pair);
      if (!counts.has(key)) counts.set(key, { pair, count: 0 });
      counts.get(key).count += 1;
    }
  return [...counts.values()];
}

// The word's tokens with the pair joined wherever it stands, from left to right.
export function joined(word, [first, second]) {
  const tokens = [];
  for (let i = 0; i < word.length; i++) {
    const together = word[i] === first && word[i + 1] === second;
    tokens.push(together ? first + second : word[i]);
    if (together) i += 1;
  }
  return tokens;
}

// { words, merges, ranked } after at most so many merges: ranked has the commonest pair first.
export function merged(text, steps) {
  let words = text
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => Array.from(word));
  const merges = [];
  let ranked = ranking(words);
  while (merges.length < steps && ranked.length > 0 && ranked[0].count > 1) {
    const { pair } = ranked[0];
    merges.push(pair);
    words = words.map((word) => joined(word, pair));
    ranked = ranking(words);
  }
  return { words, merges, ranked };
}

// Sorting keeps the order of meeting among equals.
const ranking = (words) => pairCounts(words).sort((a, b) => b.count - a.count);

function facts({ text, merges: steps }) {
  const now = merged(text, steps);
  const tokens = now.words.flat();
  return { ...now, tokens, kinds: new Set(tokens).size, next: now.ranked[0] };
}

// Words ----------------------------------------------------------------------------------

function describe({ merges: steps }, { tokens, merges, next }) {
  if (tokens.length === 0) return "Type a few words, and press Enter.";
  const last = merges.at(-1);
  const size = `${counted(tokens.length, "token")}, ${counted(merges.length, "merge")}.`;
  const was = last ? ` The last one made ${last.join("")}.` : " All tokens are single characters.";
  if (!next) return `${size}${was} Each word is one token: nothing is left to join.`;
  if (next.count < 2)
    return `${size}${was} No pair occurs twice, so there is no merge after number ${merges.length}.`;
  const more = steps < 20 ? "The next merge joins" : "The commonest pair is";
  return `${size}${was} ${more} ${next.pair.join(" and ")}, which stand together ${next.count} times.`;
}

const counted = (n, name) => `${n} ${name}${n === 1 ? "" : "s"}`;

// Drawing --------------------------------------------------------------------------------

const LINE = { left: 20, right: 620, height: 28, most: 8 };
const LISTS = 262; // where the two lists begin

function draw(_state, now) {
  return markup`${drawTokens(now)}${drawPairs(now)}${drawMerges(now)}`;
}

// Where each token stands: from left to right, line by line; a word that fits a line is not broken.
function places(words) {
  const found = [];
  let [x, line] = [LINE.left, 0];
  for (const word of words) {
    const tokens = word.map((token) => boxed(token));
    const whole = tokens.reduce((sum, { width }) => sum + width + 2, -2);
    if (x + whole > LINE.right && whole <= LINE.right - LINE.left && x > LINE.left)
      [x, line] = [LINE.left, line + 1];
    for (const { token, text, width } of tokens) {
      if (x + width > LINE.right && x > LINE.left) [x, line] = [LINE.left, line + 1];
      found.push({ token, text, x, width, line });
      x += width + 2;
    }
    x += 12;
  }
  return found;
}

function boxed(token) {
  const text = short(token, 40);
  return { token, text, width: 10 + 8.8 * Array.from(text).length };
}

const short = (text, most) => {
  const letters = Array.from(text);
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
};

function drawTokens({ words, merges, next }) {
  const made = merges.at(-1)?.join("");
  const marks = next && next.count > 1 ? marked(words, next.pair) : new Set();
  return places(words)
    .filter(({ line }) => line < LINE.most)
    .map(({ token, text, x, width, line }, i) => {
      const y = 10 + line * LINE.height;
      const under = marks.has(i)
        ? markup`<line class="xp-next" x1="${x + 1}" x2="${x + width - 1}" y1="${y + 26}" y2="${y + 26}"/>`
        : "";
      return markup`<rect class="${token === made ? "xp-made" : "xp-token"}" x="${x}" y="${y}" width="${width}" height="22" rx="4"/>
        <text class="xp-letters" x="${x + width / 2}" y="${y + 16}" text-anchor="middle">${text}</text>${under}`;
    });
}

// The numbers of the tokens that the next merge will join.
function marked(words, [first, second]) {
  const found = new Set();
  let start = 0;
  for (const word of words) {
    for (let i = 0; i + 1 < word.length; i++)
      if (word[i] === first && word[i + 1] === second) {
        found.add(start + i).add(start + i + 1);
        i += 1;
      }
    start += word.length;
  }
  return found;
}

function drawPairs({ ranked }) {
  const most = ranked[0]?.count ?? 1;
  const rows = ranked.slice(0, 6).map(({ pair, count }, i) => {
    const y = LISTS + 14 + 24 * i;
    const kind = i === 0 && count > 1 ? "xp-made" : "xp-token";
    return markup`<text class="xp-letters" x="${LINE.left}" y="${y + 15}">${pair.map((t) => short(t, 8)).join(" ")}</text>
      <rect class="${kind}" x="190" y="${y + 2}" width="${Math.max(2, (110 * count) / most)}" height="16"/>
      <text x="${200 + (110 * count) / most}" y="${y + 15}">${count}</text>`;
  });
  return markup`<text class="xp-strong" x="${LINE.left}" y="${LISTS}">pairs of neighbors, how often</text>${rows}`;
}

function drawMerges({ merges, tokens, kinds }) {
  const first = Math.max(0, merges.length - 6);
  const rows = merges.slice(first).map((pair, i) => {
    const y = LISTS + 29 + 24 * i;
    const [a, b] = pair.map((token) => short(token, 6));
    const words = `${a} + ${b} → ${short(pair.join(""), 9)}`;
    return markup`<text x="372" y="${y}">${first + i + 1}</text>
      <text class="xp-letters" x="400" y="${y}">${words}</text>`;
  });
  const sums = `${counted(tokens.length, "token")}, ${kinds} different`;
  return markup`<text class="xp-strong" x="372" y="${LISTS}">merges</text>${rows}
    <text class="xp-strong" x="${LINE.left}" y="${LISTS + 176}">${sums}</text>`;
}

// Doing ----------------------------------------------------------------------------------

function wholeWord(_state, { words, merges }) {
  return merges.length > 0 && words.some((word) => word.length === 1 && word[0] === "steam");
}

function fallsBy(_state, _facts, answer) {
  if (answer === 18) return true;
  if (answer === 9) return "That is one merge. The second one joins nine pairs, too.";
  if (answer === 17) return "So many are left. How many were there before?";
  if (answer === 35) return "So many there are at the start. How many are left?";
}

function eightLetters(_state, { merges, words }) {
  const made = merges.slice(0, 3).map((pair) => Array.from(pair.join("")).length);
  return merges.length >= 3 && made.includes(8) && words.length > 0;
}

export default explorable({
  size: [640, 452],
  ...{ facts, describe, draw },
  tasks: { wholeWord, fallsBy, eightLetters },
});
