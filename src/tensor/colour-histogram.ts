// The different colours of a picture and how often each occurs, merged where there are very many.
import { byteOfLinear } from './colour.ts';
import { doubledOklab } from './oklab.ts';
import type { Straight } from './straight.ts';

export type Histogram = {
  count: number;
  /** L, 2a, 2b of each colour in OKLab. */
  lab: Float32Array;
  /** Pixels of each colour. */
  weight: Float32Array;
};

// What the search for a palette is fast on; 128×96 cells of a photograph have some 8,000 different colours.
// It is also what four bits a channel can fill, so dropping four bits always ends the search.
const MOST = 4096;
const SLOT_BITS = 14;
const SLOTS = 2 ** SLOT_BITS;

/**
 * Counts the 8-bit colours of the pixels that are at least half opaque. Where they are more than 4096, as many of the low
 * bits as needed are dropped, and each colour stands for the mean of those that fell together.
 */
export function colourHistogram(picture: Straight): Histogram {
  for (let drop = 0; ; drop++) {
    const found = histogram(picture, drop);
    if (found) return found;
  }
}

/** `undefined` where there are too many. */
function histogram({ linear, alpha }: Straight, drop: number): Histogram | undefined {
  const slots = new Int32Array(SLOTS).fill(-1);
  const keys = new Int32Array(MOST);
  const weight = new Float32Array(MOST);
  const sums = new Float64Array(3 * MOST);
  let count = 0;
  for (let p = 0, i = 0; i < linear.length; p++, i += 3) {
    if (alpha && alpha[p]! < 0.5) continue;
    const key =
      ((byteOfLinear(linear[i]!) >> drop) << 16) |
      ((byteOfLinear(linear[i + 1]!) >> drop) << 8) |
      (byteOfLinear(linear[i + 2]!) >> drop);
    let slot = Math.imul(key, 0x9e3779b1) >>> (32 - SLOT_BITS);
    while (slots[slot]! >= 0 && keys[slots[slot]!] !== key) slot = (slot + 1) % SLOTS;
    let bin = slots[slot]!;
    if (bin < 0) {
      if (count === MOST) return undefined;
      bin = count++;
      slots[slot] = bin;
      keys[bin] = key;
    }
    weight[bin]! += 1;
    for (let c = 0; c < 3; c++) sums[3 * bin + c]! += linear[i + c]!;
  }
  const lab = new Float32Array(3 * count);
  for (let bin = 0; bin < count; bin++) {
    const n = weight[bin]!;
    doubledOklab(sums[3 * bin]! / n, sums[3 * bin + 1]! / n, sums[3 * bin + 2]! / n, lab, 3 * bin);
  }
  return { count, lab, weight: weight.subarray(0, count) };
}
