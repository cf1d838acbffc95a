// Palette colours for cells of straight linear light and opacity, four floats each: the nearest one, or one of two by a threshold.
import { nearestOf } from './nearest';
import { blueYellowOf, greenRedOf, lightnessOf, longRoot, middleRoot, shortRoot } from './oklab';

/**
 * Writes the index of the nearest of `colours` palette colours (L, 2a, 2b each) for each of `count` cells; −1 if it is less than half opaque.
 */
export function matchCells(
  cells: usize,
  count: i32,
  palette: usize,
  colours: i32,
  out: usize,
): void {
  for (let i = 0; i < count; i += 4, out += 16) {
    const p0 = v128.load(at(cells, i, count));
    const p1 = v128.load(at(cells, i + 1, count));
    const p2 = v128.load(at(cells, i + 2, count));
    const p3 = v128.load(at(cells, i + 3, count));
    const red01 = i8x16.shuffle(p0, p1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const red23 = i8x16.shuffle(p2, p3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const blue01 = i8x16.shuffle(
      p0,
      p1,
      8,
      9,
      10,
      11,
      24,
      25,
      26,
      27,
      12,
      13,
      14,
      15,
      28,
      29,
      30,
      31,
    );
    const blue23 = i8x16.shuffle(
      p2,
      p3,
      8,
      9,
      10,
      11,
      24,
      25,
      26,
      27,
      12,
      13,
      14,
      15,
      28,
      29,
      30,
      31,
    );
    const r = i64x2.shuffle(red01, red23, 0, 2);
    const g = i64x2.shuffle(red01, red23, 1, 3);
    const b = i64x2.shuffle(blue01, blue23, 0, 2);
    const alpha = i64x2.shuffle(blue01, blue23, 1, 3);
    const long = longRoot(r, g, b);
    const middle = middleRoot(r, g, b);
    const short = shortRoot(r, g, b);
    const found = nearestOf(
      lightnessOf(long, middle, short),
      greenRedOf(long, middle, short),
      blueYellowOf(long, middle, short),
      palette,
      colours,
    );
    const index = v128.or(found, f32x4.lt(alpha, f32x4.splat(0.5)));
    if (i + 4 <= count) v128.store(out, index);
    else storeFirst(out, index, count - i);
  }
}

/** Address of cell `i`, or of the last one. */
// @inline
function at(cells: usize, i: i32, count: i32): usize {
  return cells + ((<usize>min(i, count - 1)) << 4);
}

function storeFirst(out: usize, values: v128, count: i32): void {
  v128.store32_lane(out, values, 0);
  if (count > 1) v128.store32_lane(out, values, 1, 4);
  if (count > 2) v128.store32_lane(out, values, 2, 8);
}
