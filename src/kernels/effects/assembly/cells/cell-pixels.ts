// The pixels of a cell, and the parts of a packed pixel.

/** First column or row of cell `i`; an axis has three whole numbers for each cell. */
// @inline
export function startAt(axis: usize, i: i32): i32 {
  return i32.load(axis + <usize>(12 * i));
}

// @inline
export function countAt(axis: usize, i: i32): i32 {
  return i32.load(axis + <usize>(12 * i), 4);
}

// @inline
export function offsetAt(axis: usize, i: i32): i32 {
  return i32.load(axis + <usize>(12 * i), 8);
}

/** Place of a pixel's red in a table of floats, in bytes. */
// @inline
export function red(pixel: i32): usize {
  return <usize>((pixel & 255) << 2);
}

// @inline
export function green(pixel: i32): usize {
  return <usize>((pixel >>> 6) & 1020);
}

// @inline
export function blue(pixel: i32): usize {
  return <usize>((pixel >>> 14) & 1020);
}

// @inline
export function alphaOf(pixel: i32): i32 {
  return pixel >>> 24;
}
