// What stands out in cells of 4×4 pixels, with SIMD loops.
import { bytes } from './pointers';

/** Floats of a cell in scratch memory: red, green, blue, and one that means nothing. */
const CELL: i32 = 4;

/**
 * For each cell of 4×4 pixels of `x` `[4 · rows, 4 · columns, 3]` the mean of its pixels, weighted by `least` plus how far they are from the
 * cells' means smoothed 1-2-1 both ways, less the plain mean: `out` `[rows, columns, 3]`. `scratch` is for 12 · rows · columns floats.
 */
export function standOut(
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  least: f32,
  scratch: usize,
): void {
  const cells = bytes(CELL * rows * columns);
  const means = scratch;
  const across = scratch + cells;
  const around = across + cells;
  meansOf(x, means, rows, columns);
  for (let y = 0; y < rows; y++) {
    const row = bytes(CELL * y * columns);
    smooth(means + row, across + row, 1, columns, bytes(CELL), bytes(CELL));
  }
  smooth(across, around, columns, rows, bytes(CELL * columns), bytes(CELL));
  const line = bytes(12 * columns);
  for (let y = 0, cell: usize = 0; y < rows; y++) {
    let corner = x + line * <usize>(4 * y);
    for (let i = 0; i < columns; i++, corner += 48, cell += 16, out += 12) {
      const shift = shiftOf(corner, line, v128.load(around + cell), f32x4.splat(least));
      const result = f32x4.sub(shift, v128.load(means + cell));
      v128.store64_lane(out, result, 0);
      v128.store32_lane(out, result, 2, 8);
    }
  }
}

function meansOf(x: usize, to: usize, rows: i32, columns: i32): void {
  const line = bytes(12 * columns);
  const part = f32x4.splat(1.0 / 16.0);
  for (let y = 0; y < rows; y++, x += 3 * line) {
    for (let i = 0; i < columns; i++, x += 48, to += 16) {
      let a = v128.load(x);
      let b = v128.load(x, 16);
      let c = v128.load(x, 32);
      const end = x + 4 * line;
      for (let p = x + line; p < end; p += line) {
        a = f32x4.add(a, v128.load(p));
        b = f32x4.add(b, v128.load(p, 16));
        c = f32x4.add(c, v128.load(p, 32));
      }
      // Four pixels of three values.
      const second = i8x16.shuffle(
        a,
        b,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
        24,
        25,
        26,
        27,
      );
      const third = i8x16.shuffle(
        b,
        c,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        19,
        20,
        21,
        22,
        23,
      );
      const fourth = i8x16.shuffle(c, c, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
      const sum = f32x4.add(f32x4.add(a, second), f32x4.add(third, fourth));
      v128.store(to, f32x4.mul(sum, part));
    }
  }
}

/** `lines` lines of `count` cells, which are `step` bytes apart, each averaged with those before and behind it; ends are repeated. */
function smooth(
  from: usize,
  to: usize,
  lines: i32,
  count: i32,
  step: usize,
  nextLine: usize,
): void {
  const quarter = f32x4.splat(0.25);
  for (let n = 0; n < lines; n++, from += nextLine, to += nextLine) {
    let at = from;
    let before = v128.load(at);
    let own = before;
    let p = to;
    for (let i = 0; i < count; i++, p += step) {
      if (i + 1 < count) at += step;
      const next = v128.load(at);
      const sum = f32x4.add(f32x4.add(before, next), f32x4.add(own, own));
      v128.store(p, f32x4.mul(sum, quarter));
      before = own;
      own = next;
    }
  }
}

/** The weighted mean of the cell whose first pixel is at `corner`. */
function shiftOf(corner: usize, line: usize, around: v128, least: v128): v128 {
  const r0 = i8x16.shuffle(around, around, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
  const g0 = i8x16.shuffle(around, around, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
  const b0 = i8x16.shuffle(around, around, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
  let total = f32x4.splat(0);
  let reds = total;
  let greens = total;
  let blues = total;
  const end = corner + 4 * line;
  for (let p = corner; p < end; p += line) {
    const a = v128.load(p);
    const b = v128.load(p, 16);
    const c = v128.load(p, 32);
    // a = r g b r, b = g b r g, c = b r g b.
    const ab = i8x16.shuffle(a, b, 0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27, 0, 1, 2, 3);
    const r = i8x16.shuffle(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 23);
    const bc = i8x16.shuffle(b, c, 0, 1, 2, 3, 0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27);
    const g = i8x16.shuffle(a, bc, 4, 5, 6, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
    const ba = i8x16.shuffle(a, b, 8, 9, 10, 11, 20, 21, 22, 23, 0, 1, 2, 3, 0, 1, 2, 3);
    const blue = i8x16.shuffle(ba, c, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 28, 29, 30, 31);
    const dr = f32x4.sub(r, r0);
    const dg = f32x4.sub(g, g0);
    const db = f32x4.sub(blue, b0);
    const square = f32x4.add(f32x4.add(f32x4.mul(dr, dr), f32x4.mul(dg, dg)), f32x4.mul(db, db));
    const weight = f32x4.add(least, f32x4.sqrt(square));
    total = f32x4.add(total, weight);
    reds = f32x4.add(reds, f32x4.mul(weight, r));
    greens = f32x4.add(greens, f32x4.mul(weight, g));
    blues = f32x4.add(blues, f32x4.mul(weight, blue));
  }
  // The sums over the lanes of all four, as lanes of one vector.
  const rg = pairSums(reds, greens);
  const bt = pairSums(blues, total);
  const sums = pairSums(rg, bt);
  const all = i8x16.shuffle(
    sums,
    sums,
    12,
    13,
    14,
    15,
    12,
    13,
    14,
    15,
    12,
    13,
    14,
    15,
    12,
    13,
    14,
    15,
  );
  return f32x4.div(sums, all);
}

/** The sums of neighbouring lanes of `a`, then of `b`. */
function pairSums(a: v128, b: v128): v128 {
  return f32x4.add(
    i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
    i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31),
  );
}
