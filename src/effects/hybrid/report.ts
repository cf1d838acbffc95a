// Numbers about a finished hybrid: how far the fit came, how much of each picture is in it, and what was cut off.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** Some colours of a hybrid and of the pictures it was made of, `[h, w, c]`; `x` may be unclamped. */
export type Blended = { x: Tensor3D; near: Tensor3D; far: Tensor3D };

/** Gathers the numbers colour by colour. */
export type HybridReport = {
  /** The losses of one of `copies` colours that are alike, or of different ones. */
  addLoss: (report: LossReport, copies: number) => void;
  addColours: (colours: Blended, lowPass: LowPass, pace: Pace) => Promise<void>;
  /**
   * `correlation.near`: of the detail (what the low-pass takes away) with the near picture's; `correlation.far`: of both as seen
   * twice as blurred; `clipped`: share of values at or beyond black and white.
   */
  numbers: () => {
    losses: Record<string, number>[];
    correlation: { near: number; far: number };
    clipped: number;
  };
};

// The floor of the projection counts as black.
const BLACK = 1 / 2048;

// Roughly what a value takes, in nanoseconds: one of a sum, and one of a blurred picture.
const SUMMED = 2;
const BLURRED = 50;

/** Starts with nothing. */
export function createHybridReport(): HybridReport {
  const losses = new Map<number, Record<string, number>>();
  let near = NOTHING;
  let far = NOTHING;
  const share = { beyond: 0, count: 0 };
  return {
    addLoss({ step, loss, terms }, copies) {
      const sums = losses.get(step) ?? { step };
      for (const [name, value] of Object.entries({ loss, ...terms })) {
        sums[name] = (sums[name] ?? 0) + copies * value;
      }
      losses.set(step, sums);
    },
    async addColours(colours, lowPass, pace) {
      const { smooth } = lowPass;
      const detail = (t: Tensor3D): Tensor3D => tidy(() => sub(t, smooth(t)));
      // Four passes of sigma make one of twice sigma.
      const afar = (t: Tensor3D): Tensor3D => inTurn(t, smooth, smooth, smooth, smooth);
      const of = async (band: typeof detail, picture: Tensor3D): Promise<Moments> => {
        const own = valuesOf(band(colours.x));
        await pace(BLURRED * own.length);
        const others = valuesOf(band(picture));
        await pace(BLURRED * others.length);
        return momentsOf(own, others, pace);
      };
      near = together(near, await of(detail, colours.near));
      far = together(far, await of(afar, colours.far));
      const values = colours.x.dataSync<'float32'>();
      share.count += values.length;
      await eachBand({ count: values.length, ns: SUMMED }, pace, (first, end) => {
        for (let i = first; i < end; i++) {
          if (values[i]! <= BLACK || values[i]! >= 1) share.beyond++;
        }
      });
    },
    numbers: () => ({
      losses: [...losses.values()],
      correlation: { near: correlation(near), far: correlation(far) },
      clipped: share.beyond / share.count,
    }),
  };
}

function valuesOf(tensor: Tensor3D): Float32Array {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** Means of two series of numbers, and sums of the products of their differences from them. */
type Moments = { count: number; a: number; b: number; aa: number; ab: number; bb: number };

const NOTHING: Moments = { count: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0 };

async function momentsOf(a: Float32Array, b: Float32Array, pace: Pace): Promise<Moments> {
  const count = a.length;
  let [ma, mb] = [0, 0];
  await eachBand({ count, ns: 2 * SUMMED }, pace, (first, end) => {
    for (let i = first; i < end; i++) {
      ma += a[i]! / count;
      mb += b[i]! / count;
    }
  });
  let [ab, aa, bb] = [0, 0, 0];
  await eachBand({ count, ns: 3 * SUMMED }, pace, (first, end) => {
    for (let i = first; i < end; i++) {
      const [da, db] = [a[i]! - ma, b[i]! - mb];
      ab += da * db;
      aa += da * da;
      bb += db * db;
    }
  });
  return { count, a: ma, b: mb, aa, ab, bb };
}

/** The moments of both parts as one series. */
function together(p: Moments, q: Moments): Moments {
  const count = p.count + q.count;
  const [da, db] = [q.a - p.a, q.b - p.b];
  const weight = (p.count * q.count) / count;
  return {
    count,
    a: p.a + (da * q.count) / count,
    b: p.b + (db * q.count) / count,
    aa: p.aa + q.aa + weight * da * da,
    ab: p.ab + q.ab + weight * da * db,
    bb: p.bb + q.bb + weight * db * db,
  };
}

/** Pearson's correlation; 1 where either side does not vary. */
const correlation = ({ aa, ab, bb }: Moments): number =>
  aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 1;
