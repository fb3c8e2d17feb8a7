// Draws an array of numbers as a grid: numbers where they fit, else bars or squares.
import { markup } from "./markup.js";
import { num } from "./plot.js";

// Gives an array a place: columns as wide as `most` allows, from `left` on or up to `right`.
export function grid(array, { left, right, top, most, row }) {
  const cellWidth = Math.min(40, most / array.columns);
  const width = cellWidth * array.columns;
  const from = right === undefined ? left : right - width;
  const size = { width, height: row * array.rows, cellWidth, cellHeight: row };
  return { ...array, left: from, top, ...size };
}

// `plain`: squares without numbers. `wrong`: which numbers to ring.
export function cells(place) {
  const { array, columns, left, top, width, height, cellWidth, cellHeight, wrong } = place;
  const most = array.reduce((a, value) => Math.max(a, Math.abs(value)), 1e-9);
  const where = (k) => [
    left + (k % columns) * cellWidth,
    top + Math.floor(k / columns) * cellHeight,
    cellWidth,
    cellHeight,
  ];
  const bar = barFor(place);
  const each = place.plain ? square : number;
  const content = bar
    ? bars(array, most, where, bar)
    : Array.from(array, (value, k) => each(...where(k), value, value / most));
  const rings = wrong?.map((is, k) => (is ? ring(...where(k)) : "")) ?? "";
  return markup`${content}${rings}<rect class="xp-frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`;
}

// Which bar stands for a number where the number itself has no room; null where it has.
function barFor({ array, plain, cellWidth, cellHeight }) {
  if (plain) return null;
  if (cellHeight < 14) return sidewaysBar;
  if (cellWidth >= 23) return null;
  return array.some((value) => value < 0) ? uprightBar : risingBar;
}

// Hundreds of bars as two paths, one for each sign: fast to draw.
function bars(array, most, where, bar) {
  const paths = { above: "", below: "" };
  array.forEach((value, k) => {
    if (value === 0) return;
    const [x, y, w, h] = bar(...where(k), value / most).map(fixed);
    paths[value < 0 ? "below" : "above"] += `M${x} ${y}h${w}v${h}h${-w}z`;
  });
  return Object.entries(paths).map(
    ([sign, d]) => markup`<path class="xp-${sign}" d="${d}" fill-opacity="0.85"/>`,
  );
}

function number(x, y, w, h, value, share) {
  return markup`${box(x, y, w, h, share, 0.38 * Math.abs(share))}
    <text class="xp-number" x="${x + w / 2}" y="${y + h / 2 + 4}" text-anchor="middle">${decimals(value, w)}</text>`;
}

// As many decimals as fit: two, one, or none.
function decimals(value, width) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1000) return num(value, 2);
  const fits = width < 30 ? 3 : 4;
  const places = Math.max(0, Math.min(2, fits - 1 - Math.trunc(Math.abs(value)).toString().length));
  return String(Number(value.toFixed(places))).replace("-", "−");
}

// Full for a positive number, hollow for a negative one.
function square(x, y, w, h, value, share) {
  if (value >= 0) return value > 0 ? box(x, y, w, h, share, 0.08 + 0.82 * share) : "";
  const [inset, line] = [w * 0.22, Math.max(0.8, w * 0.14)];
  return markup`<rect class="xp-minus" x="${fixed(x + inset)}" y="${fixed(y + inset)}"
    width="${fixed(w - 2 * inset)}" height="${fixed(h - 2 * inset)}"
    stroke-width="${fixed(line)}" stroke-opacity="${fixed(0.25 + 0.75 * -share)}"/>`;
}

// To the right for a positive number, to the left for a negative one.
function sidewaysBar(x, y, w, h, share) {
  const length = 0.47 * w * Math.abs(share);
  return [x + w / 2 - (share < 0 ? length : 0), y, length, h];
}

// Up for a positive number, down for a negative one.
function uprightBar(x, y, w, h, share) {
  const length = 0.47 * h * Math.abs(share);
  return [x, y + h / 2 - (share > 0 ? length : 0), w, length];
}

// Where no number is negative, bars stand on the floor.
function risingBar(x, y, w, h, share) {
  return [x, y + h - 0.94 * h * share, w, 0.94 * h * share];
}

function box(x, y, w, h, share, opacity) {
  if (share === 0) return "";
  return markup`<rect class="xp-${share < 0 ? "below" : "above"}" x="${fixed(x)}" y="${fixed(y)}"
    width="${fixed(w)}" height="${fixed(h)}" fill-opacity="${fixed(opacity)}"/>`;
}

function ring(x, y, w, h) {
  return markup`<rect class="xp-wrong" x="${x + 1.5}" y="${y + 1.5}" width="${w - 3}" height="${h - 3}" rx="3"/>`;
}

// A frame around a row, a column, one number, or everything.
export function pick({ left, top, width, height, cellWidth, cellHeight }, { row, column }) {
  const [x, w] = column === undefined ? [left, width] : [left + column * cellWidth, cellWidth];
  const [y, h] = row === undefined ? [top, height] : [top + row * cellHeight, cellHeight];
  return markup`<rect class="xp-pick" x="${x}" y="${y}" width="${w}" height="${h}"/>`;
}

const fixed = (value) => Math.round(value * 100) / 100;
