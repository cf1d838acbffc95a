// What the network of pixel art sees: the pixels of each cell of two pictures, less the mean of the first.
import { bytes } from './pointers';

/** Edge of a cell in pixels. */
const SIDE: i32 = 4;
/** Values of a cell of one picture. */
const PIXELS: i32 = SIDE * SIDE;

/**
 * `raw` and `smooth` have 4×4 pixels for each of `rows` · `columns` cells. Each cell of `out` has 32 values: its pixels of `smooth` with `detail` of
 * the difference to `raw`, row by row, then those of `smooth`, all less the mean of the first 16.
 */
export function cellPixels(
  raw: usize,
  smooth: usize,
  out: usize,
  rows: i32,
  columns: i32,
  detail: f32,
): void {
  const line = bytes(SIDE * columns);
  const share = f32x4.splat(detail);
  const part: f32 = 1.0 / <f32>PIXELS;
  for (let y = 0; y < rows; y++, raw += 3 * line, smooth += 3 * line) {
    for (let x = 0; x < columns; x++, raw += 16, smooth += 16, out += bytes(2 * PIXELS)) {
      const s0 = v128.load(smooth);
      const s1 = v128.load(smooth + line);
      const s2 = v128.load(smooth + 2 * line);
      const s3 = v128.load(smooth + 3 * line);
      const p0 = mixed(v128.load(raw), s0, share);
      const p1 = mixed(v128.load(raw + line), s1, share);
      const p2 = mixed(v128.load(raw + 2 * line), s2, share);
      const p3 = mixed(v128.load(raw + 3 * line), s3, share);
      let sum = f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3));
      sum = f32x4.add(
        sum,
        i8x16.shuffle(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
      );
      const total = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1);
      const mean = f32x4.splat(part * total);
      v128.store(out, f32x4.sub(p0, mean));
      v128.store(out, f32x4.sub(p1, mean), 16);
      v128.store(out, f32x4.sub(p2, mean), 32);
      v128.store(out, f32x4.sub(p3, mean), 48);
      v128.store(out, f32x4.sub(s0, mean), 64);
      v128.store(out, f32x4.sub(s1, mean), 80);
      v128.store(out, f32x4.sub(s2, mean), 96);
      v128.store(out, f32x4.sub(s3, mean), 112);
    }
  }
}

// @inline
function mixed(raw: v128, smooth: v128, share: v128): v128 {
  return f32x4.add(smooth, f32x4.mul(share, f32x4.sub(raw, smooth)));
}
