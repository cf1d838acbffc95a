// Calms drawn cells: small differences between neighbours go, contours stay.
import { type Tensor3D, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { bilateral } from '../../tensor/ops/bilateral.ts';

/** Passes of the filter: each leaves areas flatter without reaching over contours, as a larger range would. */
const PASSES = 6;

/**
 * sRGB codes, three values a cell: each becomes a mean of those around it that differ by not much more than `range` (above 0).
 * Clear cells (opacity below a half) have no part.
 */
export function calmed(
  codes: Float32Array,
  { width, height, alpha }: Size & { alpha: Float32Array | undefined },
  range: number,
): Float32Array {
  const opacity = alpha?.map((share) => (share >= 0.5 ? 1 : 0));
  const calm = tidy(() => {
    const shares = opacity && tensor2d(opacity, [height, width]);
    let x: Tensor3D = tensor3d(codes, [height, width, 3]);
    for (let pass = 0; pass < PASSES; pass++) x = bilateral(x, shares, { range });
    return x;
  });
  // Outside of `tidy`, which would search an array for tensors, value by value.
  const values = calm.dataSync<'float32'>();
  calm.dispose();
  return values;
}
