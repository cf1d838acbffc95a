// Calms drawn cells: small differences between neighbours go, contours and small features stay.
import { type Tensor3D, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import type { Size } from '../../image.ts';
import { blurred } from '../../nets/pixelart/blurred.ts';
import { lumaOf } from '../../nets/pixelart/luma.ts';
import { bilateral } from '../../tensor/ops/bilateral.ts';
import { rise } from './texture.ts';

/** Passes of the filter: each leaves areas flatter without reaching over contours, as a larger range would. */
const PASSES = 4;
/** Weight of differences of colour against those of luma: lips and distant roofs differ little from what is around them. */
const CHROMA = 1.5;

/** A feature: how far it is from its surroundings (a Gaussian of so many cells), in what texture, and how much of it is kept. */
const FEATURE = { around: 2, from: 0.04, to: 0.1, smooth: 0.03, rough: 0.08, kept: 0.6 };

export type CalmOptions = Size & {
  alpha: Float32Array | undefined;
  /** Of each cell, as `textureOf` gives it. */
  texture: Float32Array;
};

/**
 * sRGB codes, three values a cell: each becomes a mean of those around it that differ by not much more than `range` (above 0), less so
 * where it stands out from calm surroundings. Clear cells (opacity below a half) have no part.
 */
export function calmed(
  codes: Float32Array,
  { width, height, alpha, texture }: CalmOptions,
  range: number,
): Float32Array {
  const opacity = alpha?.map((share) => (share >= 0.5 ? 1 : 0));
  const weighted = withChroma(codes, CHROMA);
  const calm = tidy(() => {
    const shares = opacity && tensor2d(opacity, [height, width]);
    let x: Tensor3D = tensor3d(weighted, [height, width, 3]);
    for (let pass = 0; pass < PASSES; pass++) x = bilateral(x, shares, { range });
    return x;
  });
  // Outside of `tidy`, which would search an array for tensors, value by value.
  const values = calm.dataSync<'float32'>();
  calm.dispose();
  const kept = featuresOf(weighted, { width, height }, texture);
  for (let p = 0; p < kept.length; p++) {
    for (let i = 3 * p; i < 3 * p + 3; i++) values[i]! += kept[p]! * (weighted[i]! - values[i]!);
  }
  return withChroma(values, 1 / CHROMA);
}

/** Colours with their differences from grey multiplied. */
function withChroma(codes: Float32Array, factor: number): Float32Array {
  const luma = lumaOf(codes);
  const out = new Float32Array(codes.length);
  for (let p = 0; p < luma.length; p++) {
    for (let i = 3 * p; i < 3 * p + 3; i++) out[i] = luma[p]! + factor * (codes[i]! - luma[p]!);
  }
  return out;
}

/** How much of each cell is kept as it was drawn, 0…1. */
function featuresOf(codes: Float32Array, size: Size, texture: Float32Array): Float32Array {
  const around = blurred(codes, size, { sigma: FEATURE.around, channels: 3 });
  const kept = new Float32Array(texture.length);
  for (let p = 0, i = 0; p < kept.length; p++, i += 3) {
    const calm = 1 - rise(texture[p]!, FEATURE.smooth, FEATURE.rough);
    if (calm === 0) continue;
    const r = codes[i]! - around[i]!;
    const g = codes[i + 1]! - around[i + 1]!;
    const b = codes[i + 2]! - around[i + 2]!;
    const far = Math.sqrt(r * r + g * g + b * b);
    kept[p] = FEATURE.kept * calm * rise(far, FEATURE.from, FEATURE.to);
  }
  return kept;
}
