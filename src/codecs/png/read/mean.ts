// Shrinks a picture while its rows arrive: each pixel is the mean light of a square of pixels, weighted by opacity.
import type { Size } from '../../../image.ts';
import { srgbToLinear } from '../../../srgb.ts';

/** Linear light of each 8-bit sRGB value (IEC 61966-2-1). */
const lightOf = Float64Array.from({ length: 256 }, (_, value) => srgbToLinear(value / 255));
/** The linear light from which the next value is nearer. */
const endOf = Float64Array.from({ length: 256 }, (_, value) =>
  value === 255 ? Number.POSITIVE_INFINITY : srgbToLinear((value + 0.5) / 255),
);

/** Number of steps of linear light in the table below. */
const STEPS = 4096;
/** The value for the darkest light of each step; the next step's value is the same or the next. */
const valueAt = new Uint8Array(STEPS + 1);
for (let step = 0, value = 0; step <= STEPS; step++) {
  while (step / STEPS >= endOf[value]!) value++;
  valueAt[step] = value;
}

/** The nearest 8-bit sRGB value of linear light 0…1. */
function valueOfLight(light: number): number {
  let value = valueAt[Math.min(STEPS, (light * STEPS) | 0)]!;
  while (light >= endOf[value]!) value++;
  return value;
}

/** The kinds of pixels that rows may have; simpler kinds are added faster. */
export type Shades = 'grey' | 'opaque' | 'any';

export type Shrinker = {
  /** Adds the next row: RGBA as little-endian words. */
  add(row: Uint32Array): void;
};

/** Writes the means of squares of `factor × factor` pixels to `target`; each row of means as soon as it is complete. */
export function createShrinker(
  { width, height }: Size,
  factor: number,
  shades: Shades,
  target: Uint32Array,
): Shrinker {
  const columns = Math.ceil(width / factor);
  const channels = { grey: 1, opaque: 3, any: 4 }[shades];
  const sums = new Float64Array(columns * channels);
  const addRow = { grey: addGrey, opaque: addOpaque, any: addAny }[shades];
  let y = 0;
  let rows = 0;
  let to = 0;
  return {
    add(row) {
      addRow(row, factor, sums);
      rows++;
      y++;
      if (rows < factor && y < height) return;
      for (let x = 0; x < columns; x++, to++) {
        const count = rows * Math.min(factor, width - x * factor);
        const at = x * channels;
        if (shades === 'grey') {
          target[to] = (valueOfLight(sums[at]! / count) * 0x010101) | 0xff000000;
          continue;
        }
        const alpha = shades === 'any' ? sums[at + 3]! : count;
        target[to] =
          alpha === 0
            ? 0
            : valueOfLight(sums[at]! / alpha) |
              (valueOfLight(sums[at + 1]! / alpha) << 8) |
              (valueOfLight(sums[at + 2]! / alpha) << 16) |
              (shades === 'any' ? Math.round(alpha / count) << 24 : 0xff000000);
      }
      sums.fill(0);
      rows = 0;
    },
  };
}

function addGrey(row: Uint32Array, factor: number, sums: Float64Array): void {
  for (let x = 0, at = 0; x < row.length; at++) {
    const end = Math.min(x + factor, row.length);
    let grey = 0;
    for (; x < end; x++) grey += lightOf[row[x]! & 255]!;
    sums[at]! += grey;
  }
}

function addOpaque(row: Uint32Array, factor: number, sums: Float64Array): void {
  for (let x = 0, at = 0; x < row.length; at += 3) {
    const end = Math.min(x + factor, row.length);
    let red = 0;
    let green = 0;
    let blue = 0;
    for (; x < end; x++) {
      const word = row[x]!;
      red += lightOf[word & 255]!;
      green += lightOf[(word >>> 8) & 255]!;
      blue += lightOf[(word >>> 16) & 255]!;
    }
    sums[at]! += red;
    sums[at + 1]! += green;
    sums[at + 2]! += blue;
  }
}

function addAny(row: Uint32Array, factor: number, sums: Float64Array): void {
  for (let x = 0, at = 0; x < row.length; at += 4) {
    const end = Math.min(x + factor, row.length);
    let red = 0;
    let green = 0;
    let blue = 0;
    let opacity = 0;
    for (; x < end; x++) {
      const word = row[x]!;
      const alpha = word >>> 24;
      red += alpha * lightOf[word & 255]!;
      green += alpha * lightOf[(word >>> 8) & 255]!;
      blue += alpha * lightOf[(word >>> 16) & 255]!;
      opacity += alpha;
    }
    sums[at]! += red;
    sums[at + 1]! += green;
    sums[at + 2]! += blue;
    sums[at + 3]! += opacity;
  }
}
