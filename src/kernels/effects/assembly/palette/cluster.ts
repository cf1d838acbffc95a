// Chooses colours for many: k-means in OKLab, from seeds that are drawn far from each other.

/** Distance in OKLab below which two colours look the same. */
const NEAR: f32 = 0.02;
/** Squared distance below which a centre counts as settled: less than half an 8-bit level. */
const SETTLED: f32 = 1e-6;
const ROUNDS: i32 = 16;
/** Seeds that are drawn before the best of them is kept. */
const DRAWS: i32 = 4;

/**
 * Writes `k` centres (L, 2a, 2b and a spare value each) to `out`. `colours` has four planes of `count` values, a multiple of 8: L, 2a, 2b, and the
 * weight (0: no colour); the first `used` are colours. `scratch` has room for three planes and for `k` times four values.
 */
export function cluster(
  colours: usize,
  count: i32,
  used: i32,
  k: i32,
  scratch: usize,
  out: usize,
): void {
  seed(colours, count, used, k, scratch, out);
  const sums = scratch + 3 * ((<usize>count) << 2);
  for (let round = 0; round < ROUNDS; round++) {
    memory.fill(sums, 0, (<usize>k) << 4);
    assign(colours, count, k, out, sums);
    if (move(k, sums, out) < SETTLED) break;
  }
}

/** k-means++: each seed is drawn with a probability that grows with the squared distance to the nearest one before; of several draws the best is kept. */
function seed(colours: usize, count: i32, used: i32, k: i32, scratch: usize, out: usize): void {
  const plane = (<usize>count) << 2;
  const weights = colours + 3 * plane;
  let nearest = scratch;
  let trial = scratch + plane;
  let kept = scratch + 2 * plane;
  let state: u32 = 0x2545f491;
  for (let p = nearest; p < nearest + plane; p += 4) f32.store(p, 1);
  for (let c = 0; c < k; c++) {
    let total: f64 = 0;
    for (let i: usize = 0; i < (<usize>used) << 2; i += 4) {
      total += <f64>f32.load(nearest + i) * <f64>f32.load(weights + i);
    }
    let least: f64 = Infinity;
    for (let draw = 0; draw < (c === 0 ? 1 : DRAWS); draw++) {
      state = state * 1664525 + 1013904223;
      let pick: usize = 0;
      for (let left = (<f64>state / 4294967296.0) * total; pick < <usize>used - 1; pick++) {
        left -= <f64>f32.load(nearest + (pick << 2)) * <f64>f32.load(weights + (pick << 2));
        if (left <= 0) break;
      }
      const sum = distances(colours, plane, pick << 2, c === 0 ? 0 : nearest, trial);
      if (sum >= least) continue;
      least = sum;
      const swapped = kept;
      kept = trial;
      trial = swapped;
      const to = out + ((<usize>c) << 4);
      f32.store(to, f32.load(colours + (pick << 2)));
      f32.store(to, f32.load(colours + plane + (pick << 2)), 4);
      f32.store(to, f32.load(colours + 2 * plane + (pick << 2)), 8);
    }
    const swapped = nearest;
    nearest = kept;
    kept = swapped;
  }
}

/** Writes each colour's squared distance to the one at `pick`, at most `nearest` (4 without it), and returns their weighted sum. */
function distances(colours: usize, plane: usize, pick: usize, nearest: usize, out: usize): f64 {
  const l = v128.load32_splat(colours + pick);
  const a = v128.load32_splat(colours + plane + pick);
  const b = v128.load32_splat(colours + 2 * plane + pick);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i: usize = 0; i < plane; i += 16) {
    const dl = f32x4.sub(v128.load(colours + i), l);
    const da = f32x4.sub(v128.load(colours + plane + i), a);
    const db = f32x4.sub(v128.load(colours + 2 * plane + i), b);
    const sum = f32x4.add(f32x4.mul(dl, dl), f32x4.mul(da, da));
    const limit = nearest === 0 ? f32x4.splat(4) : v128.load(nearest + i);
    const distance = f32x4.pmin(limit, f32x4.add(sum, f32x4.mul(db, db)));
    v128.store(out + i, distance);
    const weighted = f32x4.mul(distance, v128.load(colours + 3 * plane + i));
    low = f64x2.add(low, f64x2.promote_low_f32x4(weighted));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(weighted, weighted, 1, 0)));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** Adds each colour to the sums of its nearest centre, weighted by the inverse distance, because the mean difference is minimised and not the mean square. */
