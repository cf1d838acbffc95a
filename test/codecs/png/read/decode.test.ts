// Checks decoding of PNG rows: all forms and filters, shrinking, interlacing, and inconsistent files.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pngDecodeCost } from '../../../../src/codecs/png/cost.ts';
import { decodePng } from '../../../../src/codecs/png/read/decode.ts';
import { createShrinker } from '../../../../src/codecs/png/read/mean.ts';
import { probe } from '../../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../../src/image.ts';
import type { Pace } from '../../../../src/timing.ts';
import {
  bytesOf,
  makePng,
  type PngOptions,
  pngChunk,
  pngHeader,
} from '../../../helpers/files/make-image-files.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });

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

/** A file whose pixels are the given zlib stream. */
const fileOf = (header: Parameters<typeof pngHeader>[0], stream: Uint8Array): Uint8Array =>
  bytesOf(
    [0x89],
    'PNG\r\n\x1a\n',
    pngChunk('IHDR', pngHeader(header)),
    pngChunk('IDAT', stream),
    pngChunk('IEND'),
  );

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Most bytes of live buffers that `work` holds at its steps, beyond those before. */
async function buffersDuring(work: (step: Pace) => Promise<unknown>): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let steps = 0;
  // Another thread frees dead buffers and may lag behind, so each measurement is an upper bound.
  const measure = async (): Promise<void> => {
    let held = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 4; look++) {
      collectGarbage();
      await setImmediate();
      held = Math.min(held, process.memoryUsage().arrayBuffers - before);
    }
    most = Math.max(most, held);
  };
  await work(() => (steps++ % 128 === 0 ? measure() : undefined));
  return most;
}

