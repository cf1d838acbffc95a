// Affine warps: a picture seen through a map from the result's pixels to its own.
import { tensor3d } from '@tensorflow/tfjs-core';
import type { Size } from '../image.ts';
import { fromLinear, type Picture, readRows } from './picture.ts';

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

/** Bilinear samples of the picture in linear light; outside it the nearest border pixel counts. The picture should not be more than twice as fine as the result. */
export function warp(picture: Picture, size: Size, map: AffineMap): Picture {
  const source = readRows(picture);
  const { width, height, channels } = source;
  const stride = width * channels;
  const all = new Float32Array(stride * height);
  for (let y = 0; y < height; y++) all.set(source.row(y), y * stride);
  const out = new Float32Array(size.width * size.height * channels);
  const inside = (v: number, length: number): number => Math.min(length - 1, Math.max(0, v));
  for (let y = 0, j = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, j += channels) {
      const sx = inside(map.a * (x + 0.5) + map.b * (y + 0.5) + map.c - 0.5, width);
      const sy = inside(map.d * (x + 0.5) + map.e * (y + 0.5) + map.f - 0.5, height);
      const [x0, y0] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - x0, sy - y0];
      const right = x0 + 1 < width ? channels : 0;
      const top = y0 * stride + x0 * channels;
      const bottom = y0 + 1 < height ? top + stride : top;
      for (let k = 0; k < channels; k++) {
        const upper = all[top + k]! + fx * (all[top + right + k]! - all[top + k]!);
        const lower = all[bottom + k]! + fx * (all[bottom + right + k]! - all[bottom + k]!);
        out[j + k] = upper + fy * (lower - upper);
      }
    }
  }
  return fromLinear(tensor3d(out, [size.height, size.width, channels]));
}