function assign(colours: usize, count: i32, k: i32, centres: usize, sums: usize): void {
  const plane = (<usize>count) << 2;
  const end = centres + ((<usize>k) << 4);
  // Bytes of a centre. V8 would build the vector of a constant anew in every round.
  const step = i32x4.splat(<i32>((end - centres) / <usize>k));
  for (let i = colours, last = colours + plane; i < last; i += 32) {
    const l = v128.load(i);
    const a = v128.load(i + plane);
    const b = v128.load(i + 2 * plane);
    const l2 = v128.load(i, 16);
    const a2 = v128.load(i + plane, 16);
    const b2 = v128.load(i + 2 * plane, 16);
    let best = f32x4.splat(3e38);
    let best2 = best;
    let found = i32x4.splat(0);
    let found2 = found;
    let index = found;
    for (let c = centres; c < end; c += 16) {
      const cl = v128.load32_splat(c);
      const ca = v128.load32_splat(c, 4);
      const cb = v128.load32_splat(c, 8);
      const distance = apart(f32x4.sub(l, cl), f32x4.sub(a, ca), f32x4.sub(b, cb));
      const distance2 = apart(f32x4.sub(l2, cl), f32x4.sub(a2, ca), f32x4.sub(b2, cb));
      found = v128.bitselect(index, found, f32x4.lt(distance, best));
      found2 = v128.bitselect(index, found2, f32x4.lt(distance2, best2));
      best = f32x4.pmin(best, distance);
      best2 = f32x4.pmin(best2, distance2);
      index = i32x4.add(index, step);
    }
    addFour(sums, found, best, l, a, b, v128.load(i + 3 * plane));
    addFour(sums, found2, best2, l2, a2, b2, v128.load(i + 3 * plane, 16));
  }
}

// @inline
function apart(l: v128, a: v128, b: v128): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(l, l), f32x4.mul(a, a)), f32x4.mul(b, b));
}

/** Adds four colours to the sums that are `found` bytes behind `sums`; `square` has their squared distances. */
// @inline
function addFour(
  sums: usize,
  found: v128,
  square: v128,
  l: v128,
  a: v128,
  b: v128,
  weight: v128,
): void {
  const w = f32x4.div(weight, f32x4.add(f32x4.splat(NEAR), f32x4.sqrt(square)));
  const wl = f32x4.mul(w, l);
  const wa = f32x4.mul(w, a);
  const wb = f32x4.mul(w, b);
  // Four rows of L, 2a, 2b and weight.
  const la0 = i32x4.shuffle(wl, wa, 0, 4, 1, 5);
  const la1 = i32x4.shuffle(wl, wa, 2, 6, 3, 7);
  const bw0 = i32x4.shuffle(wb, w, 0, 4, 1, 5);
  const bw1 = i32x4.shuffle(wb, w, 2, 6, 3, 7);
  add(sums + <usize>i32x4.extract_lane(found, 0), i64x2.shuffle(la0, bw0, 0, 2));
  add(sums + <usize>i32x4.extract_lane(found, 1), i64x2.shuffle(la0, bw0, 1, 3));
  add(sums + <usize>i32x4.extract_lane(found, 2), i64x2.shuffle(la1, bw1, 0, 2));
  add(sums + <usize>i32x4.extract_lane(found, 3), i64x2.shuffle(la1, bw1, 1, 3));
}

// @inline
function add(at: usize, values: v128): void {
  v128.store(at, f32x4.add(v128.load(at), values));
}

/** Moves each centre to the mean of its colours, unless it has none; returns the largest squared change of a coordinate. */
function move(k: i32, sums: usize, centres: usize): f32 {
  let most = f32x4.splat(0);
  for (let c = 0; c < k; c++, sums += 16, centres += 16) {
    const sum = v128.load(sums);
    const weight = f32x4.extract_lane(sum, 3);
    if (weight === 0) continue;
    const to = f32x4.replace_lane(f32x4.div(sum, f32x4.splat(weight)), 3, 0);
    const change = f32x4.sub(to, v128.load(centres));
    most = f32x4.pmax(most, f32x4.mul(change, change));
    v128.store(centres, to);
  }
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    f32x4.extract_lane(most, 2),
  );
}
