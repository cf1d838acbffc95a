// Finds the colour of a palette that is nearest to a bin of colours.
import { type Box, LEVELS_PER_BIN } from './boxes.ts';

/** Bins along each side of a block whose bins share a list of colours. */
const BLOCK = 4;
const BLOCKS = 32 / BLOCK;

// Green counts most and blue least, as in the lightness that people see.
const [RED, GREEN, BLUE] = [3, 6, 1];

/**
 * A function that returns the index of the mean which is nearest to the middle of a bin (numbered as in `Histogram`). Each bin is searched
 * once, and only among those means that can be the nearest one somewhere in its block of 4×4×4 bins.
 */
export function createNearest(boxes: readonly Box[]): (bin: number) => number {
  const means = Float32Array.from(boxes.flatMap(({ mean }) => mean));
  const found = new Int16Array(32 ** 3).fill(-1);
  const lists = new Array<Uint8Array | undefined>(BLOCKS ** 3);
  return (bin) => {
    const known = found[bin]!;
    if (known >= 0) return known;
    const [r, g, b] = [bin >> 10, (bin >> 5) & 31, bin & 31];
    const block = (((r >> 2) * BLOCKS + (g >> 2)) * BLOCKS + (b >> 2)) | 0;
    lists[block] ??= nearBlock(means, [r >> 2, g >> 2, b >> 2]);
    const best = nearestOf(means, lists[block], [middle(r), middle(g), middle(b)]);
    found[bin] = best;
    return best;
  };
}

const middle = (bin: number): number => LEVELS_PER_BIN * (bin + 0.5);

type Colour = readonly [number, number, number];

function nearestOf(means: Float32Array, list: Uint8Array, [r, g, b]: Colour): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const i of list) {
    const [dr, dg, db] = [means[3 * i]! - r, means[3 * i + 1]! - g, means[3 * i + 2]! - b];
    const distance = RED * dr * dr + GREEN * dg * dg + BLUE * db * db;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

/** The means that are the nearest to a point of a block, and a few more, in order: those not farther from it than another is from its farthest point. */
function nearBlock(means: Float32Array, block: Colour): Uint8Array {
  const count = means.length / 3;
  const least = new Float64Array(count);
  let bound = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    let near = 0;
    let far = 0;
    for (let c = 0; c < 3; c++) {
      const low = middle(BLOCK * block[c]!);
      const high = middle(BLOCK * block[c]! + BLOCK - 1);
      const value = means[3 * i + c]!;
      const weight = c === 0 ? RED : c === 1 ? GREEN : BLUE;
      const inside = Math.max(low - value, value - high, 0);
      const outside = Math.max(value - low, high - value);
      near += weight * inside * inside;
      far += weight * outside * outside;
    }
    least[i] = near;
    bound = Math.min(bound, far);
  }
  const list = new Uint8Array(count);
  let used = 0;
  for (let i = 0; i < count; i++) if (least[i]! <= bound) list[used++] = i;
  return list.slice(0, used);
}
