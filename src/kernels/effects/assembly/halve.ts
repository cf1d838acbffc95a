// Every second sample of a blur with the weights 1, 3, 3 and 1.
import { bytes } from './pointers';
import { storePart } from './power-of';

/**
 * Halves both sides of `x` `[height, width, channels]`, which are even: each result weighs the four samples around its middle in either direction;
 * those outside have no weight. `row` has room for a row with a pixel more at either end and 4 values.
 */
export function halve(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  row: usize,
): void {
  const length = bytes(width * channels);
  const pixel = bytes(channels);
  const line = row + pixel;
  memory.fill(row, 0, length + 2 * pixel + 16);
  for (let y = 0; y < height; y += 2) {
    const above: f32 = y > 0 ? 1 : 0;
    const below: f32 = y + 2 < height ? 1 : 0;
    const from = x + length * <usize>y;
    const share: f32 = <f32>1 / (<f32>6 + above + below);
    sumRows(
      y > 0 ? from - length : from,
      from,
      from + length,
      y + 2 < height ? from + 2 * length : from,
      line,
      length,
      above * share,
      <f32>3 * share,
      below * share,
    );
    let at = row;
    for (let i = 0; i < width; i += 2, at += 2 * pixel, out += pixel) {
      const missing: f32 = <f32>((i === 0 ? 1 : 0) + (i + 2 >= width ? 1 : 0));
      const factor = f32x4.splat(<f32>1 / (<f32>8 - missing));
      for (let c: usize = 0; c < pixel; c += 16) {
        const p = at + c;
        const inner = f32x4.add(v128.load(p + pixel), v128.load(p + 2 * pixel));
        const outer = f32x4.add(v128.load(p), v128.load(p + 3 * pixel));
        const sum = f32x4.add(f32x4.add(inner, inner), f32x4.add(inner, outer));
        const rest = pixel - c;
        if (rest >= 16) v128.store(out + c, f32x4.mul(sum, factor));
        else storePart(out + c, f32x4.mul(sum, factor), rest);
      }
    }
  }
}

function sumRows(
  above: usize,
  upper: usize,
  lower: usize,
  below: usize,
  out: usize,
  length: usize,
  first: f32,
  inner: f32,
  last: f32,
): void {
  const a = f32x4.splat(first);
  const b = f32x4.splat(inner);
  const c = f32x4.splat(last);
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    const middle = f32x4.add(v128.load(upper + i), v128.load(lower + i));
    const outer = f32x4.add(f32x4.mul(v128.load(above + i), a), f32x4.mul(v128.load(below + i), c));
    v128.store(out + i, f32x4.add(f32x4.mul(middle, b), outer));
  }
  for (; i < length; i += 4) {
    const middle = f32.load(upper + i) + f32.load(lower + i);
    const outer = f32.load(above + i) * first + f32.load(below + i) * last;
    f32.store(out + i, middle * inner + outer);
  }
}
