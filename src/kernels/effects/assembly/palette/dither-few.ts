// Ordered dithering with few palette colours: the best of all pairs of them, for four cells at a time.

import { mixed, slopeOf, weighed } from './sums';

/** Bytes of a pair. */
const PAIR: usize = 56;
/** Bytes of a cell. */
const CELL: usize = 16;

/**
 * Writes for each of `count` cells (straight linear light and opacity) the index of a palette colour: of the pair whose mixture looks most
 * like the cell, the lighter one if its share is above the threshold of the cell's place; −1 if the cell is less than half opaque. `pairs`
 * has `length` pairs of 14 values: red, green and blue of the darker colour in linear light; what the lighter one has more of them; four
 * factors that give the share of the lighter one, of red, green, blue and 1; the squared contrast in light; the share at which a mixture has
 * the mean lightness of both; the two indices. `light` and `grain` are the weights of the squared error of luminance and of the contrast.
 * `thresholds` has `side` × `side` values; `side` is a power of two. `width` is that of the grid.
 */
export function ditherFew(
  cells: usize,
  count: i32,
  width: i32,
  pairs: usize,
  length: i32,
  light: f32,
  grain: f32,
  thresholds: usize,
  side: i32,
  strength: f32,
  out: usize,
): void {
  const end = pairs + <usize>length * PAIR;
  const last = cells + <usize>(count - 1) * CELL;
  let x = 0;
  let y = 0;
  for (let i = 0; i < count; i += 4, cells += 4 * CELL, out += 16) {
    // Behind the last cell it is repeated.
    const p0 = v128.load(cells);
    const p1 = v128.load(min(cells + CELL, last));
    const p2 = v128.load(min(cells + 2 * CELL, last));
    const p3 = v128.load(min(cells + 3 * CELL, last));
    const low01 = i32x4.shuffle(p0, p1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(p2, p3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(p0, p1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(p2, p3, 2, 6, 3, 7);
    const r = i64x2.shuffle(low01, low23, 0, 2);
    const g = i64x2.shuffle(low01, low23, 1, 3);
    const b = i64x2.shuffle(high01, high23, 0, 2);
    let alpha = i64x2.shuffle(high01, high23, 1, 3);
    // Slopes of the cube roots of three cone responses, and of luminance.
    const longSlope = slopeOf(mixed(r, g, b, 0.4122214708, 0.5363325363, 0.0514459929));
    const middleSlope = slopeOf(mixed(r, g, b, 0.2119034982, 0.6806995451, 0.1073969566));
    const shortSlope = slopeOf(mixed(r, g, b, 0.0883024619, 0.2817188376, 0.6299787005));
    const slope = slopeOf(mixed(r, g, b, 0.2126, 0.7152, 0.0722));
    // What a change of red, green or blue adds to L, 2a and 2b.
    const lLong = f32x4.mul(longSlope, f32x4.splat(0.2104542553));
    const lMiddle = f32x4.mul(middleSlope, f32x4.splat(0.793617785));
    const lShort = f32x4.mul(shortSlope, f32x4.splat(-0.0040720468));
    const lr = mixed(lLong, lMiddle, lShort, 0.4122214708, 0.2119034982, 0.0883024619);
    const lg = mixed(lLong, lMiddle, lShort, 0.5363325363, 0.6806995451, 0.2817188376);
    const lb = mixed(lLong, lMiddle, lShort, 0.0514459929, 0.1073969566, 0.6299787005);
    const aLong = f32x4.mul(longSlope, f32x4.splat(3.955996991));
    const aMiddle = f32x4.mul(middleSlope, f32x4.splat(-4.85718441));
    const aShort = f32x4.mul(shortSlope, f32x4.splat(0.9011874198));
    const ar = mixed(aLong, aMiddle, aShort, 0.4122214708, 0.2119034982, 0.0883024619);
    const ag = mixed(aLong, aMiddle, aShort, 0.5363325363, 0.6806995451, 0.2817188376);
    const ab = mixed(aLong, aMiddle, aShort, 0.0514459929, 0.1073969566, 0.6299787005);
    const bLong = f32x4.mul(longSlope, f32x4.splat(0.0518080742));
    const bMiddle = f32x4.mul(middleSlope, f32x4.splat(1.5655435324));
    const bShort = f32x4.mul(shortSlope, f32x4.splat(-1.617351536));
    const br = mixed(bLong, bMiddle, bShort, 0.4122214708, 0.2119034982, 0.0883024619);
    const bg = mixed(bLong, bMiddle, bShort, 0.5363325363, 0.6806995451, 0.2817188376);
    const bb = mixed(bLong, bMiddle, bShort, 0.0514459929, 0.1073969566, 0.6299787005);
    const lightWeight = f32x4.mul(f32x4.mul(f32x4.splat(light), slope), slope);
    const grainWeight = f32x4.mul(f32x4.mul(f32x4.splat(grain), slope), slope);
    const one = f32x4.splat(1);
    const zero = f32x4.splat(0);
    let best = f32x4.splat(3e38);
    let lighter = zero;
    let found = zero;
    for (let at = pairs; at < end; at += PAIR) {
      const towards = sum3(r, g, b, at + 24);
      const along = f32x4.add(towards, v128.load32_splat(at, 36));
      const share = f32x4.pmin(one, f32x4.pmax(zero, along));
      const dr = f32x4.sub(shownOf(at, share), r);
      const dg = f32x4.sub(shownOf(at + 4, share), g);
      const db = f32x4.sub(shownOf(at + 8, share), b);
      const dl = weighed(dr, dg, db, lr, lg, lb);
      const da = weighed(dr, dg, db, ar, ag, ab);
      const dB = weighed(dr, dg, db, br, bg, bb);
      const dy = mixed(dr, dg, db, 0.2126, 0.7152, 0.0722);
      const away = weighed(dl, da, dB, dl, da, dB);
      const contrast = v128.load32_splat(at, 40);
      const spread = f32x4.mul(f32x4.mul(share, f32x4.sub(one, share)), contrast);
      const error = f32x4.add(
        f32x4.add(away, f32x4.mul(f32x4.mul(dy, dy), lightWeight)),
        f32x4.mul(spread, grainWeight),
      );
      const isBetter = f32x4.lt(error, best);
      best = f32x4.pmin(best, error);
      lighter = v128.bitselect(share, lighter, isBetter);
      found = v128.bitselect(i32x4.splat(<i32>(at - pairs)), found, isBetter);
    }
    const rest = min(4, count - i);
    for (let n = 0; n < rest; n++) {
      const place = (y & (side - 1)) * side + (x & (side - 1));
      const threshold = f32.load(thresholds + ((<usize>place) << 2));
      const shown =
        f32x4.extract_lane(alpha, 0) < 0.5
          ? -1
          : indexOf(
              pairs + <usize>i32x4.extract_lane(found, 0),
              f32x4.extract_lane(lighter, 0),
              threshold,
              strength,
            );
      i32.store(out + ((<usize>n) << 2), shown);
      alpha = i32x4.shuffle(alpha, alpha, 1, 2, 3, 0);
      found = i32x4.shuffle(found, found, 1, 2, 3, 0);
      lighter = i32x4.shuffle(lighter, lighter, 1, 2, 3, 0);
      if (++x === width) {
        x = 0;
        y++;
      }
    }
  }
}

/** A colour of the pair at `pair`, with a share of its lighter one. */
// @inline
function indexOf(pair: usize, lighter: f32, threshold: f32, strength: f32): i32 {
  const share = lighter < f32.load(pair, 44) ? strength * lighter : 1 - strength * (1 - lighter);
  return threshold < share ? i32.load(pair, 52) : i32.load(pair, 48);
}

/** A channel of a mixture. */
// @inline
function shownOf(at: usize, share: v128): v128 {
  return f32x4.add(v128.load32_splat(at), f32x4.mul(share, v128.load32_splat(at, 12)));
}

/** The sum with three factors in memory. */
// @inline
function sum3(a: v128, b: v128, c: v128, at: usize): v128 {
  const first = f32x4.add(
    f32x4.mul(a, v128.load32_splat(at)),
    f32x4.mul(b, v128.load32_splat(at, 4)),
  );
  return f32x4.add(first, f32x4.mul(c, v128.load32_splat(at, 8)));
}
