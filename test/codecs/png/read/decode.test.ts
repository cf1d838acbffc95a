// Checks decoding of PNG rows: all forms and filters, shrinking and interlacing.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePng } from '../../../../src/codecs/png/read/decode.ts';
import { createShrinker } from '../../../../src/codecs/png/read/mean.ts';
import type { Image } from '../../../../src/image.ts';
import { makePng, type PngOptions, pngOfStream } from '../../../helpers/files/make-image-files.ts';

type Form = Pick<PngOptions, 'colorType' | 'bitDepth'>;
const forms: Form[] = [
  ...([1, 2, 4, 8, 16] as const).map((bitDepth) => ({ colorType: 0 as const, bitDepth })),
  ...([1, 2, 4, 8] as const).map((bitDepth) => ({ colorType: 3 as const, bitDepth })),
  ...([2, 4, 6] as const).flatMap((colorType) => [
    { colorType, bitDepth: 8 as const },
    { colorType, bitDepth: 16 as const },
  ]),
];
const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** A picture of random samples and its expected pixels. */
type Drawn = { options: PngOptions; pixels: number[] };

const drawn = (form: Form, most: number, interlaced = false): fc.Arbitrary<Drawn> => {
  const edge = fc.integer({ min: 1, max: most });
  const filters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 });
  const few = fc.boolean();
  return fc
    .tuple(edge, edge, filters, fc.integer(), few, few)
    .map(([width, height, types, seed, keyed, smooth]) => {
      const { colorType, bitDepth } = form;
      let state = seed;
      const random = (range: number): number => {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        return Math.floor(((state >>> 8) / 2 ** 24) * range);
      };
      const range = 2 ** bitDepth;
      const count = channelsOf[colorType];
      const base = random(range);
      const values = Array.from({ length: width * height }, () =>
        Array.from({ length: count }, () => (smooth ? (base + random(3)) % range : random(range))),
      );
      const colours = Array.from({ length: range <= 256 ? range : 0 }, () => [
        random(256),
        random(256),
        random(256),
      ]);
      const alphas = colours.slice(0, 1 + random(range)).map(() => random(256));
      const key = values[0] as number[];
      const transparency =
        colorType === 3 ? alphas : key.flatMap((sample) => [sample >> 8, sample & 255]);
      const transparent = keyed && colorType <= 3;
      const options: PngOptions = {
        width,
        height,
        colorType,
        bitDepth,
        interlaced,
        filters: types,
        samples: (x, y) => values[y * width + x] as number[],
        ...(colorType === 3 ? { palette: colours } : {}),
        ...(transparent ? { transparency } : {}),
        parts: 1 + random(4),
      };
      const eight = (sample: number): number => Math.round((sample * 255) / (range - 1));
      const pixels = values.flatMap((samples) => {
        const [a = 0, b = 0] = samples;
        if (colorType === 3) {
          return [...(colours[a] as number[]), transparent ? (alphas[a] ?? 255) : 255];
        }
        const isKey = transparent && samples.every((sample, i) => sample === key[i]);
        const [r = 0, g = 0, blue = 0, alpha = 0] = samples.map(eight);
        if (colorType === 0) return [r, r, r, isKey ? 0 : 255];
        if (colorType === 4) return [eight(a), eight(a), eight(a), eight(b)];
        return [r, g, blue, colorType === 6 ? alpha : isKey ? 0 : 255];
      });
      return { options, pixels };
    });
};

function meansOf({ width, height, data }: Image, factor: number): Uint8Array {
  const target = new Uint32Array(Math.ceil(width / factor) * Math.ceil(height / factor));
  const shrinker = createShrinker({ width, height }, factor, 'any', target);
  const words = new Uint32Array(data.buffer);
  for (let y = 0; y < height; y++) shrinker.add(words.subarray(y * width, (y + 1) * width));
  return new Uint8Array(target.buffer);
}

describe('decodePng', () => {
  it.each(forms)('gives the pixels of any picture of %o', async (form) => {
    await fc.assert(
      fc.asyncProperty(drawn(form, 24), async ({ options, pixels }) => {
        const { width, height, data } = await decodePng(makePng(options));
        expect([width, height]).toEqual([options.width, options.height]);
        expect([...data]).toEqual(pixels);
      }),
      { numRuns: 40 },
    );
  });

  it.each(forms)('gives the pixels of small interlaced pictures of %o', async (form) => {
    await fc.assert(
      fc.asyncProperty(drawn(form, 9, true), async ({ options, pixels }) => {
        expect([...(await decodePng(makePng(options))).data]).toEqual(pixels);
      }),
      { numRuns: 40 },
    );
  });

  it.each(forms)('shrinks %o to the means of the whole picture', async (form) => {
    await fc.assert(
      fc.asyncProperty(
        drawn(form, 24),
        fc.integer({ min: 2, max: 50 }),
        async ({ options }, shrink) => {
          const file = makePng(options);
          const small = await decodePng(file, { shrink });
          expect(small.width).toBe(Math.ceil(options.width / shrink));
          expect(small.height).toBe(Math.ceil(options.height / shrink));
          expect([...small.data]).toEqual([...meansOf(await decodePng(file), shrink)]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('refuses unsupported factors', async () => {
    const plain: PngOptions = {
      width: 9,
      height: 9,
      colorType: 0,
      bitDepth: 8,
      samples: (x) => [x],
    };
    for (const shrink of [0, 1.5, -2, Number.NaN]) {
      await expect(decodePng(makePng(plain), { shrink })).rejects.toThrow('shrink: expected');
    }
    const file = makePng({ ...plain, interlaced: true });
    await expect(decodePng(file, { shrink: 2 })).rejects.toThrow('shrink: expected 1, got 2');
  });

  it('reports all its work to the pace, in short pieces', async () => {
    const rows = Buffer.alloc(3001 * 2000, 7).fill(0, 0, 1);
    for (let y = 0; y < 2000; y++) rows[3001 * y] = 4;
    const file = pngOfStream({ width: 1000, height: 2000, colorType: 2 }, deflateSync(rows));
    const told: number[] = [];
    await decodePng(file, { pace: (share) => void told.push(share) });
    expect(Math.max(...told)).toBeLessThan(0.1);
    // What follows the last row is not reported.
    const whole = told.reduce((sum, share) => sum + share, 0);
    expect(whole).toBeGreaterThan(0.9);
    expect(whole).toBeLessThan(1.01);
  });
});
