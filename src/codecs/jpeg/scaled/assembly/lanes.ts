// Samples of blocks as lanes of 16 bits in units of 1/16: what coefficients add to them, and their bytes in the end.

/** What both coefficients of a pair add to 2×2 samples, four lanes each. */
export function weightedTwo(values: v128, one: v128, two: v128): v128 {
  const each = i8x16.shuffle(
    values,
    values,
    4,
    5,
    4,
    5,
    4,
    5,
    4,
    5,
    14,
    15,
    14,
    15,
    14,
    15,
    14,
    15,
  );
  const basis = i8x16.shuffle(one, two, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const steps = i8x16.shuffle(
    one,
    two,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
    31,
  );
  return i16x8.q15mulr_sat_s(i16x8.mul(each, steps), basis);
}

/** The first and the second value of a pair, in all lanes. */
export function firstOf(values: v128): v128 {
  return i8x16.shuffle(values, values, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 5);
}
export function secondOf(values: v128): v128 {
  return i8x16.shuffle(values, values, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7, 6, 7);
}

/** A coefficient times its step in units of 1/16, in all lanes. */
export function weighted(value: v128, weights: usize, place: i32): v128 {
  return i16x8.mul(value, v128.load16_splat(weights + ((<usize>place) << 1)));
}

export function addMean(sum: v128, value: v128, basis: usize): v128 {
  return i16x8.add(sum, i16x8.q15mulr_sat_s(value, v128.load(basis)));
}

export function upperHalf(sums: v128): v128 {
  return i64x2.splat(i64x2.extract_lane(sums, 1));
}

/** Samples of values in units of 1/16. */
export function levels(first: v128, second: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.shr_s(first, 4), i16x8.shr_s(second, 4));
}

/** Two rows of eight samples from values in units of 1/16. */
export function storeTwo(to: usize, stride: usize, first: v128, second: v128): void {
  const samples = levels(first, second);
  v128.store64_lane(to, samples, 0);
  v128.store64_lane(to + stride, samples, 1);
}
