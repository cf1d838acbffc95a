// Checks that profiles are found in files that another program wrote, and in hand-made files with faults.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../../../src/codecs/codec.ts';
import { coloursOf } from '../../../src/codecs/icc/icc.ts';
import { findProfile } from '../../../src/codecs/icc/of-file.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  jpegSegment,
  makeJpegHeader,
  makePng,
  pngChunk,
  uint,
  webpChunk,
} from '../../helpers/files/make-image-files.ts';
import { startProcessorWatch } from '../../helpers/processor-time.ts';
import { chromaticities, iccpChunk, makeIcc } from './make-icc.ts';

const formats = ['jpeg', 'png', 'webp', 'avif'] as const;
const icc = makeIcc({ primaries: chromaticities.displayP3 });
const files = {} as Record<Format, Uint8Array>;
const plain = {} as Record<Format, Uint8Array>;

beforeAll(async () => {
  const raw = Uint8Array.from({ length: 3 * 64 * 48 }, (_, i) => (i * i) >> 5);
  const picture = sharp(raw, { raw: { width: 64, height: 48, channels: 3 } });
  for (const format of formats) {
    const file = picture.clone().toFormat(format);
    plain[format] = new Uint8Array(await file.clone().toBuffer());
    files[format] = new Uint8Array(await file.withIccProfile('p3').toBuffer());
  }
});

