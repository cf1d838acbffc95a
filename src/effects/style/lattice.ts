// Removes the lattice that networks leave which enlarge twice by repeating pixels: each place of their 4×4 grid has a tone of its own.
import type { Rgb } from '../../nets/rgb.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Period of the lattice, in px. */
const PERIOD = 4;
const PLACES = PERIOD ** 2;
/** Sides from which the means of the 16 places are the network's and not the content's, in px. */
const LEAST_SIDE = 96;
/** Side of the tiles in px, about: the lattice is another one where the paint is another. */
const TILE = 64;
/** Largest correction, in sRGB codes; the network's own are up to 0.04. */
const MOST = 0.05;

/** Tiles along an axis, and their length in px: a multiple of the period, the last one's is what is left. */
type Axis = { count: number; length: number };

function axisOf(side: number): Axis {
  const count = Math.max(1, Math.round(side / TILE));
  return { count, length: PERIOD * Math.ceil(side / count / PERIOD) };
}

/**
 * Takes the mean colour of each of the 16 places to that of all, in tiles whose corrections pass into each other, in place. Slopes
 * of the picture are no lattice. Small pictures stay as they are.
 */
export async function removeLattice(painted: Rgb, pace: Pace): Promise<void> {
  const { width, height, data } = painted;
  if (Math.min(width, height) < LEAST_SIDE) return;
  const [across, down] = [axisOf(width), axisOf(height)];
  const means = await meansByPlace(painted, { across, down }, portion(pace, 0.5));
  const offsets = offsetsOf(means, across.count, down.count);
  const wide = 3 * PLACES;
  // The corrections of a row: for every tile across, those of its four places.
  const line = new Float32Array(across.count * 3 * PERIOD);
  await eachBand(height, portion(pace, 0.5), (first, end) => {
    for (let y = first; y < end; y++) {
      const { from, to, share } = between(y, down);
      for (let tile = 0, n = 0; tile < across.count; tile++) {
        const places = 3 * PERIOD * (y % PERIOD);
        const [a, b] = [from, to].map((row) => wide * (row * across.count + tile) + places);
        for (let k = 0; k < 3 * PERIOD; k++, n++) {
          line[n] = (1 - share) * offsets[a! + k]! + share * offsets[b! + k]!;
        }
      }
      for (let x = 0, i = 3 * width * y; x < width; x++, i += 3) {
        const { from: left, to: right, share: part } = between(x, across);
        const at = 3 * (x % PERIOD);
        const [a, b] = [3 * PERIOD * left + at, 3 * PERIOD * right + at];
        for (let c = 0; c < 3; c++) {
          data[i + c]! += (1 - part) * line[a + c]! + part * line[b + c]!;
        }
      }
    }
  });
}

/** The tiles whose middles are around a pixel, and the share of the second. */
function between(at: number, { count, length }: Axis): { from: number; to: number; share: number } {
  const place = Math.min(count - 1, Math.max(0, (at + 0.5) / length - 0.5));
  const from = Math.floor(place);
  return { from, to: Math.min(count - 1, from + 1), share: place - from };
}

/** Mean red, green and blue of every place of every tile. */
async function meansByPlace(
  { width, height, data }: Rgb,
  { across, down }: { across: Axis; down: Axis },
  pace: Pace,
): Promise<Float64Array> {
  const sums = new Float64Array(3 * PLACES * across.count * down.count);
  const counts = new Float64Array(PLACES * across.count * down.count);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const row = Math.min(down.count - 1, Math.floor(y / down.length)) * across.count;
      const places = PERIOD * (y % PERIOD);
      for (let x = 0, i = 3 * width * y; x < width; x++, i += 3) {
        const tile = row + Math.min(across.count - 1, Math.floor(x / across.length));
        const place = PLACES * tile + places + (x % PERIOD);
        counts[place]! += 1;
        for (let c = 0; c < 3; c++) sums[3 * place + c]! += data[i + c]!;
      }
    }
  });
  return sums.map((sum, i) => sum / counts[Math.floor(i / 3)]!);
}

/** What brings each place of each tile to the tile's mean, less what the slope between tiles explains. */
function offsetsOf(means: Float64Array, across: number, down: number): Float32Array {
  const tiles = across * down;
  const whole = new Float64Array(3 * tiles);
  for (const [i, mean] of means.entries()) {
    whole[3 * Math.floor(i / (3 * PLACES)) + (i % 3)]! += mean / PLACES;
  }
  const at = (column: number, row: number, c: number): number =>
    whole[3 * (row * across + column) + c]!;
  return Float32Array.from(means, (mean, i) => {
    const tile = Math.floor(i / (3 * PLACES));
    const place = Math.floor(i / 3) % PLACES;
    const [column, row, c] = [tile % across, Math.floor(tile / across), i % 3];
    const rise =
      ((place % PERIOD) - (PERIOD - 1) / 2) * slope((n) => at(n, row, c), column, across) +
      (Math.floor(place / PERIOD) - (PERIOD - 1) / 2) * slope((n) => at(column, n, c), row, down);
    const off = at(column, row, c) + rise - mean;
    return Math.min(MOST, Math.max(-MOST, off));
  });
}

/** Rise per pixel at a tile, from the tiles beside it. */
function slope(mean: (n: number) => number, n: number, count: number): number {
  const [before, after] = [Math.max(0, n - 1), Math.min(count - 1, n + 1)];
  return after > before ? (mean(after) - mean(before)) / ((after - before) * TILE) : 0;
}
