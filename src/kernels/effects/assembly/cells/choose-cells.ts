// Cells whose colour is chosen from their single pixels: the median of each channel, the most frequent colour, or a mean in which
// pixels count by how much they stand out.
import { alphaOf, blue, countAt, green, offsetAt, red, startAt } from './cell-pixels';

const MEDIAN: i32 = 1;
const MODE: i32 = 2;

/** Levels of a channel. */
const LEVELS: i32 = 256;
/** Colours are counted in cubes of 32 levels that overlap by 16: half of the first one lies outside 0…255. */
const CUBES: i32 = 17;

/**
 * Parameters as for `meanCells`. `kind` is 1 for medians, 2 for modes, 3 for details. `around` has three levels for each cell, the
 * surroundings that a detail stands out from. `list` is scratch for two floats for each pixel of the largest cell; `tables` for 3 · 256
 * (medians) or 3 · 4913 (modes) doubles, all zero.
 */
export function chooseCells(
  pixels: usize,
  width: i32,
  columns: usize,
  columnWeights: usize,
  across: i32,
  rows: usize,
  rowWeights: usize,
  down: i32,
  light: usize,
  out: usize,
  kind: i32,
  around: usize,
  list: usize,
  tables: usize,
): void {
  for (let v = 0; v < down; v++) {
    for (let u = 0; u < across; u++, out += 16, around += 12) {
      const end = gather(pixels, width, columns, columnWeights, u, rows, rowWeights, v, list);
      let total: f64 = 0;
      for (let p = list; p < end; p += 8) total += <f64>f32.load(p, 4);
      f32.store(out, <f32>(total / 255), 12);
      if (end === list) v128.store(out, f32x4.splat(0));
      else if (kind === MEDIAN) median(list, end, total, tables, light, out);
      else if (kind === MODE) mode(list, end, tables, light, out);
      else detail(list, end, around, light, out);
    }
  }
}

/** Lists the pixels of a cell, each with its share inside the cell times its opacity (0…255), if that is above zero; returns the end of the list. */
function gather(
  pixels: usize,
  width: i32,
  columns: usize,
  columnWeights: usize,
  u: i32,
  rows: usize,
  rowWeights: usize,
  v: i32,
  list: usize,
): usize {
  const left = startAt(columns, u);
  const count = countAt(columns, u);
  const weights = columnWeights + ((<usize>offsetAt(columns, u)) << 2);
  const top = startAt(rows, v);
  const height = countAt(rows, v);
  const shares = rowWeights + ((<usize>offsetAt(rows, v)) << 2);
  for (let j = 0; j < height; j++) {
    const share = <f64>f32.load(shares + ((<usize>j) << 2));
    const from = pixels + ((<usize>((top + j) * width + left)) << 2);
    for (let i = 0; i < count; i++) {
      const pixel = i32.load(from + ((<usize>i) << 2));
      const weight = share * <f64>f32.load(weights + ((<usize>i) << 2)) * <f64>alphaOf(pixel);
      if (weight === 0) continue;
      i32.store(list, pixel);
      f32.store(list, <f32>weight, 4);
      list += 8;
    }
  }
  return list;
}

/** For each channel the lowest level at which half of the weight is reached. */
function median(
  list: usize,
  end: usize,
  total: f64,
  tables: usize,
  light: usize,
  out: usize,
): void {
  const half = total / 2;
  let least = 255;
  let leastGreen = 255;
  let leastBlue = 255;
  for (let p = list; p < end; p += 8) {
    const pixel = i32.load(p);
    const weight = <f64>f32.load(p, 4);
    const r = pixel & 255;
    const g = (pixel >>> 8) & 255;
    const b = (pixel >>> 16) & 255;
    least = min(least, r);
    leastGreen = min(leastGreen, g);
    leastBlue = min(leastBlue, b);
    addTo(tables, r, weight);
    addTo(tables, LEVELS + g, weight);
    addTo(tables, 2 * LEVELS + b, weight);
  }
  f32.store(out, reached(tables, least, half, light));
  f32.store(out, reached(place(tables, LEVELS), leastGreen, half, light), 4);
  f32.store(out, reached(place(tables, 2 * LEVELS), leastBlue, half, light), 8);
  for (let p = list; p < end; p += 8) {
    const pixel = i32.load(p);
    f64.store(place(tables, pixel & 255), 0);
    f64.store(place(tables, LEVELS + ((pixel >>> 8) & 255)), 0);
    f64.store(place(tables, 2 * LEVELS + ((pixel >>> 16) & 255)), 0);
  }
}

/** Light of the first level, from `level` on, up to which the table sums to `half`. */
function reached(table: usize, level: i32, half: f64, light: usize): f32 {
  let sum = f64.load(place(table, level));
  while (sum < half && level < 255) sum += f64.load(place(table, ++level));
  return f32.load(light + ((<usize>level) << 2));
}

