// Backprop stepper: back through a computation graph, one local derivative at a time.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { inBrackets, num } from "../kit/plot.js";
import { readNumber } from "../kit/tasks.js";
import { contributions, evaluate, total, wayBack } from "./computation_graph.js";
import { layOut } from "./graph_layout.js";

// Mathematics ----------------------------------------------------------------------------

// A number counts as right within about a hundredth: people compute with three digits.
export function near(answer, right) {
  return Math.abs(answer - right) <= Math.max(0.006, 0.011 * Math.abs(right));
}

// How far the answers lead: `given` says of each step passed whether it was "own" or "shown";
// `wrong` is the text of a last answer that is not right.
export function progressOf(graph, answers) {
  const texts = answers.split(",").map((text) => text.trim());
  const given = [];
  let wrong = null;
  for (const { local } of wayBack(graph)) {
    const text = texts[given.length];
    if (!text) break;
    if (text !== "?" && !near(readNumber(text), local)) {
      wrong = text;
      break;
    }
    given.push(text === "?" ? "shown" : "own");
  }
  return { given, wrong };
}

function facts(state, { extra }) {
  const graph = extra.graphs[state.graph]
    ? evaluate(extra.graphs[state.graph], state)
    : extra.yours;
  const names = graph.nodes.map(({ id, label }) => label || `v${id}`);
  const steps = wayBack(graph);
  const { given, wrong } = progressOf(graph, state.answers);
  const shares = contributions(graph, given.length);
  const result = names.at(-1);
  return { graph, names, steps, given, wrong, shares, result, step: steps[given.length] ?? null };
}

// Words ----------------------------------------------------------------------------------

function describe(_state, now) {
  return [past(now), next(now)].filter(Boolean).join(" ");
}

// What the last step was, or what was wrong about it.
function past(now) {
  if (now.wrong !== null) return `Not ${now.wrong}. ${hint(now)}`;
  const before = now.steps[now.given.length - 1];
  if (!before) return "";
  const start = now.given.at(-1) === "own" ? "Right: " : "";
  return `${start}${slope(now, before)} = ${num(before.local)}. ${passedOn(now, before)}.`;
}

// "dL/dz = −1.08 × 0.786 = −0.846", and the sum where more than one share has arrived.
function passedOn({ names, shares, result }, { child, parent, local }) {
  const upstream = total(shares[child]);
  const product = `${num(upstream)} × ${inBrackets(local)} = ${num(upstream * local)}`;
  const name = `d${result}/d${names[parent]}`;
  if (shares[parent].length === 1) return `${name} = ${product}`;
  const sum = written(shares[parent]);
  return `${product} arrives at ${names[parent]} as well: ${name} = ${sum} = ${num(total(shares[parent]))}`;
}

// "1 + (−3)"
const written = (shares) => [num(shares[0]), ...shares.slice(1).map(inBrackets)].join(" + ");

function next({ graph, names, steps, given, shares, step, result }) {
  if (step) {
    const [child, parent] = [graph.nodes[step.child], graph.nodes[step.parent]];
    return (
      `Step ${given.length + 1} of ${steps.length}: ${names[child.id]} = ${formula(graph, names, child)}, ` +
      `where ${names[parent.id]} = ${num(parent.data)} and ${names[child.id]} = ${num(child.data)}. ` +
      `What is the local derivative d${names[child.id]}/d${names[parent.id]}?`
    );
  }
  const inputs = graph.nodes.filter(({ operation }) => !operation);
  const ends = inputs.map(({ id }) => `d${result}/d${names[id]} = ${num(total(shares[id]))}`);
  return `All the way back: ${ends.join(", ")}.`;
}

const slope = ({ names }, { child, parent }) => `d${names[child]}/d${names[parent]}`;

// "tanh(z)", "w × x", "e²"
function formula({ edges }, names, { id, operation }) {
  const from = edges.filter(([, child]) => child === id).map(([parent]) => names[parent]);
  if (from.length === 2) return from.join(` ${operation} `);
  if (operation === "**2") return `${from[0]}²`;
  return operation.startsWith("**") ? `${from[0]}${operation}` : `${operation}(${from[0]})`;
}

// Looks for the mistake behind a wrong number; else says the rule.
function hint({ graph, names, shares, step, wrong }) {
  const answer = readNumber(wrong);
  if (Number.isNaN(answer)) return "Type a number, like 0.25.";
  const [child, parent] = [graph.nodes[step.child], graph.nodes[step.parent]];
  if (near(answer, total(shares[step.child]) * step.local))
    return "That is upstream times local already. First the local derivative alone.";
  const known = HINTS[child.operation];
  if (!known) return `How fast does ${names[child.id]} change when ${names[parent.id]} grows?`;
  return known(answer, { child: child.data, parent: parent.data, name: names[parent.id] });
}

