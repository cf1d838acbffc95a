// Pseudo-random numbers from a seed, the same on every platform.

/** `count` values, uniform in 0…1 without 1, by Mulberry32. */
export function uniformValues(seed: number, count: number): Float32Array {
  let state = seed | 0;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    // 24 bits, so that float32 does not round up to 1.
    values[i] = ((t ^ (t >>> 14)) >>> 8) / 2 ** 24;
  }
  return values;
}
