// Addresses. Pointers are in bytes; sizes are in floats of 4 bytes unless said otherwise.

/** Converts a number of floats to bytes. */
export function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}
