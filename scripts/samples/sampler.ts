// Low-discrepancy sample points: a scrambled (0,2)-sequence per pixel and pair of dimensions.
import { hash } from './noise.ts';

/** Walks through pairs of well-spread numbers in 0…1; `next` moves to the next pair of dimensions. */
export type Sampler = {
  u: number;
  v: number;
  start(x: number, y: number, index: number): void;
  next(): void;
};

function reverseBits(n: number): number {
  n = ((n >>> 1) & 0x55555555) | ((n & 0x55555555) << 1);
  n = ((n >>> 2) & 0x33333333) | ((n & 0x33333333) << 2);
  n = ((n >>> 4) & 0x0f0f0f0f) | ((n & 0x0f0f0f0f) << 4);
  n = ((n >>> 8) & 0x00ff00ff) | ((n & 0x00ff00ff) << 8);
  return ((n >>> 16) | (n << 16)) >>> 0;
}

/** Second dimension of the Sobol sequence. */
function sobol(n: number): number {
  let result = 0;
  for (let v = 1 << 31; n !== 0; n >>>= 1, v ^= v >>> 1) if (n & 1) result ^= v;
  return result >>> 0;
}

/** Sampler whose points are well spread after every `batch` of them; `batch` is a power of two. */
export function createSampler(batch: number): Sampler {
  let key = 0;
  let sample = 0;
  let dimension = 0;
  return {
    u: 0,
    v: 0,
    start(x, y, index) {
      key = hash(x, y, 77);
      sample = index;
      dimension = 0;
    },
    next() {
      const scramble = hash(key, dimension++, 5);
      // Flipping bits of the index permutes the points, so that pairs of dimensions do not correlate.
      const index = sample ^ (scramble & (batch - 1));
      this.u = ((reverseBits(index) ^ scramble) >>> 0) / 4294967296;
      this.v = ((sobol(index) ^ hash(scramble, 9)) >>> 0) / 4294967296;
    },
  };
}
