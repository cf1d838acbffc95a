// Pictures as planes of numbers, channel by channel, the layout that networks use.
import type { Size } from '../image.ts';
import { arraySpace } from './array-space.ts';

/** Values `[channels, height, width]`; of a picture RGB, sRGB-coded 0…1. */
export type Planes = Size & { data: Float32Array };

type Taps = { first: Int32Array; weights: Float64Array; count: number };

/**
 * With half-pixel centres: bicubic with `antialias`, which pictures need, with a wider filter when shrinking and cut to the range 0…1;
 * without it bilinear, where each output reads the two nearest values per axis, as `tf.image.resizeBilinear(x, size, false, true)` does.
 */
export function resizePlanes(
  planes: Planes,
  { width, height }: Size,
  { antialias }: { antialias: boolean },
): Planes {
  if (planes.width === width && planes.height === height) return planes;
  const rows = resizeRows(planes, tapsOf(planes.height, height, antialias), height);
  const resized = resizeColumns(rows, tapsOf(planes.width, width, antialias), width);
  // The negative weights of the bicubic filter overshoot at edges.
  return antialias ? { ...resized, data: arraySpace.clip(resized.data, 0, 1) } : resized;
}

/** Pads by reflection to the right and below until both sides are at least those of `size`. */
export function padPlanes(planes: Planes, size: Size): Planes {
  const width = Math.max(planes.width, size.width);
  const height = Math.max(planes.height, size.height);
  return gather(planes, { width, height });
}

/** Adds a margin of this many values to every side, by reflection. */
export const withMargin = (planes: Planes, margin: number): Planes =>
  gather(planes, {
    left: -margin,
    top: -margin,
    width: planes.width + 2 * margin,
    height: planes.height + 2 * margin,
  });

/** Cuts a margin off every side. */
export const withoutMargin = (planes: Planes, margin: number): Planes =>
  gather(planes, {
    left: margin,
    top: margin,
    width: planes.width - 2 * margin,
    height: planes.height - 2 * margin,
  });

type Window = Size & { left?: number; top?: number };

/** The values in a window, which may reach beyond the planes. */
function gather(planes: Planes, { left = 0, top = 0, width, height }: Window): Planes {
  if (planes.width === width && planes.height === height) return planes;
  const channels = planes.data.length / (planes.width * planes.height);
  const columns = Array.from({ length: width }, (_, x) => reflected(left + x, planes.width));
  const data = new Float32Array(channels * width * height);
  for (let row = 0, k = 0; row < channels * height; row++) {
    const channel = Math.floor(row / height);
    const y = reflected(top + (row % height), planes.height);
    const from = (channel * planes.height + y) * planes.width;
    for (const x of columns) data[k++] = planes.data[from + x]!;
  }
  return { width, height, data };
}

/** … 1 0 1 2 … n−1 n−2 … 1 0 1 …; for n = 1 always 0. */
function reflected(index: number, count: number): number {
  const period = Math.max(1, 2 * (count - 1));
  const at = Math.abs(index) % period;
  return at < count ? at : period - at;
}

function tapsOf(from: number, to: number, antialias: boolean): Taps {
  const ratio = from / to;
  const stretch = antialias ? Math.max(1, ratio) : 1;
  const radius = antialias ? 2 * stretch : 1;
  const count = Math.ceil(2 * radius) + 1;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * count);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const start = Math.max(0, Math.min(from - 1, Math.ceil(centre - radius)));
    first[i] = start;
    let total = 0;
    for (let t = 0; t < count && start + t < from; t++) {
      const distance = Math.abs(start + t - centre) / stretch;
      const weight = antialias ? cubic(distance) : Math.max(0, 1 - distance);
      weights[i * count + t] = weight;
      total += weight;
    }
    for (let t = 0; t < count; t++) weights[i * count + t]! /= total;
  }
  return { first, weights, count };
}

/** Weight of a value at a distance from 0 in the bicubic filter of Catmull and Rom. */
function cubic(distance: number): number {
  if (distance < 1) return (1.5 * distance - 2.5) * distance ** 2 + 1;
  return distance < 2 ? ((-0.5 * distance + 2.5) * distance - 4) * distance + 2 : 0;
}

function resizeRows(planes: Planes, taps: Taps, height: number): Planes {
  const { width } = planes;
  const channels = planes.data.length / (width * planes.height);
  const data = new Float32Array(channels * height * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < channels * height; row++) {
    const y = row % height;
    const top = Math.floor(row / height) * planes.height + taps.first[y]!;
    sums.fill(0);
    for (let t = 0; t < taps.count; t++) {
      const weight = taps.weights[y * taps.count + t]!;
      if (weight === 0) continue;
      const from = (top + t) * width;
      for (let x = 0; x < width; x++) sums[x]! += weight * planes.data[from + x]!;
    }
    data.set(sums, row * width);
  }
  return { width, height, data };
}

function resizeColumns(planes: Planes, taps: Taps, width: number): Planes {
  const rows = planes.data.length / planes.width;
  const data = new Float32Array(rows * width);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let x = 0; x < width; x++, k++) {
      const from = row * planes.width + taps.first[x]!;
      let sum = 0;
      for (let t = 0; t < taps.count; t++) {
        const weight = taps.weights[x * taps.count + t]!;
        if (weight !== 0) sum += weight * planes.data[from + t]!;
      }
      data[k] = sum;
    }
  }
  return { width, height: planes.height, data };
}
