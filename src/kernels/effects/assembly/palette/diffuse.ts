// Error diffusion: the difference between a cell and its palette colour, in linear light, is passed on to the following cells.

import { cubeRootOf } from '../power-of';
import { lane0, lane1, lane2 } from './lanes';
import { mixedFrom } from './mix';

/** Cells of margin on both sides of a row of errors. */
const MARGIN: i32 = 2;
/** Bytes of four palette colours. */
const GROUP: usize = 48;

/**
 * Writes the palette index of each cell (straight linear light and opacity, four floats) of a grid, rows taken left to right and right to
 * left in turn; −1 if it is less than half opaque. `palette` has `groups` groups of four colours: four L, four 2a and four 2b in OKLab; what is missing is far away. `linear` has
 * the palette in linear light, four floats a colour, of which the last is the longest error of chroma that it passes on; the error of luminance
 * is passed on whole. `levels`, `levelCount`, `first` and `corners` are the palette's mixtures, as in `mixedFrom`. `atkinson` chooses the shares.
 * `errors` is scratch for three rows of `width` + 4 cells, all zero; `lanes` for four values.
 */
export function diffuseCells(
  cells: usize,
  width: i32,
  height: i32,
  palette: usize,
  groups: i32,
  linear: usize,
  levels: usize,
  levelCount: i32,
  first: usize,
  corners: usize,
  atkinson: i32,
  strength: f32,
  errors: usize,
  lanes: usize,
  out: usize,
): void {
  const stride = (<usize>(width + 2 * MARGIN)) << 4;
  for (let y = 0; y < height; y++) {
    const own = errors + <usize>(y % 3) * stride;
    const next = errors + <usize>((y + 1) % 3) * stride;
    const last = errors + <usize>((y + 2) % 3) * stride;
    const step: i32 = y & 1 ? -1 : 1;
    let x = step > 0 ? 0 : width - 1;
    for (let i = 0; i < width; i++, x += step) {
      const p = y * width + x;
      const cell = v128.load(cells + ((<usize>p) << 4));
      if (f32x4.extract_lane(cell, 3) < 0.5) {
        i32.store(out + ((<usize>p) << 2), -1);
        continue;
      }
      const place = (<usize>(x + MARGIN)) << 4;
      const wanted = mixedFrom(cell, levels, levelCount, first, corners);
      const light = f32x4.add(wanted, v128.load(own + place));
      const index = nearestTo(light, palette, groups, lanes);
      i32.store(out + ((<usize>p) << 2), index);
      const colour = v128.load(linear + ((<usize>index) << 4));
      const error = f32x4.replace_lane(f32x4.sub(light, colour), 3, 0);
      const weighted = f32x4.mul(error, f32x4(0.2126, 0.7152, 0.0722, 0));
      const grey = f32x4.replace_lane(f32x4.splat(sumOf(weighted)), 3, 0);
      const chroma = f32x4.sub(error, grey);
      const length = sqrt<f32>(sumOf(f32x4.mul(chroma, chroma)));
      const reach = f32x4.extract_lane(colour, 3);
      const kept: f32 = length > reach ? reach / length : 1;
      const part = f32x4.add(grey, f32x4.mul(chroma, f32x4.splat(kept)));
      const passed = f32x4.mul(part, f32x4.splat(strength));
      const ahead = (<usize>step) << 4;
      if (atkinson) {
        const eighth = f32x4.mul(passed, f32x4.splat(0.125));
        add(own + place + ahead, eighth);
        add(own + place + 2 * ahead, eighth);
        add(next + place - ahead, eighth);
        add(next + place, eighth);
        add(next + place + ahead, eighth);
        add(last + place, eighth);
      } else {
        add(own + place + ahead, f32x4.mul(passed, f32x4.splat(0.4375)));
        add(next + place - ahead, f32x4.mul(passed, f32x4.splat(0.1875)));
        add(next + place, f32x4.mul(passed, f32x4.splat(0.3125)));
        add(next + place + ahead, f32x4.mul(passed, f32x4.splat(0.0625)));
      }
    }
    memory.fill(own, 0, stride);
  }
}

/** Sum of the first three values. */
// @inline
function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2);
}

// @inline
function add(at: usize, error: v128): void {
  v128.store(at, f32x4.add(v128.load(at), error));
}

/** Index of the palette colour nearest in OKLab. Light is clamped to sRGB, because colours outside it have extreme hues and would produce stray dots. */
// @inline
function nearestTo(light: v128, palette: usize, groups: i32, lanes: usize): i32 {
  const c = f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), light));
  const r = f32x4.mul(lane0(c), f32x4(0.4122214708, 0.2119034982, 0.0883024619, 0));
  const g = f32x4.mul(lane1(c), f32x4(0.5363325363, 0.6806995451, 0.2817188376, 0));
  const b = f32x4.mul(lane2(c), f32x4(0.0514459929, 0.1073969566, 0.6299787005, 0));
  const roots = cubeRootOf(f32x4.add(f32x4.add(r, g), b));
  const long = f32x4.mul(lane0(roots), f32x4(0.2104542553, 3.955996991, 0.0518080742, 0));
  const middle = f32x4.mul(lane1(roots), f32x4(0.793617785, -4.85718441, 1.5655435324, 0));
  const short = f32x4.mul(lane2(roots), f32x4(-0.0040720468, 0.9011874198, -1.617351536, 0));
  const lab = f32x4.add(f32x4.add(long, middle), short);
  const l = lane0(lab);
  const da = lane1(lab);
  const db = lane2(lab);
  let best = f32x4.splat(3e38);
  let found = i32x4.splat(0);
  let index = i32x4(0, 1, 2, 3);
  for (let end = palette + <usize>groups * GROUP; palette < end; palette += GROUP) {
    const x = f32x4.sub(l, v128.load(palette));
    const y = f32x4.sub(da, v128.load(palette, 16));
    const z = f32x4.sub(db, v128.load(palette, 32));
    const sum = f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y));
    const distance = f32x4.add(sum, f32x4.mul(z, z));
    const isNearer = f32x4.lt(distance, best);
    best = f32x4.pmin(best, distance);
    found = v128.bitselect(index, found, isNearer);
    index = i32x4.add(index, i32x4.splat(4));
  }
  const pair = f32x4.pmin(best, i64x2.shuffle(best, best, 1, 0));
  const least = f32x4.pmin(pair, i32x4.shuffle(pair, pair, 1, 0, 3, 2));
  const first = ctz(i32x4.bitmask(f32x4.eq(best, least)));
  v128.store(lanes, found);
  return i32.load(lanes + ((<usize>first) << 2));
}
