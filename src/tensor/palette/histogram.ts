// The different colours of a picture and how often each occurs, merged where there are very many.
import { eachBand, type Pace } from '../../timing.ts';
import { byteOfLinear } from '../colour/colour.ts';
import { doubledOklab } from '../colour/oklab.ts';
import type { Straight } from '../picture/straight.ts';

export type Histogram = {
  count: number;
  /** L, 2a, 2b of each colour in OKLab. */
  lab: Float32Array;
  /** Pixels of each colour. */
  weight: Float32Array;
};

// Most colours in a histogram, so that the palette search stays fast; 128×96 cells of a photograph have about 8,000 different colours.
// Four bits per channel give exactly this many, so dropping four bits always suffices.
const MOST = 4096;
const SLOT_BITS = 14;
const SLOTS = 2 ** SLOT_BITS;

/**
 * Counts the 8-bit colours of the pixels that are at least half opaque. If there are more than 4096, as many low
 * bits as necessary are dropped, and each entry is the mean of the colours that were merged.
 */
export async function colourHistogram(picture: Straight, pace: Pace): Promise<Histogram> {
  for (let drop = 0; ; drop++) {
    const counter = createCounter(picture, drop);
    let fits = true;
    // A pass with too many colours ends early, so that the passes together report little more than one whole.
    await eachBand(picture.width * picture.height, pace, (first, end) => {
      fits = counter.take(first, end);
      return fits;
    });
    if (fits) return counter.histogram();
  }
}

function createCounter({ linear, alpha }: Straight, drop: number) {
  const slots = new Int32Array(SLOTS).fill(-1);
  const keys = new Int32Array(MOST);
  const weight = new Float32Array(MOST);
  const sums = new Float64Array(3 * MOST);
  let count = 0;
  return {
    /** Counts the pixels from `first` to before `end`; `false` once there are too many colours. */
    take(first: number, end: number): boolean {
      for (let p = first, i = 3 * first; p < end; p++, i += 3) {
        if (alpha && alpha[p]! < 0.5) continue;
        const key =
          ((byteOfLinear(linear[i]!) >> drop) << 16) |
          ((byteOfLinear(linear[i + 1]!) >> drop) << 8) |
          (byteOfLinear(linear[i + 2]!) >> drop);
        let slot = Math.imul(key, 0x9e3779b1) >>> (32 - SLOT_BITS);
        while (slots[slot]! >= 0 && keys[slots[slot]!] !== key) slot = (slot + 1) % SLOTS;
        let bin = slots[slot]!;
        if (bin < 0) {
          if (count === MOST) return false;
          bin = count++;
          slots[slot] = bin;
          keys[bin] = key;
        }
        weight[bin]! += 1;
        for (let c = 0; c < 3; c++) sums[3 * bin + c]! += linear[i + c]!;
      }
      return true;
    },
    histogram(): Histogram {
      const lab = new Float32Array(3 * count);
      for (let bin = 0; bin < count; bin++) {
        const n = weight[bin]!;
        const at = 3 * bin;
        doubledOklab(sums[at]! / n, sums[at + 1]! / n, sums[at + 2]! / n, lab, at);
      }
      return { count, lab, weight: weight.subarray(0, count) };
    },
  };
}