describe('decodePng', () => {
  it.each(forms)('gives the pixels of any picture of %o', async (form) => {
    await fc.assert(
      fc.asyncProperty(drawn(form, 40), async ({ options, pixels }) => {
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
        drawn(form, 40),
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
    const file = fileOf({ width: 1000, height: 2000, colorType: 2 }, deflateSync(rows));
    const told: number[] = [];
    await decodePng(file, { pace: (share) => void told.push(share) });
    expect(Math.max(...told)).toBeLessThan(0.1);
    // What follows the last row is not reported.
    const whole = told.reduce((sum, share) => sum + share, 0);
    expect(whole).toBeGreaterThan(0.9);
    expect(whole).toBeLessThan(1.01);
  });
});

describe('a PNG whose pixels contradict its header', () => {
  const noisy: PngOptions = {
    width: 60,
    height: 50,
    colorType: 2,
    bitDepth: 8,
    parts: 3,
    filters: [0, 1, 2, 3, 4],
    samples: (x, y) => [0, 1, 2].map((i) => (Math.imul(x + 64 * y + i, 0x9e3779b1) >>> 9) & 255),
  };
  const rows = Buffer.alloc(11 * 10, 1);
  const grey = { width: 10, height: 10, colorType: 0 };
  const stream = deflateSync(rows);

  it('is a picture of its size or undecodable if a bit of its stream is flipped, and its chunk has the checksum of that', async () => {
    const whole = new Uint8Array(stream);
    let refused = 0;
    for (let bit = 0; bit < 8 * (whole.length - 4); bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      await decodePng(fileOf(grey, flipped)).then(
        (image) => expect(image).toMatchObject({ width: 10, height: 10 }),
        (error) => {
          refused++;
          expect(error).toEqual(undecodable);
        },
      );
    }
    expect(refused).toBeGreaterThan(whole.length);
  });

  it('is undecodable if its stream is cut before its last row', async () => {
    // Behind the last row are the end of the block and the checksum.
    for (let length = 0; length < stream.length - 6; length++) {
      await expect(decodePng(fileOf(grey, stream.subarray(0, length)))).rejects.toEqual(
        undecodable,
      );
    }
  });

  it('is undecodable if bytes of a large stream are lost or changed', async () => {
    const file = makePng(noisy);
    const start = file.indexOf(0x49, 40);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: start, max: file.length - 13 }), async (at) => {
        const changed = file.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
        await expect(decodePng(changed)).rejects.toEqual(undecodable);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['an unknown filter', Buffer.from(rows).fill(5, 55, 56)],
    ['too few rows', rows.subarray(0, 109)],
    ['no rows', rows.subarray(0, 0)],
  ])('is undecodable with %s', async (_, raw) => {
    await expect(decodePng(fileOf(grey, deflateSync(raw)))).rejects.toEqual(undecodable);
  });

  it.each([1, 2, 4, 8] as const)(
    'is black where a %i-bit index is outside of its palette',
    async (bitDepth) => {
      const colours = 2 ** bitDepth - 1;
      const options: PngOptions = {
        width: 21,
        height: 3,
        colorType: 3,
        bitDepth,
        palette: Array.from({ length: colours }, (_, i) => [i, i, i]),
        samples: () => [colours - 1],
      };
      const last = (x: number, y: number) => [x === 20 && y === 2 ? colours : colours - 1];
      const { data } = await decodePng(makePng({ ...options, samples: last }));
      expect([...data.subarray(0, 4)]).toEqual([...Array(3).fill(colours - 1), 255]);
      expect([...data.subarray(-4)]).toEqual([0, 0, 0, 255]);
    },
  );

  it.each([
    ['grey', 0, [1]],
    ['colour', 2, [0, 1]],
    ['palette', 3, new Array<number>(257).fill(0)],
  ] as const)(
    'is opaque with transparency of a wrong length: %s',
    async (_, colorType, transparency) => {
      const options: PngOptions = {
        width: 2,
        height: 2,
        colorType,
        bitDepth: 8,
        palette: [[1, 2, 3]],
        transparency: [...transparency],
        samples: () => [0, 0, 0].slice(0, channelsOf[colorType]),
      };
      const file = makePng(options);
      expect(probe(file).alpha).toBe(false);
      const { data } = await decodePng(file);
      expect([data[3], data.at(-1)]).toEqual([255, 255]);
    },
  );

  it('is decoded if its stream continues after the last row', async () => {
    const longer = Buffer.concat([rows, Buffer.alloc(1000, 9)]);
    const { data } = await decodePng(fileOf(grey, deflateSync(longer)));
    expect(data[0]).toBe(1);
  });

  it('costs nothing if 100 MB follow a header of 10×10', async () => {
    const stream = deflateSync(Buffer.alloc(100e6));
    const bomb = fileOf(grey, stream);
    const started = process.cpuUsage();
    inflateSync(stream, { maxOutputLength: 100e6 });
    const whole = process.cpuUsage(started);
    const before = process.cpuUsage();
    const held = await buffersDuring((pace) => decodePng(bomb, { pace }));
    const spent = process.cpuUsage(before);
    expect(held).toBeLessThan(2e6);
    expect(spent.user + spent.system).toBeLessThan((whole.user + whole.system) / 2);
  });

  it('is refused before memory is allocated if it is too short for its size', async () => {
    const file = fileOf({ width: 100_000, height: 100_000, colorType: 0 }, stream);
    await expect(decodePng(file)).rejects.toEqual(undecodable);
  });
});

describe('a large PNG', () => {
  it.each([
    ['of 100 megapixels of 1 bit', 10_000, 1, 0],
    ['of 16 megapixels of 8 bits', 4000, 8, 0x55],
  ])(
    '%s is shrunk in little memory',
    async (_, edge, bitDepth, value) => {
      const row = Buffer.alloc(1 + (edge * bitDepth) / 8, value).fill(0, 0, 1);
      const stream = deflateSync(Buffer.concat(new Array<Buffer>(edge).fill(row)), { level: 1 });
      const file = fileOf({ width: edge, height: edge, colorType: 0, bitDepth }, stream);
      let small: Image | undefined;
      const held = await buffersDuring(async (pace) => {
        small = await decodePng(file, { shrink: 64, pace });
      });
      expect(small?.width).toBe(Math.ceil(edge / 64));
      expect([...(small?.data.subarray(0, 4) ?? [])]).toEqual([value, value, value, 255]);
      expect(held).toBeLessThan(2e6);
      const header = probe(file);
      const cost = pngDecodeCost({ header, byteLength: file.length, shrink: 64 });
      expect(cost.bytes).toBeGreaterThan(4 * Math.ceil(edge / 64) ** 2);
      expect(cost.bytes).toBeLessThan(1.2e6);
      expect(cost.work['decode.raw']).toBe(edge * (1 + (edge * bitDepth) / 8));
    },
    120_000,
  );
});
