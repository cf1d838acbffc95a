// Checks the PNG codec against files written by hand, of every colour type and depth.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  makeImage,
  makePng,
  type PngOptions,
  pngChunk,
  uint,
} from '../../helpers/files/make-image-files.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const undecodable = expect.objectContaining({ code: 'undecodable' });
const width = 11;
const height = 9;
let png: Codec;

beforeAll(async () => {
  png = (await loadCodecs()).png;
});

type Case = Pick<PngOptions, 'colorType' | 'bitDepth' | 'palette' | 'transparency'>;

const palette = [
  [10, 20, 30],
  [200, 100, 50],
  [0, 255, 0],
  [255, 255, 255],
];
const cases: Case[] = [
  { colorType: 0, bitDepth: 1 },
  { colorType: 0, bitDepth: 2 },
  { colorType: 0, bitDepth: 4 },
  { colorType: 0, bitDepth: 8 },
  { colorType: 0, bitDepth: 16 },
  { colorType: 0, bitDepth: 4, transparency: [0, 3] },
  { colorType: 0, bitDepth: 8, transparency: [0, 3] },
  { colorType: 2, bitDepth: 8 },
  { colorType: 2, bitDepth: 16 },
  { colorType: 2, bitDepth: 8, transparency: [0, 3, 0, 34, 0, 65] },
  { colorType: 3, bitDepth: 2, palette },
  { colorType: 3, bitDepth: 4, palette },
  { colorType: 3, bitDepth: 8, palette },
  { colorType: 3, bitDepth: 1, palette: palette.slice(0, 2), transparency: [0] },
  { colorType: 3, bitDepth: 8, palette, transparency: [0, 128, 255] },
  { colorType: 4, bitDepth: 8 },
  { colorType: 4, bitDepth: 16 },
  { colorType: 6, bitDepth: 8 },
  { colorType: 6, bitDepth: 16 },
];

/** Sample `channel` of pixel (x, y), spread over the whole range of the depth. */
function sample(
  { colorType, bitDepth, palette: entries }: Case,
  x: number,
  y: number,
  channel: number,
) {
  const range = colorType === 3 ? (entries?.length ?? 1) : 2 ** bitDepth;
  const factor = bitDepth === 16 ? 4099 : 1;
  return ((x + y * width) * factor + channel * 31 * factor) % range;
}

/** The expected pixels, from the definition of the colour types. */
function expected(kind: Case) {
  const { colorType, bitDepth, transparency } = kind;
  const eight = (value: number) =>
    bitDepth === 16 ? Math.round(value / 257) : Math.round((value * 255) / (2 ** bitDepth - 1));
  return makeImage(width, height, (x, y) => {
    const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map((i) => sample(kind, x, y, i));
    if (colorType === 3) {
      const [red = 0, green = 0, blue = 0] = kind.palette?.[a] ?? [];
      return [red, green, blue, transparency?.[a] ?? 255];
    }
    if (colorType === 4) return [eight(a), eight(a), eight(a), eight(b)];
    if (colorType === 6) return [eight(a), eight(b), eight(c), eight(d)];
    const keys = transparency?.filter((_, i) => i % 2 === 1);
    if (colorType === 0) return [eight(a), eight(a), eight(a), keys?.[0] === a ? 0 : 255];
    const isKey = keys !== undefined && keys[0] === a && keys[1] === b && keys[2] === c;
    return [eight(a), eight(b), eight(c), isKey ? 0 : 255];
  });
}

function write(kind: Case, more: Partial<PngOptions> = {}) {
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[kind.colorType];
  const samples = (x: number, y: number) =>
    Array.from({ length: channels }, (_, i) => sample(kind, x, y, i));
  return makePng({ width, height, samples, ...kind, ...more });
}

const plain: Case = { colorType: 6, bitDepth: 8 };

