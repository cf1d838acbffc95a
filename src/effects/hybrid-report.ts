// Numbers about a finished hybrid: how much of each picture is in it, and what was cut off.
import { sub, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { LowPass } from '../tensor/low-pass.ts';

export type Hybrid = {
  tensor: Tensor3D;
  alpha: Float32Array | undefined;
  report?: Record<string, unknown>;
};

// The floor of the projection counts as black.
const BLACK = 1 / 2048;

/**
 * `correlation.near`: of the detail (what the low-pass takes away) with the near picture's; `correlation.far`: of both as seen
 * twice as blurred; `clipped`: share of values at or beyond black and white. `x` may be unclamped.
 */
export function correlations(
  x: Tensor3D,
  { near, far }: { near: Tensor3D; far: Tensor3D },
  lowPass: LowPass,
): { correlation: { near: number; far: number }; clipped: number } {
  const detail = (t: Tensor3D): Tensor3D => sub(t, lowPass.smooth(t));
  // Four passes of sigma make one of twice sigma.
  const afar = (t: Tensor3D): Tensor3D =>
    lowPass.smooth(lowPass.smooth(lowPass.smooth(lowPass.smooth(t))));
  const of = (band: (t: Tensor3D) => Tensor3D, picture: Tensor3D): number =>
    correlation(valuesOf(tidy(() => band(x))), valuesOf(tidy(() => band(picture))));
  const values = x.dataSync<'float32'>();
  const clipped = values.reduce((n, v) => n + (v <= BLACK || v >= 1 ? 1 : 0), 0) / values.length;
  return { correlation: { near: of(detail, near), far: of(afar, far) }, clipped };
}

function valuesOf(tensor: Tensor3D): Float32Array {
  const values = tensor.dataSync<'float32'>();
  tensor.dispose();
  return values;
}

/** Pearson's correlation; 1 where either side does not vary. */
function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (v: Float32Array): number => v.reduce((s, x) => s + x, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return aa * bb > 0 ? ab / Math.sqrt(aa * bb) : 1;
}
