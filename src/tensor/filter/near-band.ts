// The near band of a hybrid, which is what a picture has above its own blur: its local extent, the room that it needs, and the band on a ground.
import {
  abs,
  add,
  avgPool,
  clipByValue,
  concat,
  div,
  greater,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  sign,
  slice,
  sqrt,
  square,
  sub,
  type Tensor2D,
  type Tensor3D,
  where,
} from '@tensorflow/tfjs-core';
import { customOp } from '../ops/custom-op.ts';
import { composeUnpacked } from '../ops/packed-pixels.ts';
import { composeSpread } from './coarse-grid.ts';

/** Name of the kernel of `extents`: inputs near and low; attribute coarse. */
export const EXTENTS = 'TesseraExtents';
/** Name of the kernel of `roomFor`: inputs ground and extent; attribute factor. */
export const ROOM = 'TesseraRoom';
/** Name of the kernel of `withDetail`: inputs near, low and ground; attributes of `DetailAttrs`. */
export const DETAIL = 'TesseraDetail';

/**
 * A picture as packed pixels `[h, w]` and the blur of its colours (of its luma if it has one channel) on a coarse grid, `[h / coarse, w / coarse, c]`.
 * Its near band is what it has above that blur.
 */
export type NearBand = { near: Tensor2D; low: Tensor3D };

export type DetailAttrs = {
  /** Edges of a square of the blur's grid and of the ground's, in px. */
  coarse: number;
  groundCoarse: number;
  /** The band is multiplied by this. */
  gain: number;
  /**
   * Whether the sum is kept inside 0…1: the ground is clipped to it, and of a detail that takes more than half of the room there, the
   * part t above that half becomes t · half / (t + half). A sum below `least` becomes that.
   */
  soft: boolean;
  least: number;
};

/** Means over squares of the fourth powers of the band, of its positive and of its negative values: `[h / coarse, w / coarse, 2 c]`. */
export const extents = ({ near, low }: NearBand, { coarse }: { coarse: number }): Tensor3D =>
  customOp({
    name: EXTENTS,
    inputs: { near, low },
    attrs: { coarse },
    compose: () => {
      const band = composeBand({ near, low }, coarse);
      const fourths = [band, neg(band)].map((part) => square(square(relu(part))));
      const both = concat(fourths, 2);
      return coarse === 1 ? both : avgPool(both, coarse, coarse, 'valid');
    },
  });

function composeBand({ near, low }: NearBand, coarse: number): Tensor3D {
  const channels = low.shape[2] as 1 | 3;
  const colours = composeUnpacked(near, { channels, isGrey: channels === 1 });
  return sub(colours, composeSpread(low, coarse));
}

/**
 * How far each value of `ground` `[h, w, c]` is moved to stay as far from black and white as the band reaches down and up there.
 * `extent` `[h, w, 2 c or 2]` has the fourth powers, up first; their roots are multiplied by `factor`, and scaled down if both
 * together are more than 1.
 */
export const roomFor = (
  ground: Tensor3D,
  extent: Tensor3D,
  { factor }: { factor: number },
): Tensor3D =>
  customOp({
    name: ROOM,
    inputs: { ground, extent },
    attrs: { factor },
    compose: () => {
      const [height, width, two] = extent.shape;
      const [up, down] = [0, two / 2].map((first) =>
        mul(sqrt(sqrt(slice(extent, [0, 0, first], [height, width, two / 2]))), factor),
      ) as [Tensor3D, Tensor3D];
      const scale = maximum(add(up, down), 1);
      const least = maximum(ground, div(down, scale));
      return sub(minimum(least, sub(1, div(up, scale))), ground);
    },
  });

/** `ground` `[h / groundCoarse, w / groundCoarse, c]`, enlarged, plus the band times `gain`: `[h, w, c]`. A band of one channel is added to all. */
export const withDetail = (
  { near, low }: NearBand,
  ground: Tensor3D,
  attrs: DetailAttrs,
): Tensor3D =>
  customOp({
    name: DETAIL,
    inputs: { near, low, ground },
    attrs,
    compose: () => {
      const { coarse, groundCoarse, gain, soft, least } = attrs;
      const band = mul<Tensor3D>(composeBand({ near, low }, coarse), gain);
      const under = composeSpread(ground, groundCoarse);
      if (!soft) return add(under, band);
      return maximum(composeBent(band, clipByValue(under, 0, 1)), least);
    },
  });

function composeBent(band: Tensor3D, under: Tensor3D): Tensor3D {
  const knee = mul(where(greater(add(band, mul(under, 0)), 0), sub(1, under), under), 0.5);
  const size = abs(band);
  const over = relu(sub(size, knee));
  const bent = div(mul(knee, over), add(add(knee, over), 1e-30));
  return add(under, mul(sign(band), add(minimum(size, knee), bent)));
}
