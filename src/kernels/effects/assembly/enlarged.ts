// Single rows of a coarse grid that is enlarged linearly. Rows are asked for from top to bottom.
import { bytes } from './pointers';
import { between, stretch } from './stretch';

/** Offset of the first stretched row: in front of it is the number of the grid's row that each of both slots holds. */
const ROWS: usize = 16;

// @inline
function roomOf(width: i32, channels: i32, coarse: i32): usize {
  return bytes((width * coarse * channels + 2 * channels + 11) & -4);
}

/** Prepares `scratch`, which has room for 4 values, and for four enlarged rows with two pixels and 11 values more each. */
export function beginEnlarging(scratch: usize): void {
  i32.store(scratch, -1);
  i32.store(scratch + 4, -1);
}

/** Writes row `y` of `grid` `[height, width, channels]`, enlarged `coarse` times, to `scratch` and returns its address. 4 values may be read behind it. */
export function enlargedRow(
  grid: usize,
  y: i32,
  height: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
): usize {
  // The row of the grid whose middle is not below the middle of row y.
  const above = (2 * y + 1 + coarse) / (2 * coarse) - 1;
  const share = (<f32>y + 0.5) / <f32>coarse - 0.5 - <f32>above;
  const upper = stretched(grid, max(above, 0), width, channels, coarse, scratch);
  if (coarse === 1) return upper;
  const lower = stretched(grid, min(above + 1, height - 1), width, channels, coarse, scratch);
  const out = scratch + ROWS + 3 * roomOf(width, channels, coarse);
  const length = bytes(width * coarse * channels);
  const by = f32x4.splat(share);
  for (let i: usize = 0; i < length; i += 16) {
    v128.store(out + i, between(v128.load(upper + i), v128.load(lower + i), by));
  }
  return out;
}

/** Address of row `j` of the grid, enlarged to both sides; two neighbouring rows are kept. */
function stretched(
  grid: usize,
  j: i32,
  width: i32,
  channels: i32,
  coarse: i32,
  scratch: usize,
): usize {
  const room = roomOf(width, channels, coarse);
  const slot = <usize>(j & 1);
  const row = scratch + ROWS + slot * room;
  if (i32.load(scratch + 4 * slot) !== j) {
    stretch(
      grid + bytes(j * width * channels),
      row,
      width,
      channels,
      coarse,
      scratch + ROWS + 2 * room,
    );
    i32.store(scratch + 4 * slot, j);
  }
  return row;
}
