// Addresses. Pointers are in bytes; all other sizes and distances are in floats of 4 bytes.

/** Converts a number of floats to bytes. */
export function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}

/** The index, 0…size − 1, whose value a mirrored border shows at `i`; `twice` is 1 if the value at the edge is repeated. */
export function mirrored(i: i32, size: i32, twice: i32): i32 {
  if (i < 0) return -i - twice;
  return i < size ? i : 2 * size - 2 - i + twice;
}
