// Rows of PNG files: samples packed from pixels, and the five filters with the choice between them.

/**
 * The samples of `pixels` RGBA pixels, of 1 to 4 channels: red; red and alpha; red, green and blue; or all. Four pixels at a time, so up to 12 bytes more are read
 * and up to 15 more written.
 */
export function packRow(from: usize, to: usize, pixels: i32, channels: i32): void {
  if (channels === 4) {
    memory.copy(to, from, (<usize>pixels) << 2);
    return;
  }
  for (let i = 0; i < pixels; i += 4, from += 16, to += (<usize>channels) << 2) {
    const four = v128.load(from);
    if (channels === 3) {
      v128.store(
        to,
        v128.shuffle<u8>(four, four, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0),
      );
    } else if (channels === 2) {
      v128.store(
        to,
        v128.shuffle<u8>(four, four, 0, 3, 4, 7, 8, 11, 12, 15, 0, 0, 0, 0, 0, 0, 0, 0),
      );
    } else {
      v128.store(to, v128.shuffle<u8>(four, four, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }
  }
}

/** |a − b| of unsigned bytes. */
// @inline
function distance(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

/** (a + b) / 2 of unsigned bytes, rounded down. */
// @inline
function mean(a: v128, b: v128): v128 {
  return i8x16.sub(i8x16.avgr_u(a, b), v128.and(v128.xor(a, b), i8x16.splat(1)));
}

/** Of left `a`, above `b` and corner `c` the one that is nearest to a + b − c; of equally near ones the first. */
// @inline
function paeth(a: v128, b: v128, c: v128): v128 {
  const toLeft = distance(b, c);
  const toAbove = distance(a, c);
  // a + b − 2c: both differences add up if they have the same sign. A saturated sum is still not less than either.
  const isSame = i8x16.eq(i8x16.ge_u(b, c), i8x16.ge_u(a, c));
  const apart = distance(toLeft, toAbove);
  const toCorner = v128.bitselect(i8x16.add_sat_u(toLeft, toAbove), apart, isSame);
  const others = i8x16.min_u(toAbove, toCorner);
  const isAbove = i8x16.eq(others, toAbove);
  const isLeft = i8x16.eq(i8x16.min_u(toLeft, others), toLeft);
  return v128.bitselect(a, v128.bitselect(b, c, isAbove), isLeft);
}

/** What the filter of type 0…4 leaves of sixteen samples. */
// @inline
function filtered(type: i32, row: usize, above: usize, pixelBytes: usize): v128 {
  const x = v128.load(row);
  if (type === 0) return x;
  if (type === 1) return i8x16.sub(x, v128.load(row - pixelBytes));
  if (type === 2) return i8x16.sub(x, v128.load(above));
  if (type === 3) return i8x16.sub(x, mean(v128.load(row - pixelBytes), v128.load(above)));
  const corner = v128.load(above - pixelBytes);
  return i8x16.sub(x, paeth(v128.load(row - pixelBytes), v128.load(above), corner));
}

// @inline
function filterAll(
  type: i32,
  row: usize,
  above: usize,
  to: usize,
  bytes: usize,
  pixelBytes: usize,
): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(to + i, filtered(type, row + i, above + i, pixelBytes));
  }
}

/** Adds the sizes of sixteen differences, read as signed bytes, to four sums. */
// @inline
function addSizes(sums: v128, differences: v128): v128 {
  const pairs = i16x8.extadd_pairwise_i8x16_u(i8x16.abs(differences));
  return i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(pairs));
}

// @inline
function sumOf(sums: v128): i32 {
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** Which of the filters 1…4 leaves the smallest differences. Filter 0 is not compared, because the sum of unfiltered samples says nothing about how they repeat. */
function leastFilter(row: usize, above: usize, bytes: usize, pixelBytes: usize): i32 {
  let left = i32x4.splat(0);
  let up = i32x4.splat(0);
  let middle = i32x4.splat(0);
  let nearest = i32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const x = v128.load(row + i);
    const a = v128.load(row + i - pixelBytes);
    const b = v128.load(above + i);
    const c = v128.load(above + i - pixelBytes);
    let toLeft = i8x16.sub(x, a);
    let toAbove = i8x16.sub(x, b);
    let toMean = i8x16.sub(x, mean(a, b));
    let toNearest = i8x16.sub(x, paeth(a, b, c));
    if (i + 16 > bytes) {
      const places = v128(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
      const isInside = i8x16.lt_u(places, i8x16.splat(<i8>(bytes - i)));
      toLeft = v128.and(toLeft, isInside);
      toAbove = v128.and(toAbove, isInside);
      toMean = v128.and(toMean, isInside);
      toNearest = v128.and(toNearest, isInside);
    }
    left = addSizes(left, toLeft);
    up = addSizes(up, toAbove);
    middle = addSizes(middle, toMean);
    nearest = addSizes(nearest, toNearest);
  }
  let least = sumOf(left);
  let type = 1;
  if (sumOf(up) < least) {
    least = sumOf(up);
    type = 2;
  }
  if (sumOf(middle) < least) {
    least = sumOf(middle);
    type = 3;
  }
  return sumOf(nearest) < least ? 4 : type;
}

/**
 * Writes the filter type and the filtered samples of a row of `bytes` bytes. `pixelBytes` zeros lie before both rows. `plan` is a type 0…4, or 5 for the one that
 * leaves the smallest differences. Up to 15 bytes behind the rows are read, and behind the result written.
 */
export function filterRow(
  row: usize,
  above: usize,
  to: usize,
  bytes: usize,
  pixelBytes: usize,
  plan: i32,
): void {
  const type = plan === 5 ? leastFilter(row, above, bytes, pixelBytes) : plan;
  store<u8>(to, type);
  if (type === 0) filterAll(0, row, above, to + 1, bytes, pixelBytes);
  else if (type === 1) filterAll(1, row, above, to + 1, bytes, pixelBytes);
  else if (type === 2) filterAll(2, row, above, to + 1, bytes, pixelBytes);
  else if (type === 3) filterAll(3, row, above, to + 1, bytes, pixelBytes);
  else filterAll(4, row, above, to + 1, bytes, pixelBytes);
}
