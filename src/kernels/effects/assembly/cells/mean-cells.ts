// One colour for each cell of a grid: straight linear light and opacity, four floats.
import { alphaOf, blue, countAt, green, offsetAt, red, startAt } from './cell-pixels';

/**
 * Means of the cells' light, weighted by opacity. `pixels` have rows of `width`. `columns` and `rows` describe a cell's columns and
 * rows, three whole numbers each: the first, how many, and the place of the first weight in `columnWeights` or `rowWeights`. The grid
 * has `across` × `down` cells. `light` is the linear light of each level.
 */
export function meanCells(
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
): void {
  for (let v = 0; v < down; v++) {
    const top = startAt(rows, v);
    const height = countAt(rows, v);
    const weights = rowWeights + ((<usize>offsetAt(rows, v)) << 2);
    for (let u = 0; u < across; u++, out += 16) {
      const left = startAt(columns, u);
      const count = countAt(columns, u);
      const across = columnWeights + ((<usize>offsetAt(columns, u)) << 2);
      let sum = f32x4.splat(0);
      for (let j = 0; j < height; j++) {
        const from = pixels + ((<usize>((top + j) * width + left)) << 2);
        const row = lightOfRow(from, across, count, light);
        sum = f32x4.add(sum, f32x4.mul(row, v128.load32_splat(weights + ((<usize>j) << 2))));
      }
      const alpha = f32x4.extract_lane(sum, 3);
      const scale = f32x4.splat(alpha > 0 ? <f32>1 / alpha : 0);
      v128.store(out, f32x4.replace_lane(f32x4.mul(sum, scale), 3, alpha));
    }
  }
}

/** Σ weight · opacity · (red, green, blue, 1) along a row. */
function lightOfRow(from: usize, weights: usize, count: i32, light: usize): v128 {
  let sum = f32x4.splat(0);
  const one = f32x4(0, 0, 0, 1);
  const end = from + ((<usize>count) << 2);
  for (; from < end; from += 4, weights += 4) {
    const pixel = i32.load(from);
    let colour = v128.load32_lane(light + red(pixel), one, 0);
    colour = v128.load32_lane(light + green(pixel), colour, 1);
    colour = v128.load32_lane(light + blue(pixel), colour, 2);
    colour = f32x4.mul(colour, v128.load32_splat(weights));
    const alpha = alphaOf(pixel);
    if (alpha !== 255) colour = f32x4.mul(colour, f32x4.splat(<f32>alpha / 255));
    sum = f32x4.add(sum, colour);
  }
  return sum;
}
