// Removes the lattice that networks leave which enlarge twice by repeating pixels: each place of their 4×4 grid has a tone of its own.
import type { Rgb } from '../../nets/rgb.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Period of the lattice, in px. */
const PERIOD = 4;
const PLACES = PERIOD ** 2;
/** Values of the places of a row: three colours each. */
const LINE = 3 * PERIOD;
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
  const line = new Float32Array(across.count * LINE);
  const columns = columnsOf(width, across);
  await eachBand(height, portion(pace, 0.5), (first, end) => {
    for (let y = first; y < end; y++) {
      const { from, to, share } = between(y, down);
      for (let tile = 0, n = 0; tile < across.count; tile++) {
        const places = LINE * (y % PERIOD);
        const [a, b] = [from, to].map((row) => wide * (row * across.count + tile) + places);
        for (let k = 0; k < LINE; k++, n++) {
          line[n] = (1 - share) * offsets[a! + k]! + share * offsets[b! + k]!;
        }
      }
      addCorrections(data.subarray(3 * width * y, 3 * width * (y + 1)), line, columns);
    }
  });
}

/** For each column: where the corrections of the tiles around it begin in a row's, and the share of the second. */
type Columns = { left: Int32Array; right: Int32Array; shares: Float32Array };

function columnsOf(width: number, across: Axis): Columns {
  const [left, right] = [new Int32Array(width), new Int32Array(width)];
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const { from, to, share } = between(x, across);
    const place = 3 * (x % PERIOD);
    left[x] = LINE * from + place;
    right[x] = LINE * to + place;
    shares[x] = share;
  }
  return { left, right, shares };
}

function addCorrections(row: Float32Array, line: Float32Array, columns: Columns): void {
  const { left, right, shares } = columns;
  for (let x = 0, i = 0; x < shares.length; x++) {
    const [a, b, share] = [left[x]!, right[x]!, shares[x]!];
    for (let c = 0; c < 3; c++, i++) {
      const from = line[a + c]!;
      row[i]! += from + share * (line[b + c]! - from);
    }
  }
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
  const sum = new Float64Array(LINE);
  await eachBand(height, pace, (first, end) => {
    for (let y = first; y < end; y++) {
      const row = Math.min(down.count - 1, Math.floor(y / down.length)) * across.count;
      for (let tile = 0; tile < across.count; tile++) {
        const from = tile * across.length;
        const to = tile === across.count - 1 ? width : from + across.length;
        addPlaces(sum.fill(0), data.subarray(3 * (width * y + from), 3 * (width * y + to)));
        const place = PLACES * (row + tile) + PERIOD * (y % PERIOD);
        for (let k = 0; k < LINE; k++) sums[3 * place + k]! += sum[k]!;
        for (let k = 0; k < PERIOD; k++) counts[place + k]! += Math.ceil((to - from - k) / PERIOD);
      }
    }
  });
  return sums.map((sum, i) => sum / counts[Math.floor(i / 3)]!);
}

/** Adds the values of pixels to those of their four places in turn. */
function addPlaces(sum: Float64Array, pixels: Float32Array): void {
  for (let i = 0, k = 0; i < pixels.length; i++) {
    sum[k]! += pixels[i]!;
    k = k === LINE - 1 ? 0 : k + 1;
  }
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
