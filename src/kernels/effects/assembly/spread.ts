// Adds a coarse grid, enlarged by cubics, to a picture.
import { beginEnlarging, enlargedRow } from './enlarged';
import { bytes } from './pointers';

/**
 * `out` = `base` + `factor` · (`grid` `[height, width, channels]`, enlarged `coarse` times); without `base` (address 0) only the second
 * part. `scratch` is that of `enlarged.ts`.
 */
export function spread(
  grid: usize,
  base: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  factor: f32,
  scratch: usize,
): void {
  const length = bytes(width * coarse * channels);
  beginEnlarging(scratch, coarse);
  for (let y = 0; y < height * coarse; y++, out += length) {
    const row = enlargedRow(grid, y, height, width, channels, coarse, scratch);
    scaleRow(row, length, factor);
    if (base !== 0) {
      addRow(base, row, length);
      base += length;
    }
    memory.copy(out, row, length);
  }
}

/** Up to 3 values behind the row are changed. */
function scaleRow(row: usize, length: usize, factor: f32): void {
  const by = f32x4.splat(factor);
  for (const end = row + length; row < end; row += 16) {
    v128.store(row, f32x4.mul(v128.load(row), by));
  }
}

function addRow(from: usize, row: usize, length: usize): void {
  const end = row + length;
  for (; row + 16 <= end; row += 16, from += 16) {
    v128.store(row, f32x4.add(v128.load(row), v128.load(from)));
  }
  for (; row < end; row += 4, from += 4) f32.store(row, f32.load(row) + f32.load(from));
}
