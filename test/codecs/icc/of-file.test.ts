// Checks that profiles are found in files that another program wrote, and in hand-made files with faults.
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Format } from '../../../src/codecs/codec.ts';
import { findProfile, iccOfFile } from '../../../src/codecs/icc/of-file.ts';
import { displayP3 } from '../../../src/codecs/icc/profile.ts';
import { toSrgb } from '../../../src/codecs/icc/to-srgb.ts';
import {
  bytesOf,
  jpegSegment,
  makeJpegHeader,
  makePng,
  pngChunk,
  uint,
  webpChunk,
} from '../../helpers/files/make-image-files.ts';
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
    expect(iccOfFile(files[format], format)).toBeDefined();
  });

  it('is missing if there is none', () => {
    expect(findProfile(plain[format], format)).toBeUndefined();
    expect(findProfile(new Uint8Array(), format)).toBeUndefined();
  });

  it('is read quickly and without exceptions from damaged files', () => {
    const whole = files[format];
    const edits = fc.array(fc.tuple(fc.nat(Math.min(whole.length, 900) - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    const began = performance.now();
    fc.assert(
      fc.property(edits, fc.nat(whole.length), (changes, length) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        for (const bytes of [damaged, whole.subarray(0, length)]) {
          const profile = iccOfFile(bytes, format);
          if (profile) toSrgb(profile);
        }
      }),
      { numRuns: 300 },
    );
    expect(performance.now() - began).toBeLessThan(10_000);
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

  it('may be a name for Display P3, which takes precedence over a profile', () => {
    expect(iccOfFile(pngOf(p3), 'png')).toBe(displayP3);
    expect(iccOfFile(pngOf(iccpChunk(icc), p3), 'png')).toBe(displayP3);
    expect(findProfile(pngOf(pngChunk('cICP', [9, 16, 0, 1])), 'png')).toBeUndefined();
    expect(findProfile(pngOf(pngChunk('cICP', [12])), 'png')).toBeUndefined();
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
  it('may be the code points of Display P3', () => {
    const named = files.avif.slice();
    const at = Buffer.from(named).indexOf('colrrICC') + 4;
    named.set(bytesOf('prof'), at);
    expect(findProfile(named, 'avif')).toEqual(findProfile(files.avif, 'avif'));
    const name = (primaries: number, transfer: number) =>
      named.set(bytesOf('nclx', uint(primaries, 2), uint(transfer, 2)), at);
    name(12, 13);
    expect(iccOfFile(named, 'avif')).toBe(displayP3);
    for (const [primaries, transfer] of [
      [12, 16],
      [1, 13],
    ] as const) {
      name(primaries, transfer);
      expect(iccOfFile(named, 'avif')).toBeUndefined();
    }
  });
});

it('is missing in a GIF', () => {
  expect(findProfile(bytesOf('GIF89a', new Uint8Array(50)), 'gif')).toBeUndefined();
});
