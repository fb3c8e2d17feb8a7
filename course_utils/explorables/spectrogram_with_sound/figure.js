// Spectrogram with sound: two recordings, seen through a window, heard with bands left out.

import { explorable } from "../kit/form.js";
import { markup } from "../kit/markup.js";
import { frame, line, num, panel } from "../kit/plot.js";
import {
  asWav,
  curve,
  energies,
  FLOOR,
  heard,
  RATE,
  share,
  spectrogram,
  spectrum,
} from "./hearing.js";

// Mathematics ----------------------------------------------------------------------------

const HERTZ = [0, 1000, 2000, 3000, 4000].map((f) => [f, String(f / 1000)]);
const NARROW = 250;

// What is known of a recording whatever is turned; kept, since it costs a transform.
const known = new WeakMap();
export function about(x) {
  if (!known.has(x)) {
    const whole = spectrum(x);
    known.set(x, { whole, energy: energies(whole), pictures: new Map(), sounds: new Map() });
  }
  return known.get(x);
}

function keep(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  if (map.size > 12) map.delete(map.keys().next().value);
  return map.get(key);
}

function facts(state, { data, extra }) {
  const sounds = [data.first.array, data.second.array];
  const at = Math.max(0, extra.names.indexOf(state.voice));
  const [x, size] = [sounds[at], 2 ** state.log_size];
  const { whole, pictures, sounds: made } = about(x);
  const { low, high, heard: what } = state;
  return {
    ...{ at, size, names: extra.names, seconds: x.length / RATE },
    picture: keep(pictures, size, () => spectrogram(x, size)),
    curves: sounds.map((each) => curve(about(each).energy)),
    shares: sounds.map((each) => share(about(each).energy, low, high)),
    wav: keep(made, what === "everything" ? what : `${what} ${low} ${high}`, () =>
      asWav(heard(x, low, high, what, whole)),
    ),
  };
}

// Words ----------------------------------------------------------------------------------

const percent = (part) => `${num(Math.round(1000 * part) / 10)} %`;

function describe({ low, high, heard: what }, { at, size, names, shares }) {
  const apart = num(RATE / size);
  const parts = names.map((name, k) => `${percent(shares[k])} of ${name}`);
  return (
    `You see ${names[at]}. A window of ${size} samples lasts ${num((1000 * size) / RATE)} ms, and its frequencies are ` +
    `${apart} Hz apart. In the band from ${low} to ${high} Hz lies ${parts.join(" and ")}. ` +
    `${HEARD[what]}`
  );
}

const HEARD = {
  everything: "You hear everything.",
  "only the band": "You hear only the band.",
  "without the band": "You hear what is left without the band.",
};

// Drawing --------------------------------------------------------------------------------

const TIME = { left: 62, top: 28, width: 350, height: 270 };
const ENERGY = panel({
  ...{ left: 470, top: 28, width: 150, height: 270, x: [FLOOR, 0], y: [0, RATE / 2] },
  ...{ xLabel: "energy (dB)", yLabel: "", title: "Both recordings" },
  ...{ xTicks: [-40, -20, 0].map((v) => [v, num(v)]), yTicks: HERTZ },
});

function timePanel({ names, at, seconds }) {
  const ends = { x: [0, seconds], y: [0, RATE / 2] };
  const words = { xLabel: "time (s)", yLabel: "frequency (kHz)", title: names[at] };
  return panel({ ...TIME, ...ends, ...words, yTicks: HERTZ });
}

function draw(state, now) {
  const time = timePanel(now);
  const strips = now.curves[0].length;
  const middles = Array.from({ length: strips }, (_, i) => ((i + 0.5) * RATE) / 2 / strips);
  const lines = now.curves.map((ys, k) =>
    line(ENERGY, ys, middles, k ? "xp-curve xp-other" : "xp-curve"),
  );
  return markup`${frame(time)}${frame(ENERGY)}${lines}${edges(time, state)}${edges(ENERGY, state)}
    ${legend(now)}`;
}

function edges(p, { low, high }) {
  const [top, bottom] = [p.py(high).toFixed(1), p.py(low).toFixed(1)];
  return markup`<path class="xp-edge" d="M${p.left} ${top}h${p.width}M${p.left} ${bottom}h${p.width}"/>`;
}

function legend({ names }) {
  const y = TIME.top + TIME.height + 60;
  return names.map(
    (name, k) => markup`<g transform="translate(${k ? 330 : TIME.left} ${y})">
      <path class="${k ? "xp-curve xp-other" : "xp-curve"}" d="M0 -4h30"/>
      <text x="38">${name}</text></g>`,
  );
}

// From paper, silent, to ink-like blue, loud.
function paint(context, _state, now, { paper, positive }) {
  const { frames, bins, decibels } = now.picture;
  const stamp = document.createElement("canvas");
  [stamp.width, stamp.height] = [frames, bins];
  const drawn = stamp.getContext("2d");
  const pixels = drawn.createImageData(frames, bins);
  for (let k = 0; k < bins; k++)
    for (let i = 0; i < frames; i++) {
      const loud = 1 - decibels[i * bins + k] / FLOOR;
      const at = 4 * ((bins - 1 - k) * frames + i);
      for (let c = 0; c < 3; c++) pixels.data[at + c] = paper[c] + loud * (positive[c] - paper[c]);
      pixels.data[at + 3] = 255;
    }
  drawn.putImageData(pixels, 0, 0);
  context.clearRect(0, 0, 640, 372);
  context.imageSmoothingEnabled = false;
  context.drawImage(stamp, TIME.left, TIME.top, TIME.width, TIME.height);
}

function beneath({ voice, heard: what }, { wav }) {
  const words = `${voice}, ${what}`;
  return markup`<p class="xp-sound"><audio controls preload="none" aria-label="${words}"
    src="${wav}"></audio> <span>${words}, made equally loud</span></p>`;
}

// Doing ----------------------------------------------------------------------------------

// The edges of the band don't cross: the other one gives way.
function follow({ low, high }, _old, _facts, patch) {
  if (low < high) return {};
  return "low" in patch ? { high: Math.min(4000, low + 125) } : { low: Math.max(0, high - 125) };
}

function nobodysVoice({ low, high }, { shares }) {
  const [less, more] = [Math.min(...shares), Math.max(...shares)];
  return high - low <= NARROW && more >= 0.2 && less < 0.01;
}

function milliseconds(_state, _facts, answer) {
  if (Math.abs(answer - 128) < 0.5) return true;
  if (answer === 1024) return "That is its samples. At 8,000 a second, how long do they last?";
  if (answer === 0.128) return "That is in seconds.";
}

function halfMuted({ heard: what }, { at, shares }) {
  return what === "without the band" && shares[at] >= 0.5;
}

export default explorable({
  size: [640, 372],
  ...{ facts, describe, draw, paint, follow, beneath },
  tasks: { nobodysVoice, milliseconds, halfMuted },
});
