// Means over squares of pixels, of values or of their powers.
import { bytes, storePixel } from './pointers';
import { powers } from './power-of';

/**
 * Means over squares of `coarse` × `coarse` pixels of `x` `[height, width, channels]` to the power of `exponent` (of at least `least`);
 * an exponent of 1 means the values themselves. The sides are multiples of `coarse`; `row` is scratch for two rows with 4 values more.
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
  row: usize,
): void {
  const length = width * channels;
  const factor = f32x4.splat(<f32>1 / <f32>(coarse * coarse));
  const light = row + bytes(length + 4);
  for (let y = 0; y < height; y += coarse) {
    if (coarse === 1) {
      if (exponent === 1) memory.copy(out, x, bytes(length));
      else powers(x, out, length, exponent, least);
      x += bytes(length);
      out += bytes(length);
      continue;
    }
    memory.fill(row, 0, bytes(length));
    for (let r = 0; r < coarse; r++, x += bytes(length)) {
      if (exponent !== 1) powers(x, light, length, exponent, least);
      addRow(exponent === 1 ? x : light, row, length);
    }
    let from = row;
    for (let i = 0; i < width; i += coarse, out += bytes(channels)) {
      let sum = v128.load(from);
      from += bytes(channels);
      for (let k = 1; k < coarse; k++, from += bytes(channels)) {
        sum = f32x4.add(sum, v128.load(from));
      }
      storePixel(out, f32x4.mul(sum, factor), channels);
    }
  }
}

function addRow(x: usize, row: usize, length: i32): void {
  const end = x + bytes(length);
  for (; x + 16 <= end; x += 16, row += 16) {
    v128.store(row, f32x4.add(v128.load(row), v128.load(x)));
  }
  for (; x < end; x += 4, row += 4) f32.store(row, f32.load(row) + f32.load(x));
}
