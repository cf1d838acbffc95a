// Chooses colours for many others: k-means in OKLab, seeded so that the same colours always give the same result.
import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { createNearestColour } from './nearest-colour.ts';

/** Name of the kernel of `clustered`: input colours; attributes of `ClusterAttrs`. */
export const CLUSTER = 'TesseraCluster';

export type ClusterAttrs = {
  /** How many of the columns are colours. */
  used: number;
  /** How many centres are wanted, at most as many as colours. */
  centres: number;
};

/**
 * Centres L, 2a, 2b and a spare value, `[centres, 4]`, for `colours` `[4, n]`, whose rows are L, 2a, 2b and the weight; n is a multiple of 8, and
 * columns that are no colours have no weight.
 */
export const clustered = (colours: Tensor2D, attrs: ClusterAttrs): Tensor2D =>
  customOp<Tensor2D>({
    name: CLUSTER,
    inputs: { colours },
    attrs,
    compose: () => {
      const { used, centres } = attrs;
      const [, stride] = colours.shape;
      const values = colours.dataSync<'float32'>();
      const lab = new Float32Array(3 * used);
      for (let i = 0; i < 3 * used; i++) {
        lab[i] = values[(i % 3) * stride + Math.floor(i / 3)]!;
      }
      const weight = values.slice(3 * stride, 3 * stride + used);
      const all = { count: used, lab, weight };
      const found = settled(all, seeds(all, centres));
      const out = new Float32Array(4 * centres);
      for (let c = 0; c < centres; c++) out.set(found.subarray(3 * c, 3 * c + 3), 4 * c);
      return tensor2d(out, [centres, 4]);
    },
  });

const ROUNDS = 16;
// Distance in OKLab below which two colours look the same.
const NEAR = 0.02;
// Squared distance in OKLab below which a centre counts as settled: less than half an 8-bit level.
const SETTLED = 1e-6;
// Seeds that are drawn before the best of them is kept.
const DRAWS = 4;

type Colours = { count: number; lab: Float32Array; weight: Float32Array };

/** k-means++: each seed is drawn with a probability that grows with the squared distance to the nearest one before; of several draws the best is kept. */
function seeds({ count, lab, weight }: Colours, colours: number): Float32Array {
  const random = createRandom();
  const centres = new Float32Array(3 * colours);
  const nearest = new Float32Array(count).fill(1);
  const trial = new Float32Array(count);
  let kept = new Float32Array(count);
  for (let k = 0; k < colours; k++) {
    let total = 0;
    for (let i = 0; i < count; i++) total += nearest[i]! * weight[i]!;
    let least = Number.POSITIVE_INFINITY;
    for (let draw = 0; draw < (k === 0 ? 1 : DRAWS); draw++) {
      let pick = 0;
      for (let left = random() * total; pick < count - 1; pick++) {
        left -= nearest[pick]! * weight[pick]!;
        if (left <= 0) break;
      }
      let sum = 0;
      for (let i = 0, j = 0; i < count; i++, j += 3) {
        const dl = lab[j]! - lab[3 * pick]!;
        const da = lab[j + 1]! - lab[3 * pick + 1]!;
        const db = lab[j + 2]! - lab[3 * pick + 2]!;
        const distance = Math.min(k === 0 ? 4 : nearest[i]!, dl * dl + da * da + db * db);
        trial[i] = distance;
        sum += distance * weight[i]!;
      }
      if (sum < least) {
        least = sum;
        kept = trial.slice();
        centres.set(lab.subarray(3 * pick, 3 * pick + 3), 3 * k);
      }
    }
    nearest.set(kept);
  }
  return centres;
}

/** Lloyd's rounds: each centre moves to the mean of the colours nearest to it, weighted by the inverse distance, because the mean difference is minimised and not the mean square. A centre without colours stays where it is. */
function settled({ count, lab, weight }: Colours, centres: Float32Array): Float32Array {
  const k = centres.length / 3;
  for (let round = 0; round < ROUNDS; round++) {
    const nearest = createNearestColour({ count: k, lab: centres });
    const sums = new Float64Array(4 * k);
    for (let i = 0, j = 0; i < count; i++, j += 3) {
      const c = nearest(lab[j]!, lab[j + 1]!, lab[j + 2]!);
      const dl = lab[j]! - centres[3 * c]!;
      const da = lab[j + 1]! - centres[3 * c + 1]!;
      const db = lab[j + 2]! - centres[3 * c + 2]!;
      const w = weight[i]! / (NEAR + Math.sqrt(dl * dl + da * da + db * db));
      const s = 4 * c;
      sums[s]! += w * lab[j]!;
      sums[s + 1]! += w * lab[j + 1]!;
      sums[s + 2]! += w * lab[j + 2]!;
      sums[s + 3]! += w;
    }
    let moved = 0;
    for (let c = 0; c < k; c++) {
      const w = sums[4 * c + 3]!;
      if (w === 0) continue;
      for (let d = 0; d < 3; d++) {
        const to = sums[4 * c + d]! / w;
        moved = Math.max(moved, (to - centres[3 * c + d]!) ** 2);
        centres[3 * c + d] = to;
      }
    }
    if (moved < SETTLED) break;
  }
  return centres;
}

function createRandom(): () => number {
  let state = 0x2545f491;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
