// Spectra of short sounds and what is left of them without a band: the same as hearing.py.

export const RATE = 8000;
export const POINTS = 16384; // of the transform of a whole sound
export const FLOOR = -60; // dB

// Transforms in place; both arrays have a length that is a power of two. sign: -1 there, 1 back.
export function transform(re, im, sign = -1) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const angle = (sign * 2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < n; i += size) {
        const [a, b] = [i, i + half];
        const oddRe = c * re[b] - s * im[b];
        const oddIm = c * im[b] + s * re[b];
        [re[b], im[b]] = [re[a] - oddRe, im[a] - oddIm];
        [re[a], im[a]] = [re[a] + oddRe, im[a] + oddIm];
      }
    }
  }
}

// { frames, bins, decibels: Float32Array(frames * bins) }, frame after frame, under the loudest.
export function spectrogram(x, size) {
  const hop = size / 2;
  const bins = size / 2 + 1;
  const frames = Math.floor((x.length - size) / hop) + 1;
  const decibels = new Float32Array(frames * bins);
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  let loudest = 0;
  for (let frame = 0; frame < frames; frame++) {
    for (let n = 0; n < size; n++) {
      re[n] = x[frame * hop + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
      im[n] = 0;
    }
    transform(re, im);
    for (let k = 0; k < bins; k++) {
      const strength = Math.hypot(re[k], im[k]);
      decibels[frame * bins + k] = strength;
      loudest = Math.max(loudest, strength);
    }
  }
  const least = 10 ** (FLOOR / 20);
  for (let i = 0; i < decibels.length; i++)
    decibels[i] = loudest ? 20 * Math.log10(Math.max(decibels[i] / loudest, least)) : 0;
  return { frames, bins, decibels };
}

// { re, im } of a whole sound, filled up with zeros.
export function spectrum(x) {
  const [re, im] = [new Float64Array(POINTS), new Float64Array(POINTS)];
  re.set(x);
  transform(re, im);
  return { re, im };
}

// The share of the energy at each frequency from 0 to half the rate.
export function energies({ re, im }) {
  const energy = new Float64Array(POINTS / 2 + 1);
  let all = 0;
  for (let k = 0; k < energy.length; k++) {
    const once = k === 0 || k === POINTS / 2;
    energy[k] = (once ? 1 : 2) * (re[k] ** 2 + im[k] ** 2);
    all += energy[k];
  }
  return all ? energy.map((value) => value / all) : energy;
}

export function inside(k, low, high) {
  const f = (k * RATE) / POINTS;
  return f >= low && (f < high || high >= RATE / 2);
}

// How much of the energy lies in the band, 0 to 1.
export function share(energy, low, high) {
  let sum = 0;
  for (let k = 0; k < energy.length; k++) if (inside(k, low, high)) sum += energy[k];
  return sum;
}

// The sound as it is heard: "everything", "only the band", "without the band".
export function heard(x, low, high, what, whole = spectrum(x)) {
  if (what === "everything") return Float64Array.from(x);
  const [re, im] = [whole.re.slice(), whole.im.slice()];
  for (let k = 0; k <= POINTS / 2; k++) {
    if (inside(k, low, high) === (what === "only the band")) continue;
    const mirror = (POINTS - k) % POINTS;
    re[k] = im[k] = re[mirror] = im[mirror] = 0;
  }
  transform(re, im, 1);
  return re.slice(0, x.length).map((value) => value / POINTS);
}

// The energy in strips of equal width from 0 to half the rate, in dB under all of it.
export function curve(energy, strips = 64) {
  const width = (energy.length - 1) / strips;
  const parts = new Float64Array(strips);
  for (let k = 0; k < strips * width; k++) parts[Math.floor(k / width)] += energy[k];
  return parts.map((part) => 10 * Math.log10(Math.max(part, 10 ** (FLOOR / 10))));
}

// A WAV file of 8 bits a sample as a data URI; the loudest sample becomes 0.9 of full scale.
export function asWav(x) {
  const loudest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const bytes = new Uint8Array(44 + x.length);
  const view = new DataView(bytes.buffer);
  const text = (at, word) => {
    for (let i = 0; i < word.length; i++) view.setUint8(at + i, word.charCodeAt(i));
  };
  text(0, "RIFF");
  view.setUint32(4, 36 + x.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // samples as they are
  view.setUint16(22, 1, true); // channel
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE, true); // bytes a second
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true); // bits
  text(36, "data");
  view.setUint32(40, x.length, true);
  for (let i = 0; i < x.length; i++) bytes[44 + i] = 128 + Math.round((114 * x[i]) / loudest);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return `data:audio/wav;base64,${btoa(binary)}`;
}
