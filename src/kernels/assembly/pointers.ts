// Pointers count bytes, everything else counts floats (of 4 bytes).

/** Bytes of floats. */
export function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}

/** Where a place beyond the edges finds its value; `twice` is 1 where the edge comes twice. */
export function mirrored(i: i32, size: i32, twice: i32): i32 {
  if (i < 0) return -i - twice;
  return i < size ? i : 2 * size - 2 - i + twice;
}
