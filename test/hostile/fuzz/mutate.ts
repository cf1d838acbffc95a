// Mutates valid inputs: flipped bits, cuts, splices, wrong lengths, meaningful tokens in odd places.
import { hash32 } from '../../helpers/files/golden-images.ts';

/** Integers from 0 to below `limit`, the same for the same seed. */
export type Random = (limit: number) => number;

/** A generator that depends on every part of the seed. */
export function createRandom(...seed: readonly (number | string)[]): Random {
  let state = 0x9e3779b9;
  for (const part of seed.flatMap((one) =>
    typeof one === 'number' ? [one] : [...Buffer.from(one)],
  )) {
    state = hash32(state ^ hash32(part));
  }
  return (limit) => {
    state = (state + 0x9e3779b9) >>> 0;
    return hash32(state) % Math.max(1, limit);
  };
}

type Edit = (bytes: Uint8Array, random: Random, context: MutationContext) => Uint8Array;

export type MutationContext = {
  /** Valid inputs to take pieces from. */
  seeds: readonly Uint8Array[];
  /** Pieces that the parser knows. */
  tokens: readonly Uint8Array[];
  maxBytes: number;
};

const extremes = [
  0,
  1,
  2,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x7fff,
  0x8000,
  0xffff,
  0x10000,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

const replaced = (bytes: Uint8Array, from: number, to: number, middle: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]));

const pick = <T>(list: readonly T[], random: Random): T => list[random(list.length)] as T;

const piece = (bytes: Uint8Array, random: Random, most: number): Uint8Array => {
  const from = random(bytes.length);
  return bytes.subarray(from, from + 1 + random(most));
};

const flipBit: Edit = (bytes, random) => {
  const copy = bytes.slice();
  const at = random(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  return copy;
};

const edits: readonly Edit[] = [
  // Small changes are more likely, because they get further in a parser.
  flipBit,
  flipBit,
  flipBit,
  (bytes, random) => replaced(bytes, random(bytes.length), bytes.length, new Uint8Array(0)),
  (bytes, random) => {
    const copy = bytes.slice();
    copy[random(copy.length)] = pick(extremes, random);
    return copy;
  },
  (bytes, random) => writeLength(bytes, random, pick(extremes, random)),
  // Checks often miss lengths that are off by little.
  (bytes, random) => writeLength(bytes, random, undefined),
  (bytes, random) => {
    const from = random(bytes.length);
    return replaced(bytes, from, from + 1 + random(32), new Uint8Array(0));
  },
  (bytes, random) => {
    const at = random(bytes.length + 1);
    return replaced(bytes, at, at, piece(bytes, random, 64));
  },
  (bytes, random, { seeds }) => {
    const at = random(bytes.length + 1);
    return replaced(bytes, at, at + random(2) * 64, piece(pick(seeds, random), random, 256));
  },
  (bytes, random, { tokens }) => {
    const at = random(bytes.length + 1);
    const token = pick(tokens, random);
    return replaced(bytes, at, at + random(2) * token.length, token);
  },
  (bytes, random, { tokens }) => {
    const at = random(bytes.length + 1);
    const token = pick(tokens, random);
    const times = 1 + random(random(8) === 0 ? 5000 : 8);
    return replaced(bytes, at, at, new Uint8Array(Buffer.alloc(token.length * times, token)));
  },
];

function writeLength(bytes: Uint8Array, random: Random, value: number | undefined): Uint8Array {
  const copy = Buffer.from(bytes);
  const wide = random(2) ? 4 : 2;
  const at = random(copy.length - wide + 1);
  if (copy.length < wide) return bytes;
  const little = random(2) === 1;
  const old = little ? copy.readUIntLE(at, wide) : copy.readUIntBE(at, wide);
  const next = (value ?? old + 1 - 2 * random(2) + 2 ** 32) % 256 ** wide;
  if (little) copy.writeUIntLE(next, at, wide);
  else copy.writeUIntBE(next, at, wide);
  return new Uint8Array(copy);
}

/** One to five changes to one of the seeds. */
export function mutate(random: Random, context: MutationContext): Uint8Array {
  const { seeds, tokens, maxBytes } = context;
  const usable = tokens.length > 0 ? edits : edits.slice(0, -2);
  let bytes = pick(seeds, random);
  for (let left = 1 + random(random(2) ? 2 : 5); left > 0; left--)
    bytes = pick(usable, random)(bytes, random, context);
  return bytes.subarray(0, maxBytes);
}