// @inline
function place(table: usize, index: i32): usize {
  return table + ((<usize>index) << 3);
}

// @inline
function addTo(table: usize, index: i32, weight: f64): void {
  const at = place(table, index);
  f64.store(at, f64.load(at) + weight);
}

// @inline
function binOf(pixel: i32): i32 {
  return (((pixel >>> 4) & 15) * CUBES + ((pixel >>> 12) & 15)) * CUBES + ((pixel >>> 20) & 15);
}

/** Distance in bins of the `i`th of the eight cubes that a bin belongs to. */
// @inline
function nextCube(i: i32): i32 {
  return (i & 1) + CUBES * ((i >> 1) & 1) + CUBES * CUBES * (i >> 2);
}

/** Mean and opacity of the pixels in the fullest cube; of equally full ones, in the first met. Clear if more of the cell is clear. */
function mode(list: usize, end: usize, tables: usize, light: usize, out: usize): void {
  const bins = tables;
  const cubes = place(tables, CUBES * CUBES * CUBES);
  const met = place(cubes, CUBES * CUBES * CUBES);
  let different = met;
  for (let p = list; p < end; p += 8) {
    const bin = binOf(i32.load(p));
    if (f64.load(place(bins, bin)) === 0) {
      i32.store(different, bin);
      different += 4;
    }
    addTo(bins, bin, <f64>f32.load(p, 4));
  }
  for (let m = met; m < different; m += 4) {
    const bin = i32.load(m);
    const weight = f64.load(place(bins, bin));
    f64.store(place(bins, bin), 0);
    for (let i = 0; i < 8; i++) addTo(cubes, bin + nextCube(i), weight);
  }
  let most: f64 = 0;
  let fullest = 0;
  for (let m = met; m < different; m += 4) {
    for (let i = 0; i < 8; i++) {
      const cube = i32.load(m) + nextCube(i);
      const weight = f64.load(place(cubes, cube));
      if (weight > most) {
        most = weight;
        fullest = cube;
      }
    }
  }
  for (let m = met; m < different; m += 4) {
    for (let i = 0; i < 8; i++) f64.store(place(cubes, i32.load(m) + nextCube(i)), 0);
  }
  let sum = f32x4.splat(0);
  let seen: f32 = 0;
  let chosen: f32 = 0;
  for (let p = list; p < end; p += 8) {
    const pixel = i32.load(p);
    const share = f32.load(p, 4) / <f32>alphaOf(pixel);
    seen += share;
    if (isInCube(fullest - binOf(pixel))) {
      chosen += share;
      sum = f32x4.add(sum, f32x4.mul(lightOf(pixel, light), v128.load32_splat(p, 4)));
    }
  }
  if (1 - seen > chosen) {
    v128.store(out, f32x4.splat(0));
    return;
  }
  storeMean(sum, out);
  f32.store(out, f32x4.extract_lane(sum, 3) / (255 * chosen), 12);
}

/** Whether a cube is one of the eight of a bin, from their difference. */
// @inline
function isInCube(difference: i32): bool {
  if (difference < 0 || difference > CUBES * CUBES + CUBES + 1) return false;
  const plane = difference % (CUBES * CUBES);
  return plane % CUBES < 2 && plane / CUBES < 2;
}

/** Added to each distance, in levels, so that a flat cell still has a mean. */
const FLOOR: f32 = 0.5;

/** Mean of the pixels, each weighted by its distance in levels to the surroundings. */
function detail(list: usize, end: usize, around: usize, light: usize, out: usize): void {
  const r = f32.load(around);
  const g = f32.load(around, 4);
  const b = f32.load(around, 8);
  let sum = f32x4.splat(0);
  for (let p = list; p < end; p += 8) {
    const pixel = i32.load(p);
    const dr = <f32>(pixel & 255) - r;
    const dg = <f32>((pixel >>> 8) & 255) - g;
    const db = <f32>((pixel >>> 16) & 255) - b;
    const weight = f32.load(p, 4) * (FLOOR + sqrt<f32>(dr * dr + dg * dg + db * db));
    sum = f32x4.add(sum, f32x4.mul(lightOf(pixel, light), f32x4.splat(weight)));
  }
  storeMean(sum, out);
}

/** Red, green and blue of a pixel in linear light, and 1. */
// @inline
function lightOf(pixel: i32, light: usize): v128 {
  let colour = v128.load32_lane(light + red(pixel), f32x4(0, 0, 0, 1), 0);
  colour = v128.load32_lane(light + green(pixel), colour, 1);
  return v128.load32_lane(light + blue(pixel), colour, 2);
}

/** Stores three sums, divided by the fourth, which is the weight. */
// @inline
function storeMean(sum: v128, out: usize): void {
  const mean = f32x4.mul(sum, f32x4.splat(<f32>1 / f32x4.extract_lane(sum, 3)));
  v128.store64_lane(out, mean, 0);
  v128.store32_lane(out, mean, 2, 8);
}
