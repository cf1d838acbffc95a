// Seeded integer hash and the smooth noises built on it: the only source of chance in the samples.

/** Avalanching hash of three integers to an unsigned 32-bit integer. */
export function hash(x: number, y = 0, z = 0): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x1b873593);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** Hash as a number in 0…1. */
export const chance = (x: number, y = 0, z = 0): number => hash(x, y, z) / 4294967296;

const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);

/** Value noise in 0…1 with a lattice of spacing 1. */
export function noise3(x: number, y: number, z: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const k = Math.floor(z);
  const u = fade(x - i);
  const v = fade(y - j);
  const w = fade(z - k);
  const a = chance(i, j, k) * (1 - u) + chance(i + 1, j, k) * u;
  const b = chance(i, j + 1, k) * (1 - u) + chance(i + 1, j + 1, k) * u;
  const c = chance(i, j, k + 1) * (1 - u) + chance(i + 1, j, k + 1) * u;
  const d = chance(i, j + 1, k + 1) * (1 - u) + chance(i + 1, j + 1, k + 1) * u;
  return (a * (1 - v) + b * v) * (1 - w) + (c * (1 - v) + d * v) * w;
}

/** Value noise in 0…1 over the plane. */
export function noise2(x: number, y: number, seed = 0): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = fade(x - i);
  const v = fade(y - j);
  const a = chance(i, j, seed) * (1 - u) + chance(i + 1, j, seed) * u;
  const b = chance(i, j + 1, seed) * (1 - u) + chance(i + 1, j + 1, seed) * u;
  return a * (1 - v) + b * v;
}

/** Sum of `octaves` noises, each half as strong and about twice as fine, in 0…1. */
export function fractal3(x: number, y: number, z: number, octaves: number): number {
  let sum = 0;
  let weight = 0.5;
  for (let o = 0; o < octaves; o++) {
    sum += weight * noise3(x, y, z);
    // A rotation between octaves hides the lattice.
    [x, y, z] = [1.6 * x + 1.2 * z + 7.1, 2.02 * y + 3.7, -1.2 * x + 1.6 * z + 1.3];
    weight *= 0.5;
  }
  return sum / (1 - 2 * weight);
}

/** Planar `fractal3`. */
export function fractal2(x: number, y: number, octaves: number, seed = 0): number {
  let sum = 0;
  let weight = 0.5;
  for (let o = 0; o < octaves; o++) {
    sum += weight * noise2(x, y, seed + o);
    [x, y] = [1.6 * x + 1.2 * y + 5.3, -1.2 * x + 1.6 * y + 2.9];
    weight *= 0.5;
  }
  return sum / (1 - 2 * weight);
}
