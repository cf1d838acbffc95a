// Fuzz target of the decoder of scaled JPEG pictures: every scale, whole and while the file arrives, and a sound file after each damaged one.
import type { Codec } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { AppError } from '../../../src/errors.ts';
import type { Image } from '../../../src/image.ts';
import { type JpegOptions, writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { soundPicture } from '../corpus/corpus.ts';
import type { FuzzTarget } from './fuzz.ts';

const MAX_PIXELS = 100_000;
const one = [1, 1] as const;
const samplings: NonNullable<JpegOptions['sampling']>[] = [
  [one],
  [one, one, one],
  [[2, 1], one, one],
  [[2, 2], one, one],
];
const kinds: JpegOptions[] = [
  ...samplings.flatMap((sampling) => [
    { sampling },
    { sampling, restart: 1 },
    { sampling, restart: 4 },
  ]),
  { kind: 'separate scans', restart: 3 },
  { kind: 'progressive' },
  { kind: 'progressive', restart: 2, sampling: [[2, 2], one, one] },
];

const codeOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.code}: ${error.message}`;
  throw error;
};

/** The target; `tokens` are markers, `refuses` tells documented refusals of the probe. */
export async function scaledJpegTarget(
  jpeg: Codec,
  { tokens, refuses }: Required<Pick<FuzzTarget, 'tokens' | 'refuses'>>,
): Promise<FuzzTarget> {
  const seeds = kinds.map((kind) => writeJpeg(soundPicture, kind));
  const sound = seeds.at(-1)!;
  const expected = await jpeg.decode(sound, { shrink: 8 });
  return {
    name: 'jpeg scaled',
    seeds,
    tokens,
    refuses,
    async run(input) {
      if (!isSmall(input)) return;
      for (const shrink of [2, 4, 8]) {
        const pieces = 1 + (input.length % 5);
        const whole = await outcome(() => jpeg.decode(input, { shrink }));
        const arriving = await outcome(() => decodeArriving(jpeg, input, { shrink, pieces }));
        if (!isSame(whole, arriving)) throw new Error(`1/${shrink}: whole and in pieces differ`);
      }
      const after = await jpeg.decode(sound, { shrink: 8 });
      if (!isSame(after, expected)) throw new Error('a sound file is spoilt by the file before');
    },
  };
}

/** The picture, or the text of a documented refusal. */
async function outcome(decode: () => Promise<Image>): Promise<Image | string> {
  try {
    return await decode();
  } catch (error) {
    return codeOf(error);
  }
}

async function decodeArriving(
  jpeg: Codec,
  input: Uint8Array,
  { shrink, pieces }: { shrink: number; pieces: number },
): Promise<Image> {
  using early = jpeg.decodeEarly!(input, shrink);
  for (let i = 1; i <= pieces; i++)
    early?.advance(input.subarray(0, Math.floor((input.length * i) / (pieces + 1))));
  return await jpeg.decode(input, { shrink, early });
}

const isSame = (a: Image | string, b: Image | string): boolean =>
  typeof a === 'string' || typeof b === 'string'
    ? a === b
    : a.width === b.width && Buffer.from(a.data.buffer).equals(new Uint8Array(b.data.buffer));

/** Whether this is a JPEG small enough for many rounds. */
function isSmall(input: Uint8Array): boolean {
  const { format, width, height } = probe(input);
  return format === 'jpeg' && width * height <= MAX_PIXELS;
}