describe('PNG decoding', () => {
  it.each(cases)('gives the pixels of %o, interlaced or not', async (kind) => {
    const wanted = expected(kind);
    for (const interlaced of [false, true]) {
      const image = await png.decode(write(kind, { interlaced }));
      expect({ ...image, data: [...image.data] }).toEqual({ ...wanted, data: [...wanted.data] });
    }
  });

  it('reads pixels spread over several chunks', async () => {
    const image = await png.decode(write(plain, { parts: 7 }));
    expect([...image.data]).toEqual([...expected(plain).data]);
  });

  it('reads a view into a larger buffer, and ignores bytes after the end', async () => {
    const file = write(plain);
    const shifted = bytesOf([1, 2, 3], file, [4, 5]).subarray(3);
    expect([...(await png.decode(shifted)).data]).toEqual([...expected(plain).data]);
  });

  it('gives the default picture of an APNG', async () => {
    const control = (sequence: number) => [
      ...uint(sequence, 4),
      ...uint(width, 4),
      ...uint(height, 4),
      ...uint(0, 4),
      ...uint(0, 4),
      0,
      1,
      0,
      10,
      0,
      0,
    ];
    const file = write(plain, {
      before: [pngChunk('acTL', [...uint(2, 4), ...uint(0, 4)]), pngChunk('fcTL', control(0))],
      after: [pngChunk('fcTL', control(1)), pngChunk('fdAT', [...uint(2, 4), 1, 2, 3])],
    });
    expect([...(await png.decode(file)).data]).toEqual([...expected(plain).data]);
  });

  it('skips metadata, even broken or huge metadata', async () => {
    const bomb = bytesOf('name\0\0', new Uint8Array(1e6));
    const tiny = Array.from({ length: 20_000 }, () => pngChunk('teXt'));
    const broken = pngChunk('tEXt', [1, 2, 3]).map((byte, i) => (i === 9 ? 0 : byte));
    const before = [pngChunk('iCCP', bomb), pngChunk('zTXt', bomb), broken, ...tiny];
    const file = write(plain, { before });
    expect([...(await png.decode(file)).data]).toEqual([...expected(plain).data]);
  });

  it('calls a file cut at any place before its last row undecodable', async () => {
    const file = write({ colorType: 3, bitDepth: 8, palette, transparency: [0] });
    // Behind the last row come a checksum of the rows, one of their chunk, and the end chunk.
    for (let length = 8; length < file.length - 26; length += 3) {
      await expect(png.decode(file.subarray(0, length))).rejects.toEqual(undecodable);
    }
  });

  it('needs no checksum behind its last row, and no end chunk', async () => {
    for (const interlaced of [false, true]) {
      const file = write(plain, { interlaced });
      const whole = await png.decode(file);
      for (let missing = 1; missing <= 20; missing++) {
        expect((await png.decode(file.subarray(0, -missing))).data).toEqual(whole.data);
      }
    }
  });

  const sound = write(plain);
  const pixelsAt = Buffer.from(sound).indexOf('IDAT');
  const flipped = (at: number) => sound.map((byte, i) => (i === at ? byte ^ 1 : byte));

  it.each([
    ['a changed pixel byte', flipped(pixelsAt + 20)],
    ['a changed check sum', flipped(sound.length - 13)],
    ['missing rows', write(plain, { missingRows: 1 })],
    ['missing rows in an interlaced file', write(plain, { missingRows: 1, interlaced: true })],
    [
      'pixels that are not compressed data',
      bytesOf(sound.subarray(0, 33), pngChunk('IDAT', [1, 2, 3]), pngChunk('IEND')),
    ],
    ['no pixels', bytesOf(sound.subarray(0, 33), pngChunk('IEND'))],
    ['no palette', write({ colorType: 3, bitDepth: 8 })],
    [
      'two palettes',
      write({ colorType: 3, bitDepth: 8, palette }, { before: [pngChunk('PLTE', [1, 2, 3])] }),
    ],
    ['two headers', write(plain, { before: [sound.subarray(8, 33)] })],
    ['an unknown critical chunk', write(plain, { before: [pngChunk('ABCD')] })],
  ])('calls a file with %s undecodable', async (_, file) => {
    await expect(png.decode(file)).rejects.toEqual(undecodable);
  });

  it('still decodes after many failures', async () => {
    const broken = write(plain, { missingRows: 2 });
    for (let i = 0; i < 40; i++) await expect(png.decode(broken)).rejects.toEqual(undecodable);
    expect([...(await png.decode(sound)).data]).toEqual([...expected(plain).data]);
  });

  it('keeps concurrent calls apart', async () => {
    const results = await Promise.allSettled([
      png.decode(write(plain, { missingRows: 2 })),
      png.decode(sound),
      png.decode(write(plain, { missingRows: 3 })),
      png.decode(sound),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });
});

describe('the PNG codec', () => {
  it('offers every whole factor, but none for interlaced files', () => {
    const header = probe(write(plain));
    expect([1, 1.9, 2, 7.5, 1000].map((most) => png.shrink(header, most))).toEqual([
      1, 1, 2, 7, 1000,
    ]);
    expect(png.shrink(probe(write(plain, { interlaced: true })), 8)).toBe(1);
  });

  it('counts the pixels that it reads, and needs less memory for a smaller picture', () => {
    const header = { ...probe(write(plain)), width: 2000, height: 1000 };
    const whole = png.decodeCost({ header, byteLength: 5_000_000, shrink: 1 });
    const small = png.decodeCost({ header, byteLength: 5_000_000, shrink: 8 });
    expect(small.work).toEqual({ ...whole.work, 'decode.means': 250 * 125 });
    expect(whole.work).toMatchObject({ 'decode.raw': 8_001_000, 'decode.pixels': 2_000_000 });
    expect(whole.bytes).toBeGreaterThan(8_000_000);
    expect(whole.bytes).toBeLessThan(9_000_000);
    expect(small.bytes).toBeLessThan(1_000_000);
  });

  it('reports all its encoding to the pace, in short pieces', async () => {
    const told: number[] = [];
    const pace = (share: number) => void told.push(share);
    const image = makeImage(1500, 1000, (x, y) => [x & 255, y & 255, (x * y) & 255, 255]);
    await png.encode(image, { quality: 80, pace });
    expect(Math.max(...told)).toBeLessThan(0.03);
    expect(told.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 1);
  });
});

describe('PNG encoding', () => {
  it.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
    [37, 21],
  ])('gives back every pixel of %i×%i', async (w, h) => {
    const image = makeImage(w, h, (x, y) => [x & 255, y & 255, (x * y) & 255, (x + 7 * y) & 255]);
    const back = await png.decode(await png.encode(image, { quality: 85 }));
    expect(back.width).toBe(w);
    expect(Buffer.compare(Buffer.from(back.data), Buffer.from(image.data))).toBe(0);
  });

  it('encodes pixels that are a view into a larger buffer', async () => {
    const data = new Uint8ClampedArray(24).fill(9).subarray(5, 21);
    data.set(Array.from({ length: 16 }, (_, i) => i * 3));
    const back = await png.decode(await png.encode({ width: 2, height: 2, data }, { quality: 1 }));
    expect([...back.data]).toEqual([...data]);
  });
});
