// Chooses the palette of a picture: k-means in OKLab, seeded so that the same picture always gets the same colours.
import { type Pace, portion } from '../../timing.ts';
import { byteOfLinear } from '../colour/colour.ts';
import { linearOfDoubled } from '../colour/oklab.ts';
import type { Straight } from '../picture/straight.ts';
import { colourHistogram, type Histogram } from './histogram.ts';
import { createNearestColour } from './nearest-colour.ts';
import { createPalette, type Palette } from './palette.ts';

const ROUNDS = 16;
// Distance in OKLab below which two colours look the same.
const NEAR = 0.02;
// Squared distance in OKLab below which a centre counts as settled: less than half an 8-bit level.
const SETTLED = 1e-6;
// Rough shares of the three passes: counting colours, drawing seeds, and the rounds of k-means.
const SHARES = { count: 0.4, seeds: 0.2, rounds: 0.4 };

/** A palette of at most `colours` (2…256) for the pixels that are at least half opaque, dark to light. A picture with no more colours than that keeps all of them. A palette has at least two colours: if the picture has fewer, black or white is added. */
export async function quantise(picture: Straight, colours: number, pace: Pace): Promise<Palette> {
  const histogram = await colourHistogram(picture, portion(pace, SHARES.count));
  const centres =
    histogram.count <= colours
      ? histogram.lab
      : await settled(
          histogram,
          await seeds(histogram, colours, portion(pace, SHARES.seeds)),
          portion(pace, SHARES.rounds),
        );
  const found = [...new Set(hexColours(centres))];
  for (const filler of ['000000', 'ffffff']) {
    if (found.length < 2 && !found.includes(filler)) found.push(filler);
  }
  const { hex, lab } = createPalette(found);
  const order = hex.map((text, i) => ({ text, lightness: lab[3 * i]! }));
  order.sort((x, y) => x.lightness - y.lightness || (x.text < y.text ? -1 : 1));
  return createPalette(order.map(({ text }) => text.slice(1)));
}

/** k-means++: each seed is drawn with a probability that grows with the squared distance to the nearest one before; of several draws the best is kept. */
async function seeds(
  { count, lab, weight }: Histogram,
  colours: number,
  pace: Pace,
): Promise<Float32Array> {
  const DRAWS = 4;
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
    const wait = pace(1 / colours);
    if (wait) await wait;
  }
  return centres;
}

/** Lloyd's rounds: each centre moves to the mean of the colours nearest to it, weighted by the inverse distance, because the mean difference is minimised and not the mean square. A centre without colours stays where it is. */
async function settled(
  { count, lab, weight }: Histogram,
  centres: Float32Array,
  pace: Pace,
): Promise<Float32Array> {
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
    const wait = pace(1 / ROUNDS);
    if (wait) await wait;
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

function hexColours(lab: Float32Array): string[] {
  const rgb = new Float64Array(3);
  return Array.from({ length: lab.length / 3 }, (_, i) => {
    const [lightness, a, b] = lab.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    linearOfDoubled(lightness, a, b, rgb);
    // Rounding errors of the matrices leave a little chroma in grey, which could change an 8-bit level.
    if (Math.hypot(a, b) < 1e-4) rgb.fill(lightness ** 3);
    return Array.from(rgb, (v) => byteOfLinear(v).toString(16).padStart(2, '0')).join('');
  });
}

function createRandom(): () => number {
  let state = 0x2545f491;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