const HINTS = {
  "×": (answer, { parent, name }) =>
    near(answer, parent)
      ? `That is ${name} itself. When ${name} grows by 1, the product grows by the other factor.`
      : `When ${name} grows by 1, by how much does the product grow?`,
  "+": (_, { name }) => `When ${name} grows by 1, by how much does the sum grow?`,
  "−": (_, { name }) =>
    `When ${name} grows by 1, does the difference grow or fall, and by how much?`,
  tanh: (answer, { child }) =>
    near(answer, child)
      ? "That is the value of tanh. Its slope is 1 minus the square of that."
      : "The slope of tanh is 1 minus the square of its value.",
  "**2": (answer, { parent }) =>
    near(answer, parent)
      ? "Almost: the slope of a square has a factor 2."
      : "The slope of e² is 2e.",
};

// Drawing --------------------------------------------------------------------------------

const AREA = { left: 6, top: 50, width: 418, height: 378, most: 154 };
const BOX = { width: 142, height: 40 };

let memory = { key: "", layout: null }; // the places depend on the edges only
function layoutOf(graph) {
  const key = graph.edges.map(([parent, child]) => `${parent}>${child}`).join();
  if (memory.key !== key) memory = { key, layout: layOut(graph, AREA) };
  return memory.layout;
}

function draw(_state, now) {
  const layout = layoutOf(now.graph);
  const edges = now.graph.edges.map((_, e) => drawEdge(layout, now, e));
  const nodes = now.graph.nodes.map((node) => drawNode(layout, now, node));
  return markup`${edges.map(([path]) => path)}${edges.map(([, pill]) => pill)}
    ${nodes}${drawStep(now)}
    ${text(AREA.left + AREA.width / 2, 16, "Values go down, gradients come back up.", "middle")}`;
}

// Gray before the gradient has crossed it, then green with its local derivative in a pill.
function drawEdge(layout, { graph, steps, given, step }, e) {
  const at = steps.findIndex(({ edge }) => edge === e);
  const points = route(layout, graph, e);
  const [from, to] = points.slice(-2);
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const path = (kind) => markup`<path class="${kind}" d="${smooth(points)}"/>`;
  if (at < given.length) {
    const kind = given[at] === "own" ? "xp-own" : "xp-told";
    return [path("xp-passed"), drawPill(middle, num(graph.edges[e][2]), kind)];
  }
  if (step.edge === e) return [path("xp-now"), drawPill(middle, "?", "xp-asked")];
  return [path("xp-link"), ""];
}

// From the lower side of the parent to the upper side of the child; where several edges leave or
// arrive they stand side by side, in the order of where they come from or go to.
function route({ routes }, { edges }, e) {
  const points = routes[e].map(({ x, y }) => ({ x, y }));
  const place = (end, other, step) => {
    const together = edges.flatMap((edge, i) => (edge[end] === edges[e][end] ? [i] : []));
    together.sort((a, b) => routes[a].at(other).x - routes[b].at(other).x || a - b);
    return (together.indexOf(e) - (together.length - 1) / 2) * step;
  };
  points[0].x += place(0, 1, 28);
  points[0].y += BOX.height / 2;
  points.at(-1).x += place(1, -2, 50);
  points.at(-1).y -= BOX.height / 2;
  return points;
}

function smooth([first, ...rest]) {
  let from = first;
  return rest.reduce((d, to) => {
    const half = (from.y + to.y) / 2;
    const piece = `C${from.x} ${half} ${to.x} ${half} ${to.x} ${to.y}`;
    from = to;
    return d + piece;
  }, `M${first.x} ${first.y}`);
}

function drawPill({ x, y }, words, kind) {
  const width = Math.max(26, 7.6 * words.length + 12);
  return markup`<rect class="xp-pill ${kind}" x="${x - width / 2}" y="${y - 10}" width="${width}" height="20" rx="10"/>
    ${text(x, y + 4.5, words, "middle", "xp-strong xp-cell")}`;
}

// A value, below it what has arrived of its gradient; a full frame once nothing is missing.
function drawNode({ places }, { graph, names, shares, step }, node) {
  const { x, y, pitch } = places[node.id];
  const width = Math.min(BOX.width, pitch - 10);
  const [left, top] = [x - width / 2, y - BOX.height / 2];
  const missing = usesOf(graph, node.id) - shares[node.id].length;
  const kind = step?.child === node.id ? "xp-from" : missing <= 0 ? "xp-full" : "";
  const made = node.operation ? ` = ${formula(graph, names, node)}` : "";
  const grad = gradWords(shares[node.id], missing);
  const fits = 7.9 * `${num(node.data)} grad ${grad}`.length + 16 <= width;
  return markup`<rect class="xp-box ${kind}" x="${left}" y="${top}" width="${width}" height="${BOX.height}" rx="7"/>
    ${text(left + 8, top + 16, names[node.id] + made, "start", "xp-strong xp-cell")}
    ${text(left + 8, top + 33, num(node.data), "start", "xp-strong xp-cell")}
    ${text(left + width - 8, top + 33, fits ? `grad ${grad}` : grad, "end", "xp-cell xp-grad")}`;
}

