// Error diffusion: the difference between a cell and its palette colour, in linear light, is passed on to the following cells.
import { lightOf } from '../colour/chroma.ts';
import { doubledOklab } from '../colour/oklab.ts';
import { createMixing } from './mixtures.ts';
import { createNearestColour } from './nearest-colour.ts';
import type { Palette } from './palette.ts';
import type { Cells } from './palette-indices.ts';

export type Diffusion = 'floyd-steinberg' | 'atkinson';

/** Offsets of following cells, and the share of the error that each receives. */
const kernels: Record<Diffusion, readonly { x: number; y: number; share: number }[]> = {
  'floyd-steinberg': [
    { x: 1, y: 0, share: 7 / 16 },
    { x: -1, y: 1, share: 3 / 16 },
    { x: 0, y: 1, share: 5 / 16 },
    { x: 1, y: 1, share: 1 / 16 },
  ],
  atkinson: [
    { x: 1, y: 0, share: 1 / 8 },
    { x: 2, y: 0, share: 1 / 8 },
    { x: -1, y: 1, share: 1 / 8 },
    { x: 0, y: 1, share: 1 / 8 },
    { x: 1, y: 1, share: 1 / 8 },
    { x: 0, y: 2, share: 1 / 8 },
  ],
};

const ROWS = 3;
const MARGIN = 2;

/** Palette index of each cell, rows taken left to right and right to left in turn; −1 where it is less than half opaque. `strength` 0…1 scales the error that is handed on. */
export function diffuse(
  cells: Cells,
  palette: Palette,
  options: { kernel: Diffusion; strength: number },
): Int32Array {
  const { width, height } = cells;
  const row = createRow(cells, palette, options);
  const indices = new Int32Array(width * height).fill(-1);
  for (let y = 0; y < height; y++) row(y, indices);
  return indices;
}

/** Makes the function that chooses the colours of a row; call it for each row in order. */
function createRow(
  { width, data }: Cells,
  palette: Palette,
  { kernel, strength }: { kernel: Diffusion; strength: number },
): (y: number, indices: Int32Array) => void {
  const nearest = createNearestColour(palette);
  const reach = reaches(palette);
  const mix = createMixing(palette);
  const light = new Float64Array(3);
  const stride = 3 * (width + 2 * MARGIN);
  const errors = Array.from({ length: ROWS }, () => new Float64Array(stride));
  const lab = new Float64Array(3);
  return (y, indices) => {
    const direction = y % 2 === 0 ? 1 : -1;
    const taps = kernels[kernel].map((tap) => ({
      row: errors[(y + tap.y) % ROWS]!,
      step: 3 * direction * tap.x,
      share: tap.share,
    }));
    const own = errors[y % ROWS]!;
    for (let i = 0, x = direction > 0 ? 0 : width - 1; i < width; i++, x += direction) {
      const p = y * width + x;
      if (data[4 * p + 3]! < 0.5) continue;
      const e = 3 * (x + MARGIN);
      mix(data[4 * p]!, data[4 * p + 1]!, data[4 * p + 2]!, light);
      const r = light[0]! + own[e]!;
      const g = light[1]! + own[e + 1]!;
      const b = light[2]! + own[e + 2]!;
      doubledOklab(within(r), within(g), within(b), lab);
      const index = nearest(lab[0]!, lab[1]!, lab[2]!);
      indices[p] = index;
      const er = r - palette.linear[3 * index]!;
      const eg = g - palette.linear[3 * index + 1]!;
      const eb = b - palette.linear[3 * index + 2]!;
      const grey = lightOf(er, eg, eb);
      const length = Math.hypot(er - grey, eg - grey, eb - grey);
      const kept = Math.min(1, reach[index]! / length);
      for (const { row, step, share } of taps) {
        const part = strength * share;
        row[e + step]! += part * (grey + kept * (er - grey));
        row[e + step + 1]! += part * (grey + kept * (eg - grey));
        row[e + step + 2]! += part * (grey + kept * (eb - grey));
      }
    }
    own.fill(0);
  };
}

// Clamped to sRGB, because colours outside it have extreme hues and would produce stray dots.
const within = (v: number): number => Math.min(1, Math.max(0, v));

/**
 * The longest error that each palette colour passes on. If the palette has nothing like the picture's colour, the error would
 * otherwise grow without bound and smear; in all other cases it stays below the distance to the next colours.
 */
export function reaches({ count, linear }: Palette): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    // Of the others the second, because the next one may be very near.
    let next = Number.POSITIVE_INFINITY;
    let second = Number.POSITIVE_INFINITY;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      const dr = linear[3 * i]! - linear[3 * j]!;
      const dg = linear[3 * i + 1]! - linear[3 * j + 1]!;
      const db = linear[3 * i + 2]! - linear[3 * j + 2]!;
      const squared = dr * dr + dg * dg + db * db;
      second = Math.min(second, Math.max(next, squared));
      next = Math.min(next, squared);
    }
    return Math.sqrt(count > 2 ? second : next);
  });
}
