// Numbers about a finished hybrid: how much of each picture is in it, and what was cut off.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import { eachBand } from '../bands.ts';
import type { Pace } from '../pace.ts';
import type { LowPass } from '../tensor/low-pass.ts';

export type Hybrid = {
  tensor: Tensor3D;
  alpha: Float32Array | undefined;
  report?: Record<string, unknown>;
};

// The floor of the projection counts as black.
const BLACK = 1 / 2048;

// Roughly what a value takes, in nanoseconds: one of a sum, and one of a blurred picture.
const SUMMED = 2;
const BLURRED = 50;

/**
 * `correlation.near`: of the detail (what the low-pass takes away) with the near picture's; `correlation.far`: of both as seen
 * twice as blurred; `clipped`: share of values at or beyond black and white. `x` may be unclamped.
 */
export async function correlations(
  x: Tensor3D,
  { near, far, lowPass }: { near: Tensor3D; far: Tensor3D; lowPass: LowPass },
  pace: Pace,
): Promise<{ correlation: { near: number; far: number }; clipped: number }> {
  const detail = (t: Tensor3D): Tensor3D => sub(t, lowPass.smooth(t));
  // Four passes of sigma make one of twice sigma.
  const afar = (t: Tensor3D): Tensor3D =>
    lowPass.smooth(lowPass.smooth(lowPass.smooth(lowPass.smooth(t))));
  const of = async (band: (t: Tensor3D) => Tensor3D, picture: Tensor3D): Promise<number> => {
    const own = valuesOf(tidy(() => band(x)));
    await pace(BLURRED * own.length);
    const others = valuesOf(tidy(() => band(picture)));
    await pace(BLURRED * others.length);
    return correlation(own, others, pace);
  };
  const values = x.dataSync<'float32'>();
  const { length } = values;
  let beyond = 0;
  await eachBand({ count: length, ns: SUMMED }, pace, (first, end) => {
    for (let i = first; i < end; i++) if (values[i]! <= BLACK || values[i]! >= 1) beyond++;
  });
  return {
    correlation: { near: await of(detail, near), far: await of(afar, far) },
    clipped: beyond / length,
  };
}

function valuesOf(tensor: Tensor3D): Float32Array {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** Pearson's correlation; 1 where either side does not vary. */
async function correlation(a: Float32Array, b: Float32Array, pace: Pace): Promise<number> {
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
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 1;
}
