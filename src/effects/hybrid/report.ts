// The report of a hybrid: losses of the fit, correlation with both pictures, and the share of clipped values.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Channels of a hybrid and of its two pictures, `[h, w, c]`; `x` may be unclamped. */
export type Blended = { x: Tensor3D; near: Tensor3D; far: Tensor3D };

/** Collects the numbers channel by channel. */
export type HybridReport = {
  /** Adds losses, multiplied by `copies`, the number of equal channels that they stand for. */
  addLoss: (report: LossReport, copies: number) => void;
  addColours: (colours: Blended, lowPass: LowPass, pace: Pace) => Promise<void>;
  /**
   * `correlation.near`: of the detail (what the low-pass removes) with the near picture's; `correlation.far`: with the far
   * picture, both blurred with twice the sigma; `clipped`: share of values at or beyond black and white.
   */
  numbers: () => {
    losses: Record<string, number>[];
    correlation: { near: number; far: number };
    clipped: number;
  };
};

// Values up to the floor of the projection count as black.
const BLACK = 1 / 2048;

// Rough shares: of both correlations, whose bands take one blur and four, and of counting clipped values.
const SHARES = { near: 0.2, far: 0.7, clipped: 0.1 };
// Rough share of both bands of a correlation; the sums take the rest.
const BANDS_SHARE = 0.8;

/** An empty report. */
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
      // Four blurs of sigma equal one of twice sigma.
      const afar = (t: Tensor3D): Tensor3D => inTurn(t, smooth, smooth, smooth, smooth);
      const of = async (
        band: typeof detail,
        picture: Tensor3D,
        bandPace: Pace,
      ): Promise<Moments> => {
        const own = valuesOf(band(colours.x));
        await bandPace(BANDS_SHARE / 2);
        const others = valuesOf(band(picture));
        await bandPace(BANDS_SHARE / 2);
        return momentsOf(own, others, portion(bandPace, 1 - BANDS_SHARE));
      };
      near = together(near, await of(detail, colours.near, portion(pace, SHARES.near)));
      far = together(far, await of(afar, colours.far, portion(pace, SHARES.far)));
      const values = colours.x.dataSync<'float32'>();
      share.count += values.length;
      await eachBand(values.length, portion(pace, SHARES.clipped), (first, end) => {
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

/** Means of two series of numbers, and sums of products of their deviations from the means. */
type Moments = { count: number; a: number; b: number; aa: number; ab: number; bb: number };

const NOTHING: Moments = { count: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0 };

async function momentsOf(a: Float32Array, b: Float32Array, pace: Pace): Promise<Moments> {
  const count = a.length;
  let [ma, mb] = [0, 0];
  await eachBand(count, portion(pace, 0.5), (first, end) => {
    for (let i = first; i < end; i++) {
      ma += a[i]! / count;
      mb += b[i]! / count;
    }
  });
  let [ab, aa, bb] = [0, 0, 0];
  await eachBand(count, portion(pace, 0.5), (first, end) => {
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

/** Pearson's correlation; 1 if either series is constant. */
const correlation = ({ aa, ab, bb }: Moments): number =>
  aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 1;
