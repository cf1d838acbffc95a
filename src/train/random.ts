// Random numbers of the trainer: a seed decides all of them.

export type Random = {
  /** Uniform from `low` to `high`, without `high`. */
  uniform: (low: number, high: number) => number;
  /** A whole number from 0, below `count`. */
  int: (count: number) => number;
  /** True with this probability. */
  chance: (probability: number) => boolean;
  /** One of a list that is not empty. */
  pick: <T>(from: readonly T[]) => T;
  /** Normally distributed with mean 0 and standard deviation 1. */
  normal: () => number;
};

/** Mulberry32. The same seeds give the same numbers; further seeds (a step, an index) give independent ones. */
export function createRandom(seed: number, ...further: readonly number[]): Random {
  let state = further.reduce((mixed, next) => hash(mixed ^ hash(next + 0x9e3779b9)), hash(seed));
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform: (low, high) => low + (high - low) * next(),
    int: (count) => Math.floor(next() * count),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Spreads neighbouring seeds over all 32 bits. */
function hash(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
