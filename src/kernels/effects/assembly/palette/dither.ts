// Ordered dithering with many palette colours: each cell gets one of two, by a threshold at its place.

import { lane0, lane1, lane2 } from './lanes';
import { mixed, slopeOf, weighed } from './sums';

/** Bytes of four pairs. */
const GROUP: usize = 224;

/**
 * Replaces a cell's index at `out`, its nearest palette colour, by one of a pair: the lighter one if its share is above the threshold of the
 * cell's place. `pairs` has for each nearest colour a list of `groups` groups of four pairs, four values each: red, green and blue of the
 * darker colour in linear light; what the lighter one has more of them; four factors that give the share of the lighter one, of red, green,
 * blue and 1; the squared contrast in OKLab; the share at which a mixture has the mean lightness of both; the two indices. `light` and
 * `grain` are the weights of the squared error of luminance and of the contrast. `thresholds` has `side` × `side` values; `side` is a power
 * of two. `width` is that of the grid of `count` cells.
 */
export function ditherCells(
  cells: usize,
  count: i32,
  width: i32,
  pairs: usize,
  groups: i32,
  light: f32,
  grain: f32,
  thresholds: usize,
  side: i32,
  strength: f32,
  out: usize,
): void {
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i++, cells += 16, out += 4) {
    const nearest = i32.load(out);
    if (nearest >= 0) {
      const place = (y & (side - 1)) * side + (x & (side - 1));
      const threshold = f32.load(thresholds + ((<usize>place) << 2));
      const list = pairs + <usize>(nearest * groups) * GROUP;
      i32.store(out, shownOf(v128.load(cells), list, groups, light, grain, threshold, strength));
    }
    if (++x === width) {
      x = 0;
      y++;
    }
  }
}

/** The index of the colour to show: of the pair whose mixture looks most like `wanted`, the lighter one if its share is above the threshold. */
function shownOf(
  wanted: v128,
  pairs: usize,
  groups: i32,
  light: f32,
  grain: f32,
  threshold: f32,
  strength: f32,
): i32 {
  const r = lane0(wanted);
  const g = lane1(wanted);
  const b = lane2(wanted);
  // Three cone responses, and luminance.
  const l0 = f32x4.mul(r, f32x4(0.4122214708, 0.2119034982, 0.0883024619, 0.2126));
  const l1 = f32x4.mul(g, f32x4(0.5363325363, 0.6806995451, 0.2817188376, 0.7152));
  const l2 = f32x4.mul(b, f32x4(0.0514459929, 0.1073969566, 0.6299787005, 0.0722));
  const cones = f32x4.add(f32x4.add(l0, l1), l2);
  const slopes = slopeOf(cones);
  // What a change of red, green or blue adds to L, 2a and 2b.
  const long = f32x4.mul(lane0(slopes), f32x4(0.2104542553, 3.955996991, 0.0518080742, 0));
  const middle = f32x4.mul(lane1(slopes), f32x4(0.793617785, -4.85718441, 1.5655435324, 0));
  const short = f32x4.mul(lane2(slopes), f32x4(-0.0040720468, 0.9011874198, -1.617351536, 0));
  const ofRed = mixed(long, middle, short, 0.4122214708, 0.2119034982, 0.0883024619);
  const ofGreen = mixed(long, middle, short, 0.5363325363, 0.6806995451, 0.2817188376);
  const ofBlue = mixed(long, middle, short, 0.0514459929, 0.1073969566, 0.6299787005);
  const lr = lane0(ofRed);
  const lg = lane0(ofGreen);
  const lb = lane0(ofBlue);
  const ar = lane1(ofRed);
  const ag = lane1(ofGreen);
  const ab = lane1(ofBlue);
  const br = lane2(ofRed);
  const bg = lane2(ofGreen);
  const bb = lane2(ofBlue);
  const slope = f32x4.extract_lane(slopes, 3);
  const lightWeight = f32x4.splat(light * slope * slope);
  const grainWeight = f32x4.splat(grain);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let best = f32x4.splat(3e38);
  let lighter = zero;
  let found = i32x4.splat(0);
  for (let at = pairs, end = pairs + <usize>groups * GROUP; at < end; at += GROUP) {
    const along = f32x4.add(
      weighed(r, g, b, v128.load(at, 96), v128.load(at, 112), v128.load(at, 128)),
      v128.load(at, 144),
    );
    const share = f32x4.pmin(one, f32x4.pmax(zero, along));
    const dr = f32x4.sub(f32x4.add(v128.load(at), f32x4.mul(share, v128.load(at, 48))), r);
    const dg = f32x4.sub(f32x4.add(v128.load(at, 16), f32x4.mul(share, v128.load(at, 64))), g);
    const db = f32x4.sub(f32x4.add(v128.load(at, 32), f32x4.mul(share, v128.load(at, 80))), b);
    const dl = weighed(dr, dg, db, lr, lg, lb);
    const da = weighed(dr, dg, db, ar, ag, ab);
    const dB = weighed(dr, dg, db, br, bg, bb);
    const dy = weighed(dr, dg, db, f32x4.splat(0.2126), f32x4.splat(0.7152), f32x4.splat(0.0722));
    const away = weighed(dl, da, dB, dl, da, dB);
    const spread = f32x4.mul(f32x4.mul(share, f32x4.sub(one, share)), v128.load(at, 160));
    const error = f32x4.add(
      f32x4.add(away, f32x4.mul(f32x4.mul(dy, dy), lightWeight)),
      f32x4.mul(spread, grainWeight),
    );
    const isBetter = f32x4.lt(error, best);
    best = f32x4.pmin(best, error);
    lighter = v128.bitselect(share, lighter, isBetter);
    // The place of the pair's group; the loop's end is the same for all lanes.
    found = v128.bitselect(i32x4.splat(<i32>(at - pairs)), found, isBetter);
  }
  const pair = f32x4.pmin(best, i64x2.shuffle(best, best, 1, 0));
  const least = f32x4.pmin(pair, i32x4.shuffle(pair, pair, 1, 0, 3, 2));
  const isLeast = i32x4.bitmask(f32x4.eq(best, least));
  if (isLeast & 1) {
    const at = pairs + <usize>i32x4.extract_lane(found, 0);
    return shown(at, f32x4.extract_lane(lighter, 0), threshold, strength);
  }
  if (isLeast & 2) {
    const at = pairs + <usize>i32x4.extract_lane(found, 1) + 4;
    return shown(at, f32x4.extract_lane(lighter, 1), threshold, strength);
  }
  if (isLeast & 4) {
    const at = pairs + <usize>i32x4.extract_lane(found, 2) + 8;
    return shown(at, f32x4.extract_lane(lighter, 2), threshold, strength);
  }
  const at = pairs + <usize>i32x4.extract_lane(found, 3) + 12;
  return shown(at, f32x4.extract_lane(lighter, 3), threshold, strength);
}

/** The darker or the lighter colour of the pair whose first value is at `pair`. */
// @inline
function shown(pair: usize, lighter: f32, threshold: f32, strength: f32): i32 {
  const share = lighter < f32.load(pair, 176) ? strength * lighter : 1 - strength * (1 - lighter);
  return threshold < share ? i32.load(pair, 208) : i32.load(pair, 192);
}
