// The report of a hybrid: losses of the fit, correlation with both pictures, and the share of clipped values.
import type { Tensor3D } from '@tensorflow/tfjs-core';
import type { LossReport } from '../../fit/fit.ts';
import type { LowPass } from '../../tensor/filter/low-pass.ts';
import { inTurn } from '../../tensor/ops/in-turn.ts';
import { eachBand, type Pace, portion } from '../../timing.ts';

/** Colours of a hybrid and of its two pictures, `[h, w, c]`; `x` may be unclamped. */
export type Blended = { x: Tensor3D; near: Tensor3D; far: Tensor3D };

/** Collects the numbers of a report. */
export type HybridReport = {
  /** Adds losses, multiplied by `copies`, the number of equal channels that they stand for. */
  addLoss: (report: LossReport, copies: number) => void;
  /** Takes over the losses of an earlier attempt. */
  continueFrom: (losses: readonly Record<string, number>[]) => void;
  /** `detail` makes the near band of a picture, a new tensor. */
  addColours: (
    colours: Blended,
    bands: { lowPass: LowPass; detail: (picture: Tensor3D) => Tensor3D },
    pace: Pace,
  ) => Promise<void>;
  /** `gap`: octaves between the bands. */
  addGap: (gap: number) => void;
  /**
   * `correlation.near`: of the near band with the near picture's; `correlation.far`: with the far picture, both blurred with twice
   * the sigma; `clipped`: share of values at or beyond black and white.
   */
  numbers: () => {
    gap: number;
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
  const losses: Record<string, number>[] = [];
  const correlation = { near: 1, far: 1 };
  let [clipped, gap] = [0, 0];
  return {
    addLoss({ step, loss, terms }, copies) {
      const all = Object.entries({ loss, ...terms });
      losses.push({ step, ...Object.fromEntries(all.map(([name, v]) => [name, copies * v])) });
    },
    continueFrom: (earlier) => void losses.push(...earlier),
    addGap(chosen) {
      gap = chosen;
    },
    async addColours(colours, { lowPass: { smooth }, detail }, pace) {
      // Four blurs of sigma equal one of twice sigma.
      const afar = (t: Tensor3D): Tensor3D => inTurn(t, smooth, smooth, smooth, smooth);
      const of = async (
        band: typeof detail,
        picture: Tensor3D,
        bandPace: Pace,
      ): Promise<number> => {
        const own = valuesOf(band(colours.x));
        await bandPace(BANDS_SHARE / 2);
        const others = valuesOf(band(picture));
        await bandPace(BANDS_SHARE / 2);
        return correlationOf(own, others, portion(bandPace, 1 - BANDS_SHARE));
      };
      correlation.near = await of(detail, colours.near, portion(pace, SHARES.near));
      correlation.far = await of(afar, colours.far, portion(pace, SHARES.far));
      const values = colours.x.dataSync<'float32'>();
      let beyond = 0;
      await eachBand(values.length, portion(pace, SHARES.clipped), (first, end) => {
        for (let i = first; i < end; i++) {
          if (values[i]! <= BLACK || values[i]! >= 1) beyond++;
        }
      });
      clipped = beyond / values.length;
    },
    numbers: () => ({ gap, losses, correlation, clipped }),
  };
}

function valuesOf(tensor: Tensor3D): Float32Array {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** Pearson's correlation; 1 if either series is constant. */
async function correlationOf(a: Float32Array, b: Float32Array, pace: Pace): Promise<number> {
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
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 1;
}
