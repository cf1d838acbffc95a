// Addresses. Pointers are in bytes; all other sizes are in floats of 4 bytes.

/** Converts a number of floats to bytes. */
export function bytes(floats: i32): usize {
  return (<usize>floats) << 2;
}

/** Stores the first `channels` (1, 3 or 4) values of `v`. */
export function storePixel(to: usize, v: v128, channels: i32): void {
  if (channels === 4) {
    v128.store(to, v);
  } else if (channels === 3) {
    v128.store64_lane(to, v, 0);
    v128.store32_lane(to, v, 2, 8);
  } else {
    v128.store32_lane(to, v, 0);
  }
}
