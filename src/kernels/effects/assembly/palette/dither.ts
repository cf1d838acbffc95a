// Ordered dithering: each cell gets its nearest palette colour or another one, by a threshold at its place.

import { cubeRootOf } from '../power-of';
import { lane0, lane1, lane2 } from './lanes';

/** Weight of a pair's squared contrast against its colour error. */
const GRAIN: f32 = 0.1;
/** Cube root below which its slope is held constant. */
const LEAST_ROOT: f32 = 0.2;
/** Bytes of four other colours of a base. */
const GROUP: usize = 80;

/**
 * Replaces a cell's index at `out`, its base, by that of another colour if that one's share times `strength` is above the threshold of the
 * cell's place. `linear` has the palette in linear light, four floats a colour. `pairs` has `groups` groups of four other colours for each
 * base, four values each: the differences of red, green and blue in linear light (zero: no colour), the squared contrast in OKLab, and
 * the index. `thresholds` has `side` × `side` values; `side` is a power of two. `width` is that of the grid of `count` cells.
 */
export function ditherCells(
  cells: usize,
  count: i32,
  width: i32,
  linear: usize,
  pairs: usize,
  groups: i32,
  thresholds: usize,
  side: i32,
  strength: f32,
  out: usize,
): void {
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++, cells += 16, out += 4) {
    const base = i32.load(out);
    if (base >= 0) {
      const place = (y & (side - 1)) * side + (x & (side - 1));
      const threshold = f32.load(thresholds + ((<usize>place) << 2));
      const others = pairs + <usize>(base * groups) * GROUP;
      const colour = linear + ((<usize>base) << 4);
      const other = otherOf(v128.load(cells), colour, others, groups, threshold, strength);
      if (other >= 0) i32.store(out, other);
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
}

/** The index of the colour whose mixture with the base looks most like `wanted`, or −1 if its share is too small. */
function otherOf(
  wanted: v128,
  base: usize,
  others: usize,
  groups: i32,
  threshold: f32,
  strength: f32,
): i32 {
  const r = lane0(wanted);
  const g = lane1(wanted);
  const b = lane2(wanted);
  const l0 = f32x4.mul(r, f32x4(0.4122214708, 0.2119034982, 0.0883024619, 0));
  const l1 = f32x4.mul(g, f32x4(0.5363325363, 0.6806995451, 0.2817188376, 0));
  const l2 = f32x4.mul(b, f32x4(0.0514459929, 0.1073969566, 0.6299787005, 0));
  const cones = f32x4.add(f32x4.add(l0, l1), l2);
  const roots = f32x4.pmax(f32x4.splat(LEAST_ROOT), cubeRootOf(cones));
  const slopes = f32x4.div(f32x4.splat(1.0 / 3.0), f32x4.mul(roots, roots));
  // What a change of red, green or blue adds to L, 2a and 2b.
  const long = f32x4.mul(lane0(slopes), f32x4(0.2104542553, 3.955996991, 0.0518080742, 0));
  const middle = f32x4.mul(lane1(slopes), f32x4(0.793617785, -4.85718441, 1.5655435324, 0));
  const short = f32x4.mul(lane2(slopes), f32x4(-0.0040720468, 0.9011874198, -1.617351536, 0));
  const ofRed = mixed(long, middle, short, 0.4122214708, 0.2119034982, 0.0883024619);
  const ofGreen = mixed(long, middle, short, 0.5363325363, 0.6806995451, 0.2817188376);
  const ofBlue = mixed(long, middle, short, 0.0514459929, 0.1073969566, 0.6299787005);
  const offset = f32x4.sub(wanted, v128.load(base));
  const way = f32x4.add(
    f32x4.add(f32x4.mul(ofRed, lane0(offset)), f32x4.mul(ofGreen, lane1(offset))),
    f32x4.mul(ofBlue, lane2(offset)),
  );
  const wayL = lane0(way);
  const wayA = lane1(way);
  const wayB = lane2(way);
  const lr = lane0(ofRed);
  const lg = lane0(ofGreen);
  const lb = lane0(ofBlue);
  const ar = lane1(ofRed);
  const ag = lane1(ofGreen);
  const ab = lane1(ofBlue);
  const br = lane2(ofRed);
  const bg = lane2(ofGreen);
  const bb = lane2(ofBlue);
  const one = f32x4.splat(1);
  let best = f32x4.splat(3e38);
  let shares = f32x4.splat(0);
  let found = i32x4.splat(-1);
  for (let end = others + <usize>groups * GROUP; others < end; others += GROUP) {
    const dr = v128.load(others);
    const dg = v128.load(others, 16);
    const db = v128.load(others, 32);
    const dl = sum3(dr, dg, db, lr, lg, lb);
    const da = sum3(dr, dg, db, ar, ag, ab);
    const dB = sum3(dr, dg, db, br, bg, bb);
    const whole = sum3(dl, da, dB, dl, da, dB);
    const along = sum3(dl, da, dB, wayL, wayA, wayB);
    const share = f32x4.pmin(one, f32x4.div(along, whole));
    // Squared distance of the mixture to the colour, less that of the base, which is the same for all.
    const fit = f32x4.mul(share, f32x4.sub(f32x4.mul(share, whole), f32x4.add(along, along)));
    const grain = f32x4.mul(f32x4.mul(share, f32x4.sub(one, share)), v128.load(others, 48));
    const error = f32x4.add(fit, f32x4.mul(grain, f32x4.splat(GRAIN)));
    const isBetter = v128.and(f32x4.lt(error, best), f32x4.gt(along, f32x4.splat(0)));
    best = v128.bitselect(error, best, isBetter);
    shares = v128.bitselect(share, shares, isBetter);
    found = v128.bitselect(v128.load(others, 64), found, isBetter);
  }
  const share = f32x4.mul(shares, f32x4.splat(strength));
  const isShown = i32x4.bitmask(f32x4.gt(share, f32x4.splat(threshold)));
  const pair = f32x4.pmin(best, i64x2.shuffle(best, best, 1, 0));
  const least = f32x4.pmin(pair, i32x4.shuffle(pair, pair, 1, 0, 3, 2));
  const isLeast = i32x4.bitmask(f32x4.eq(best, least));
  if (isLeast & 1) return isShown & 1 ? i32x4.extract_lane(found, 0) : -1;
  if (isLeast & 2) return isShown & 2 ? i32x4.extract_lane(found, 1) : -1;
  if (isLeast & 4) return isShown & 4 ? i32x4.extract_lane(found, 2) : -1;
  return isShown & 8 ? i32x4.extract_lane(found, 3) : -1;
}

// @inline
function mixed(long: v128, middle: v128, short: v128, x: f32, y: f32, z: f32): v128 {
  const first = f32x4.add(f32x4.mul(long, f32x4.splat(x)), f32x4.mul(middle, f32x4.splat(y)));
  return f32x4.add(first, f32x4.mul(short, f32x4.splat(z)));
}

// @inline
function sum3(a: v128, b: v128, c: v128, x: v128, y: v128, z: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(a, x), f32x4.mul(b, y)), f32x4.mul(c, z));
}
