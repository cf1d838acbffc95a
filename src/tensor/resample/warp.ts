// Affine warps: a picture seen through a map from the result's pixels to its own.
import type { Image, Size } from '../../image.ts';
import { eachBand, portion } from '../../timing.ts';
import type { PixelWork } from '../pixel-kernels.ts';
import { imageOf, lightOf } from './convert.ts';
import { imageSource, type Light } from './light-rows.ts';

/** Source position of a result position, both in pixels from the top left corner: x' = a x + b y + c, y' = d x + e y + f. */
export type AffineMap = { a: number; b: number; c: number; d: number; e: number; f: number };

export type Point = { x: number; y: number };

/**
 * The map that takes each `from` to its `to`: a similarity (turn, scale, shift) for two pairs, an affine map for three.
 * `undefined` where the `from` points coincide or lie on a line.
 */
export function mapThrough(pairs: readonly { from: Point; to: Point }[]): AffineMap | undefined {
  const [p, q, r] = pairs as [(typeof pairs)[0], (typeof pairs)[0], (typeof pairs)[0] | undefined];
  const [ux, uy] = [q.from.x - p.from.x, q.from.y - p.from.y];
  const [vx, vy] = [q.to.x - p.to.x, q.to.y - p.to.y];
  let linear: Pick<AffineMap, 'a' | 'b' | 'd' | 'e'>;
  if (r === undefined) {
    const length = ux * ux + uy * uy;
    if (length < 1e-9) return undefined;
    const cos = (ux * vx + uy * vy) / length;
    const sin = (ux * vy - uy * vx) / length;
    linear = { a: cos, b: -sin, d: sin, e: cos };
  } else {
    const [sx, sy] = [r.from.x - p.from.x, r.from.y - p.from.y];
    const [tx, ty] = [r.to.x - p.to.x, r.to.y - p.to.y];
    const det = ux * sy - uy * sx;
    if (Math.abs(det) < 1e-9) return undefined;
    linear = {
      a: (vx * sy - tx * uy) / det,
      b: (tx * ux - vx * sx) / det,
      d: (vy * sy - ty * uy) / det,
      e: (ty * ux - vy * sx) / det,
    };
  }
  const { a, b, d, e } = linear;
  return {
    ...linear,
    c: p.to.x - a * p.from.x - b * p.from.y,
    f: p.to.y - d * p.from.x - e * p.from.y,
  };
}

/** How many source pixels a result pixel spans, at most. */
export const stretchOf = ({ a, b, d, e }: AffineMap): number =>
  Math.max(Math.hypot(a, d), Math.hypot(b, e));

// Rough shares of converting the source to linear light, of sampling, and of converting the samples back.
const SHARES = { read: 0.2, sample: 0.65, write: 0.15 };

/** Bilinear samples of the picture in linear light; outside it the nearest border pixel counts. The picture should not be more than twice as fine as the result. */
export async function warp(
  picture: Image,
  { width, height, map }: Size & { map: AffineMap },
  { kernels, pace }: PixelWork,
): Promise<Image> {
  const reading = { kernels, pace: portion(pace, SHARES.read) };
  const source = await lightOf(imageSource(picture), reading);
  const { channels } = source;
  const data = new Float32Array(width * height * channels);
  await eachBand(height, portion(pace, SHARES.sample), (first, end) => {
    const stride = width * channels;
    for (let y = first; y < end; y++) {
      sampleRow(source, map, y, data.subarray(y * stride, (y + 1) * stride));
    }
  });
  const writing = { kernels, pace: portion(pace, SHARES.write) };
  return imageOf({ width, height, channels, data }, writing);
}

function sampleRow(source: Light, map: AffineMap, y: number, out: Float32Array): void {
  const { width, height, channels, data } = source;
  const stride = width * channels;
  const inside = (v: number, length: number): number => Math.min(length - 1, Math.max(0, v));
  for (let x = 0, j = 0; j < out.length; x++, j += channels) {
    const sx = inside(map.a * (x + 0.5) + map.b * (y + 0.5) + map.c - 0.5, width);
    const sy = inside(map.d * (x + 0.5) + map.e * (y + 0.5) + map.f - 0.5, height);
    const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
    const [fx, fy] = [sx - x0, sy - y0];
    const right = x0 + 1 < width ? channels : 0;
    const top = y0 * stride + x0 * channels;
    const bottom = y0 + 1 < height ? top + stride : top;
    for (let k = 0; k < channels; k++) {
      const upper = data[top + k]! + fx * (data[top + right + k]! - data[top + k]!);
      const lower = data[bottom + k]! + fx * (data[bottom + right + k]! - data[bottom + k]!);
      out[j + k] = upper + fy * (lower - upper);
    }
  }
}