const usesOf = ({ nodes, edges }, id) =>
  id === nodes.length - 1 ? 1 : edges.filter(([parent]) => parent === id).length;

// "1 + ?" while a share is missing.
function gradWords(shares, missing) {
  if (missing <= 0) return num(total(shares));
  return shares.length ? `${written(shares)} + ?` : "?";
}

// The step in numbers, on the right.
const RIGHT = { left: 440, right: 630 };

function drawStep(now) {
  const { steps, given, step, names, shares, result, wrong } = now;
  const head = step ? `Step ${given.length + 1} of ${steps.length}` : "All the way back";
  const title = text(RIGHT.left, 44, head, "start", "xp-strong xp-large");
  const before = steps[given.length - 1];
  if (!step) return markup`${title}${drawBefore(now, before, 84)}`;
  const upstream = total(shares[step.child]);
  return markup`${title}
    ${row(80, `upstream d${result}/d${names[step.child]}`, num(upstream))}
    ${row(112, `local ${slope(now, step)}`, wrong === null ? "?" : `${wrong} ✗`, "xp-asked")}
    <path class="xp-axis" d="M${RIGHT.left} 134H${RIGHT.right}"/>
    ${row(158, "upstream × local", "?")}
    ${before ? drawBefore(now, before, 214) : ""}`;
}

function row(y, words, value, kind) {
  const box = kind
    ? markup`<rect class="xp-pill ${kind}" x="${RIGHT.right - 66}" y="${y - 16}" width="66" height="23" rx="6"/>`
    : "";
  const [long, small] = [words.length + value.length > 18, value.length > 5];
  return markup`${box}${text(RIGHT.left, y, words, "start", long ? "xp-cell" : "")}
    ${text(RIGHT.right - 8, y, value, "end", `xp-strong${long || small ? " xp-cell" : ""}`)}`;
}

// The step before, as it went: local, product, and the sum where shares meet.
function drawBefore(now, before, y) {
  const { shares, names, result } = now;
  const { child, parent, local } = before;
  const upstream = total(shares[child]);
  const met = shares[parent].length > 1;
  const sum = written(shares[parent]);
  return markup`${text(RIGHT.left, y, "The step before", "start", "xp-strong")}
    ${row(y + 26, `upstream d${result}/d${names[child]}`, num(upstream))}
    ${row(y + 50, `× local ${slope(now, before)}`, num(local))}
    <path class="xp-axis" d="M${RIGHT.left} ${y + 60}H${RIGHT.right}"/>
    ${row(y + 80, met ? "= its share" : `= d${result}/d${names[parent]}`, num(upstream * local))}
    ${met ? row(y + 112, "shares", sum) : ""}
    ${met ? row(y + 136, `= d${result}/d${names[parent]}`, num(total(shares[parent]))) : ""}`;
}

function text(x, y, words, anchor, kind = "") {
  return markup`<text x="${x}" y="${y}" text-anchor="${anchor}" class="${kind}">${words}</text>`;
}

// Doing ----------------------------------------------------------------------------------

// A new number goes behind those that were right; new values ask for new numbers.
function keepAnswers(_state, old, { given, step }, patch) {
  if (!("answers" in patch)) return { answers: "" };
  const kept = old.answers.split(", ").slice(0, given.length);
  const added = patch.answers.replace(",", ".").slice(0, 12);
  return { answers: [...kept, ...(step ? [added] : [])].join(", ") };
}

function allOwn(state, { steps, given }) {
  return (
    state.graph === "one neuron" &&
    given.length === steps.length &&
    given.every((by) => by === "own")
  );
}

function yoursOwn({ graph }, { steps, given }) {
  return (
    graph === "your graph" && given.length === steps.length && given.every((by) => by === "own")
  );
}

// Several shares, none of them 0, that add up to 0 at a value named w.
function balanced({ graph }, { names, shares, step }) {
  const at = shares[names.indexOf("w")];
  if (graph !== "your graph" || step || !at) return false;
  return at.length > 1 && at.every((share) => share !== 0) && Math.abs(total(at)) < 1e-9;
}

function bothPaths(_state, _facts, answer) {
  if (Math.abs(answer - 3) < 0.01) return true;
  if (Math.abs(answer - 1) < 0.01) return "That is the short path alone. x is used in p, too.";
  if (Math.abs(answer - 2) < 0.01)
    return "That is the path through tanh alone. x is used in s, too.";
  if (answer) return "Set w and x, step back to the end, and read the two shares of x.";
}

function wrongButStill(state, { graph, shares, step, names }) {
  if (state.graph !== "one neuron" || step) return false;
  const of = (name) => names.indexOf(name);
  return graph.nodes[of("L")].data > 0.1 && Math.abs(total(shares[of("w")])) < 0.001;
}

export default explorable({
  size: [640, 454],
  ...{ facts, describe, draw },
  follow: keepAnswers,
  tasks: { allOwn, bothPaths, wrongButStill, yoursOwn, balanced },
});
