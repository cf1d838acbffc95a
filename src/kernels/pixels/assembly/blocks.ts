// Means of blocks of pixels, the first stage of strong shrinking.
import { lightOf } from './light';
// biome-ignore lint/style/useImportType: AssemblyScript has no imports of types
import { Pixel3, Pixel4 } from './pixel';

/** Adds `floats` values, rounded up to a multiple of 4, to those at `to`. */
export function addRow(from: usize, to: usize, floats: i32): void {
  const end = to + ((<usize>floats) << 2);
  for (; to < end; from += 16, to += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  }
}

function means<Pixel>(from: usize, to: usize, pixels: i32, size: i32, scale: f32): void {
  for (let first = 0; first < pixels; first += size, to += offsetof<Pixel>()) {
    const count = min(size, pixels - first);
    let sum = f32x4.splat(0);
    for (let i = 0; i < count; i++, from += offsetof<Pixel>())
      sum = f32x4.add(sum, v128.load(from));
    v128.store(to, f32x4.mul(sum, f32x4.splat(scale / <f32>count)));
  }
}

/** Means of `size` neighbours of a row of `pixels` pixels of 12 bytes, times `scale`; the last block may be smaller. */
export function meanBlocks3(from: usize, to: usize, pixels: i32, size: i32, scale: f32): void {
  means<Pixel3>(from, to, pixels, size, scale);
}

/** `meanBlocks3` for pixels of 16 bytes. */
export function meanBlocks4(from: usize, to: usize, pixels: i32, size: i32, scale: f32): void {
  means<Pixel4>(from, to, pixels, size, scale);
}

/** Means of blocks of `size` × `rows` pixels in linear light, 12 bytes each, of `rows` rows of `pixels` opaque pixels; the last block may be smaller. 4 bytes behind them are overwritten. */
export function lightBlocks(from: usize, rows: i32, pixels: i32, size: i32, to: usize): void {
  const length = (<usize>pixels) << 2;
  const side = (<usize>size) << 2;
  for (const end = from + length; from < end; from += side, to += 12) {
    const width = min(side, end - from);
    let sum = f32x4.splat(0);
    let row = from;
    for (let r = 0; r < rows; r++, row += length) {
      for (let at = row, last = row + width; at < last; at += 4) {
        sum = f32x4.add(sum, lightOf(load<u32>(at)));
      }
    }
    const count = <f32>(<i32>(width >> 2) * rows);
    v128.store(to, f32x4.mul(sum, f32x4.splat(<f32>1 / count)));
  }
}
