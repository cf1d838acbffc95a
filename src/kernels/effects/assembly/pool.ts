// Means over squares of pixels, of values or of their powers.
import { floatRow } from './pixel-rows';
import { bytes, storePixel } from './pointers';
import { coloursOfSquares, lumaOfSquares, tableMeans } from './pool-pixels';
import { powers } from './power-of';
import { anyPowers, lightOfSquares } from './rough-powers';

/**
 * Means over squares of `coarse` × `coarse` pixels of `x` `[height, width, channels]` to the power of `exponent` (of at least `least`);
 * an exponent of 1 means the values themselves, and `rough` is as in `anyPowers`. The sides are multiples of `coarse`; `row` is scratch for two rows with 4 values more.
 */
export function pool(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  exponent: f32,
  least: f32,
  rough: i32,
  row: usize,
): void {
  const length = width * channels;
  const light = row + bytes(length + 4);
  if (coarse === 1) {
    if (exponent === 1) memory.copy(out, x, bytes(length * height));
    else anyPowers(x, out, length * height, exponent, least, rough);
    return;
  }
  if ((coarse & 3) === 0 && channels === 3 && rough && exponent > 2) {
    lightOfSquares(x, out, height, bytes(length), coarse, least);
    return;
  }
  for (let y = 0; y < height; y += coarse) {
    memory.fill(row, 0, bytes(length));
    for (let r = 0; r < coarse; r++, x += bytes(length)) {
      if (exponent !== 1) anyPowers(x, light, length, exponent, least, rough);
      addRow(exponent === 1 ? x : light, row, length);
    }
    out = meanRow(row, out, width, channels, coarse);
  }
}

/**
 * The same for the colours of packed pixels `[height, width]`, 0…1. With `grey` 1, each channel is the luma. `table` has 256 powers of colours; without
 * one (address 0) they are computed. `row` has room for two rows with 4 values more.
 */
export function poolPixels(
  pixels: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  grey: i32,
  exponent: f32,
  least: f32,
  table: usize,
  row: usize,
): void {
  const areColours = channels === 3 && !grey;
  if (table !== 0) {
    tableMeans(pixels, out, height, width, coarse, table);
    return;
  }
  if (exponent === 1 && coarse === 2 && areColours && (width & 3) === 0) {
    coloursOfSquares(pixels, out, height, width);
    return;
  }
  if (exponent === 1 && coarse === 2 && channels === 1 && (width & 7) === 0) {
    lumaOfSquares(pixels, out, height, width);
    return;
  }
  const length = width * channels;
  const values = row + bytes(length + 4);
  for (let y = 0; y < height; y += coarse) {
    memory.fill(row, 0, bytes(length));
    for (let r = 0; r < coarse; r++, pixels += bytes(width)) {
      floatRow(pixels, values, width, channels, grey);
      if (exponent !== 1) powers(values, values, length, exponent, least);
      addRow(values, row, length);
    }
    out = meanRow(row, out, width, channels, coarse);
  }
}

/** Writes means of `coarse` pixels each of a sum of as many rows; returns the address behind them. */
function meanRow(row: usize, out: usize, width: i32, channels: i32, coarse: i32): usize {
  const factor = f32x4.splat(<f32>1 / <f32>(coarse * coarse));
  const pixel = bytes(channels);
  for (let i = 0; i < width; i += coarse, out += pixel) {
    let sum = v128.load(row);
    row += pixel;
    for (let k = 1; k < coarse; k++, row += pixel) sum = f32x4.add(sum, v128.load(row));
    storePixel(out, f32x4.mul(sum, factor), channels);
  }
  return out;
}

function addRow(x: usize, row: usize, length: i32): void {
  const end = x + bytes(length);
  for (; x + 16 <= end; x += 16, row += 16) {
    v128.store(row, f32x4.add(v128.load(row), v128.load(x)));
  }
  for (; x < end; x += 4, row += 4) f32.store(row, f32.load(row) + f32.load(x));
}
