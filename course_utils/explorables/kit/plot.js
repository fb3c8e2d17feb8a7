// Draws axes, lines and areas as SVG text, so that a picture is a pure function of its numbers.
import { markup } from "./markup.js";

// A rectangle of the picture with data coordinates: `px` and `py` take data to the picture.
// `xTicks` and `yTicks` are lists of [value, label] where round numbers are not what is wanted.
export function panel(place) {
  const { left, top, width, height, x, y } = place;
  const px = (value) => left + ((value - x[0]) / (x[1] - x[0])) * width;
  const py = (value) => top + height - ((value - y[0]) / (y[1] - y[0])) * height;
  const fromPicture = (point) => ({
    x: x[0] + ((point.x - left) / width) * (x[1] - x[0]),
    y: y[0] + ((top + height - point.y) / height) * (y[1] - y[0]),
  });
  const holds = (point) =>
    point.x >= left && point.x <= left + width && point.y >= top && point.y <= top + height;
  return { ...place, px, py, fromPicture, holds };
}

export function frame(p) {
  const bottom = p.top + p.height;
  const xValues = p.xTicks ?? ticks(p.x[0], p.x[1], p.width / 60).map((v) => [v, num(v)]);
  const xTicks = xValues.map(([value, label]) => {
    const at = round(p.px(value));
    return markup`<line class="xp-grid" x1="${at}" x2="${at}" y1="${p.top}" y2="${bottom}"/>
      <text x="${at}" y="${bottom + 15}" text-anchor="middle">${label}</text>`;
  });
  const yValues = p.yTicks ?? ticks(p.y[0], p.y[1], p.height / 35).map((v) => [v, num(v)]);
  const yTicks = yValues.map(([value, label]) => {
    const at = round(p.py(value));
    return markup`<line class="xp-grid" x1="${p.left}" x2="${p.left + p.width}" y1="${at}" y2="${at}"/>
      <text x="${p.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`;
  });
  const middle = p.top + p.height / 2;
  return markup`${xTicks}${yTicks}
    <rect class="xp-frame" x="${p.left}" y="${p.top}" width="${p.width}" height="${p.height}"/>
    <text x="${p.left + p.width / 2}" y="${bottom + 32}" text-anchor="middle">${p.xLabel}</text>
    <g class="xp-upright"><text transform="translate(${p.left - 38} ${middle}) rotate(-90)"
      text-anchor="middle">${p.yLabel}</text></g>
    ${p.title ? markup`<text class="xp-strong" x="${p.left}" y="${p.top - 8}">${p.title}</text>` : ""}`;
}

// Everything inside is cut at the panel's edge.
export function clipped(p, content) {
  const box = `${p.left} ${p.top} ${p.width} ${p.height}`;
  return markup`<svg x="${p.left}" y="${p.top}" width="${p.width}" height="${p.height}"
    viewBox="${box}">${content}</svg>`;
}

export function line(p, xs, ys, className) {
  return markup`<path class="${className}" d="${pathOf(p, xs, ys)}"/>`;
}

// The path breaks where a value is not finite.
export function pathOf(p, xs, ys) {
  let d = "";
  let pen = "M";
  for (let i = 0; i < xs.length; i++) {
    if (Number.isFinite(ys[i]) && Number.isFinite(xs[i])) {
      d += `${pen}${round(clamp(p.px(xs[i])))} ${round(clamp(p.py(ys[i])))}`;
      pen = "L";
    } else pen = "M";
  }
  return d;
}

export function band(p, from, to, className) {
  const [a, b] = [Math.max(p.x[0], from), Math.min(p.x[1], to)];
  return markup`<rect class="${className}" x="${round(p.px(a))}" y="${p.top}"
    width="${round(Math.max(0, p.px(b) - p.px(a)))}" height="${p.height}"/>`;
}

export function arrow(x1, y1, x2, y2, className) {
  const angle = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn) =>
    `L${round(x2 - 9 * Math.cos(angle + turn))} ${round(y2 - 9 * Math.sin(angle + turn))}`;
  const tip = `${round(x2)} ${round(y2)}`;
  return markup`<path class="${className}" d="M${round(x1)} ${round(y1)}L${tip}${wing(0.45)}M${tip}${wing(-0.45)}"/>`;
}

// Round numbers 1, 2, 5, 10 ... that cover the range with about `count` steps.
export function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    values.push(Number((k * step).toPrecision(12)));
  return values;
}

// "10⁻³" for -3.
export function powerOfTen(k) {
  return `10${k < 0 ? "⁻" : ""}${[...String(Math.abs(k))].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
}

// A number for people: a few significant digits, a true minus sign.
export function num(value, digits = 3) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "not a number";
  const size = Math.abs(value);
  if (size >= 1e6 || (size < 1e-4 && size > 0)) return value.toExponential(1).replaceAll("-", "−");
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

// A number after a sign, as in 1 × (−2) and 3 + (−4).
export const inBrackets = (value) => (value < 0 ? `(${num(value)})` : num(value));

const round = (value) => Math.round(value * 10) / 10;
const clamp = (value) => Math.max(-1e5, Math.min(1e5, value));