describe.each(formats)('the profile of a file: %s', (format) => {
  it('is the one that another program wrote', async () => {
    const { icc: written } = await sharp(files[format]).metadata();
    expect(written?.length).toBeGreaterThan(400);
    expect(findProfile(files[format], format)).toEqual(new Uint8Array(written as Buffer));
    const colours = coloursOf(files[format], probe(files[format]));
    expect(colours).toMatchObject({ note: 'converted to sRGB', convert: expect.any(Function) });
  });

  it('is missing if there is none', () => {
    expect(coloursOf(plain[format], probe(plain[format]))).toMatchObject({ note: 'sRGB' });
    expect(findProfile(new Uint8Array(), format)).toBeUndefined();
  });

  it('is read quickly and without exceptions from damaged files', () => {
    const whole = files[format];
    const edits = fc.array(fc.tuple(fc.nat(Math.min(whole.length, 900) - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    const header = probe(whole);
    const processorMs = startProcessorWatch();
    fc.assert(
      fc.property(edits, fc.nat(whole.length), (changes, length) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        for (const bytes of [damaged, whole.subarray(0, length)]) {
          coloursOf(bytes, header);
        }
      }),
      { numRuns: 300 },
    );
    expect(processorMs()).toBeLessThan(10_000);
  });
});

describe('the profile of a JPEG', () => {
  const part = (index: number, count: number, start: number, end = icc.length) =>
    jpegSegment(0xe2, bytesOf('ICC_PROFILE\0', [index, count], icc.subarray(start, end)));
  const jpegOf = (...segments: Uint8Array[]) =>
    makeJpegHeader({
      width: 8,
      height: 8,
      segments: [jpegSegment(0xe2, [77, 80, 70]), ...segments],
    });
  const first = part(1, 3, 0, 100);
  const second = part(2, 3, 100, 101);
  const third = part(3, 3, 101);

  it('is assembled from its parts in any order', () => {
    expect(findProfile(jpegOf(third, first, second), 'jpeg')).toEqual(icc);
    expect(findProfile(jpegOf(part(1, 1, 0)), 'jpeg')).toEqual(icc);
  });

  it('is ignored if parts are missing, repeated or inconsistent', () => {
    const broken = [
      [first, third],
      [first, second, second, third],
      [first, second, third, part(4, 4, 0)],
      [part(0, 1, 0)],
      [part(1, 0, 0)],
      [part(2, 1, 0)],
      [jpegSegment(0xe2, bytesOf('ICC_PROFILE\0', [1]))],
    ];
    for (const segments of broken) {
      expect(findProfile(jpegOf(...segments), 'jpeg')).toBeUndefined();
    }
  });

  it('must come before the picture', () => {
    const late = bytesOf(jpegOf().subarray(0, -2), part(1, 1, 0), [0xff, 0xd9]);
    expect(findProfile(late, 'jpeg')).toBeUndefined();
  });

  it('is ignored above 4 MiB', () => {
    const filler = new Uint8Array(65000);
    const parts = Array.from({ length: 65 }, (_, i) =>
      jpegSegment(0xe2, bytesOf('ICC_PROFILE\0', [i + 1, 65], filler)),
    );
    expect(findProfile(jpegOf(...parts), 'jpeg')).toBeUndefined();
  });
});

it('is not searched for after thousands of other parts', () => {
  const tag = bytesOf('ICC_PROFILE\0', [1, 1], icc);
  const jpegOf = (others: number) =>
    makeJpegHeader({
      width: 8,
      height: 8,
      segments: [...Array(others).fill(jpegSegment(0xfe, [])), jpegSegment(0xe2, tag)],
    });
  const pngOf = (others: number) =>
    makePng({
      width: 1,
      height: 1,
      colorType: 0,
      bitDepth: 8,
      samples: () => [9],
      before: [...Array(others).fill(pngChunk('teXt')), iccpChunk(icc)],
    });
  expect(findProfile(jpegOf(4000), 'jpeg')).toEqual(icc);
  expect(findProfile(pngOf(4000), 'png')).toEqual(icc);
  expect(findProfile(jpegOf(5000), 'jpeg')).toBeUndefined();
  expect(findProfile(pngOf(5000), 'png')).toBeUndefined();
});

describe('the profile of a PNG', () => {
  const pngOf = (...before: Uint8Array[]) =>
    makePng({ width: 2, height: 2, colorType: 2, bitDepth: 8, samples: () => [1, 2, 3], before });
  const iccp = (...parts: Parameters<typeof bytesOf>) => pngChunk('iCCP', bytesOf(...parts));
  const p3 = pngChunk('cICP', [12, 13, 0, 1]);

  it('may be code points, which take precedence over a profile', () => {
    const codes = { primaries: 12, transfer: 13 };
    expect(findProfile(pngOf(p3), 'png')).toEqual(codes);
    expect(findProfile(pngOf(iccpChunk(icc), p3), 'png')).toEqual(codes);
    // Only red, green and blue of full range can be read.
    expect(findProfile(pngOf(pngChunk('cICP', [9, 16, 1, 1])), 'png')).toBe('unusable');
    expect(findProfile(pngOf(pngChunk('cICP', [9, 16, 0, 0])), 'png')).toBe('unusable');
    expect(findProfile(pngOf(pngChunk('cICP', [12])), 'png')).toBe('unusable');
  });

  it('may be a gamma and chromaticities, unless the file says sRGB or has a profile', () => {
    const gama = pngChunk('gAMA', uint(100_000, 4));
    const chrm = pngChunk(
      'cHRM',
      [31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000].flatMap((n) => uint(n, 4)),
    );
    expect(findProfile(pngOf(gama, chrm), 'png')).toEqual({
      gamma: 1,
      chromaticities: {
        white: [0.3127, 0.329],
        red: [0.64, 0.33],
        green: [0.21, 0.71],
        blue: [0.15, 0.06],
      },
    });
    expect(findProfile(pngOf(gama), 'png')).toEqual({ gamma: 1 });
    expect(findProfile(pngOf(gama, pngChunk('sRGB', [0])), 'png')).toBeUndefined();
    expect(findProfile(pngOf(gama, iccpChunk(icc)), 'png')).toEqual(icc);
    expect(findProfile(pngOf(pngChunk('gAMA', uint(0, 4))), 'png')).toBe('unusable');
  });

  it('is ignored if its chunk is malformed or its checksum is wrong', () => {
    const packed = new Uint8Array(deflateSync(icc));
    expect(findProfile(pngOf(iccp('n\0', [0], packed)), 'png')).toEqual(icc);
    const broken = [
      iccp('n\0', [1], packed),
      iccp('\0', [0], packed),
      iccp('n'.repeat(80), '\0', [0], packed),
      iccp('n'),
      iccp('n\0', [0], packed.subarray(0, 90)),
      iccp('n\0', [0], packed.subarray(2)),
      iccp('n\0', [0], new Uint8Array(2 ** 18)),
    ];
    const wrongSum = iccpChunk(icc);
    wrongSum[wrongSum.length - 1] = (wrongSum.at(-1) as number) ^ 1;
    for (const chunk of [...broken, wrongSum]) {
      expect(findProfile(pngOf(chunk), 'png')).toBeUndefined();
    }
  });

  it('is ignored if it unpacks to more than one mebibyte', () => {
    const bomb = iccp('n\0', [0], deflateSync(new Uint8Array(30e6)));
    expect(findProfile(pngOf(bomb), 'png')).toBeUndefined();
  });
});

describe('the profile of a WebP', () => {
  const webpOf = (flags: number, profile: Uint8Array) => {
    const chunks = bytesOf(
      webpChunk('VP8X', [flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]),
      webpChunk('ICCP', profile),
    );
    return bytesOf('RIFF', [0, 0, 0, 0], 'WEBP', chunks);
  };

  it('is announced by a flag', () => {
    expect(findProfile(webpOf(0x20, icc), 'webp')).toEqual(icc);
    expect(findProfile(webpOf(0, icc), 'webp')).toBeUndefined();
  });

  it('is ignored if it is cut or above 4 MiB', () => {
    expect(findProfile(webpOf(0x20, icc).subarray(0, -1), 'webp')).toBeUndefined();
    expect(findProfile(webpOf(0x20, new Uint8Array(2 ** 22 + 1)), 'webp')).toBeUndefined();
  });
});

describe('the profile of an AVIF', () => {
  it('may be code points', () => {
    const named = files.avif.slice();
    const at = Buffer.from(named).indexOf('colrrICC') + 4;
    named.set(bytesOf('prof'), at);
    expect(findProfile(named, 'avif')).toEqual(findProfile(files.avif, 'avif'));
    named.set(bytesOf('nclx', uint(12, 2), uint(16, 2)), at);
    expect(findProfile(named, 'avif')).toEqual({ primaries: 12, transfer: 16 });
  });
});

it('is missing in a GIF', () => {
  expect(findProfile(bytesOf('GIF89a', new Uint8Array(50)), 'gif')).toBeUndefined();
});
