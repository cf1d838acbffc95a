// Checks the JPEG codec: pixels, subsampling, and that damaged files give no picture.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { orient } from '../../../src/codecs/orient.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../src/image.ts';
import { noPace } from '../../../src/timing.ts';
import {
  bytesOf,
  jpegSegment,
  makeExif,
  makeImage,
  makeJpegHeader,
  withExif,
  withJpegSegment,
} from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { startProcessorWatch } from '../../helpers/processor-time.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });
const undecodable = code('undecodable');
const gradient = makeImage(96, 64, (x, y) => [40 + 2 * x, 230 - 3 * y, 60 + x + y, 255]);
let jpeg: Codec;
let file: Uint8Array;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
  file = await jpeg.encode(gradient, { quality: 92 });
});

function largestDifference(a: Image, b: Image): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? 0))), 0);
}

/** The sampling factors of the first component, from the frame header. */
function sampling(bytes: Uint8Array): number | undefined {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0]));
  return bytes[at + 11];
}

/** Offset of the compressed data of the first scan. */
function scanStart(bytes: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xda]));
  return at + 2 + 256 * (bytes[at + 2] ?? 0) + (bytes[at + 3] ?? 0);
}

/**
 * A 16×8 grey baseline file written by hand: two blocks, the first at mid-grey, the second
 * brighter.
 */
function makeGreyJpeg(): Uint8Array {
  const ones = new Array<number>(64).fill(1);
  const frame = [8, 0, 8, 0, 16, 1, 1, 0x11, 0];
  // DC codes: 0 for "no difference", 10 for a difference of 10 bits. AC codes: 0 for "end of block".
  const dc = [0x00, 1, 1, ...new Array<number>(14).fill(0), 0, 10];
  const ac = [0x10, 1, ...new Array<number>(15).fill(0), 0];
  // 0 0 | 10 1000000000 0 | filled up with ones: the difference is 512, an eighth of it per pixel.
  const data = [0b00101000, 0b00000001 & 0b11111110, 0b01111111];
  return bytesOf(
    [0xff, 0xd8],
    jpegSegment(0xdb, [0, ...ones]),
    jpegSegment(0xc0, frame),
    jpegSegment(0xc4, [...dc]),
    jpegSegment(0xc4, [...ac]),
    jpegSegment(0xda, [1, 1, 0x00, 0, 63, 0]),
    data,
    [0xff, 0xd9],
  );
}

describe('JPEG decoding', () => {
  it('gives nearly the pixels that were encoded, opaque', async () => {
    const image = await jpeg.decode(file);
    expect(image.data).toBeInstanceOf(Uint8ClampedArray);
    expect(largestDifference(image, gradient)).toBeLessThanOrEqual(6);
  });

  it('reads grey files as equal colours', async () => {
    const { data, width, height } = await jpeg.decode(makeGreyJpeg());
    expect([width, height]).toEqual([16, 8]);
    expect([...data.slice(0, 4)]).toEqual([128, 128, 128, 255]);
    expect([...data.slice(4 * 8, 4 * 9)]).toEqual([192, 192, 192, 255]);
  });

  it('leaves the orientation to the caller', async () => {
    const turned = withExif(file, makeExif(6));
    expect(largestDifference(await jpeg.decode(turned), await jpeg.decode(file))).toBe(0);
    const { orientation } = probe(turned);
    const { width, height } = await orient(await jpeg.decode(turned), orientation, noPace);
    expect([width, height]).toEqual([64, 96]);
  });

  it('reads a view into a larger buffer, and ignores bytes after the end and large metadata', async () => {
    const profile = bytesOf('ICC_PROFILE\0', [1, 1], new Uint8Array(60_000).fill(0xff));
    const odd = bytesOf([1, 2, 3], withJpegSegment(file, 0xe2, profile), [0xff, 0xd8, 7]);
    expect(largestDifference(await jpeg.decode(odd.subarray(3)), await jpeg.decode(file))).toBe(0);
  });

  it('calls a file cut at any place before its last row undecodable', async () => {
    for (let length = 3; length < file.length - 6; length += 5) {
      await expect(jpeg.decode(file.subarray(0, length))).rejects.toEqual(undecodable);
    }
  });

  it('needs no end marker, in a file of one scan and in a progressive one', async () => {
    for (const kind of ['baseline', 'progressive', 'separate scans'] as const) {
      const whole = writeJpeg(gradient, { kind });
      const expected = await jpeg.decode(whole);
      for (const missing of [1, 2]) {
        const cut = whole.subarray(0, -missing);
        expect((await jpeg.decode(cut)).data).toEqual(expected.data);
        expect((await jpeg.decode(cut, { shrink: 8 })).width).toBe(12);
      }
      await expect(jpeg.decode(whole.subarray(0, -12))).rejects.toEqual(undecodable);
    }
  });

  it('refuses a progressive file that ends between two scans', async () => {
    const whole = writeJpeg(gradient, { kind: 'progressive' });
    const last = Buffer.from(whole).lastIndexOf(Buffer.from([0xff, 0xda]));
    await expect(jpeg.decode(whole.subarray(0, last))).rejects.toEqual(undecodable);
    // With an end marker, the scans that are there are all that the picture has.
    await expect(
      jpeg.decode(bytesOf(whole.subarray(0, last), [0xff, 0xd9])),
    ).resolves.toBeDefined();
  });

  it('calls a file whose middle is missing undecodable', async () => {
    const start = scanStart(file);
    const half = start + Math.floor((file.length - start) / 2);
    const shortened = bytesOf(file.subarray(0, half), [0xff, 0xd9]);
    await expect(jpeg.decode(shortened)).rejects.toEqual(undecodable);
    await expect(jpeg.decode(bytesOf(file.subarray(0, start), [0xff, 0xd9]))).rejects.toEqual(
      undecodable,
    );
  });

  it('calls a file without tables, or with thousands of scans, undecodable', async () => {
    const bare = makeJpegHeader({ width: 8, height: 8 });
    await expect(jpeg.decode(bare)).rejects.toEqual(undecodable);
    const scans = makeJpegHeader({ width: 8, height: 8, frame: 0xc2, scans: 5000 });
    await expect(jpeg.decode(scans)).rejects.toEqual(
      expect.objectContaining({
        code: 'undecodable',
        message: expect.stringContaining('100 scans'),
      }),
    );
  });

  it('refuses files of two components and of 12 bits as unsupported', async () => {
    const size = { width: 8, height: 8 };
    for (const options of [{ components: 2 }, { bitDepth: 12, frame: 0xc1 }]) {
      await expect(jpeg.decode(makeJpegHeader({ ...size, ...options }))).rejects.toEqual(
        code('format_unsupported'),
      );
    }
  });

  it('still decodes after many failures, and between them', async () => {
    const bare = makeJpegHeader({ width: 8, height: 8 });
    const whole = await jpeg.decode(file);
    for (let i = 0; i < 20; i++) await expect(jpeg.decode(bare)).rejects.toEqual(undecodable);
    const [, second] = await Promise.allSettled([jpeg.decode(bare), jpeg.decode(file)]);
    expect(second?.status).toBe('fulfilled');
    expect(largestDifference(await jpeg.decode(file), whole)).toBe(0);
  });

  // In quadratic time this would take hours.
  it('checks 20 MB of compressed data for its end in linear time', async () => {
    const start = scanStart(file);
    const filler = Buffer.alloc(20 * 2 ** 20, Buffer.from([1, 2, 3, 0xff, 0]));
    const endless = bytesOf(file.subarray(0, start), filler);
    const processorMs = startProcessorWatch();
    await jpeg.decode(endless).catch((error) => expect(error).toEqual(undecodable));
    expect(processorMs()).toBeLessThan(30_000);
  });
});

describe('JPEG encoding', () => {
  it.each([
    [1, 0x22],
    [85, 0x22],
    [89, 0x22],
    [90, 0x11],
    [100, 0x11],
  ])('samples colour for quality %i by factors %i', async (quality, factors) => {
    expect(sampling(await jpeg.encode(gradient, { quality }))).toBe(factors);
  });

  it('makes smaller files for lower quality, closer ones for higher', async () => {
    const noise = makeImage(64, 64, (x, y) => [
      (x * 91 + y * 57) & 255,
      (x * y * 7) & 255,
      (x ^ y) * 4,
      255,
    ]);
    const sizes: number[] = [];
    const errors: number[] = [];
    for (const quality of [10, 50, 85, 98]) {
      const bytes = await jpeg.encode(noise, { quality });
      const { data } = await jpeg.decode(bytes);
      sizes.push(bytes.length);
      errors.push(data.reduce((sum, value, i) => sum + (value - (noise.data[i] ?? 0)) ** 2, 0));
    }
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });

  it.each([
    [1, 1],
    [1, 3000],
    [3000, 1],
    [17, 9],
  ])('encodes %i×%i', async (width, height) => {
    const bytes = await jpeg.encode(
      makeImage(width, height, () => [200, 100, 50, 255]),
      { quality: 95 },
    );
    expect(probe(bytes)).toMatchObject({ format: 'jpeg', width, height, progressive: false });
    const { data } = await jpeg.decode(bytes);
    expect(Math.abs((data[0] ?? 0) - 200)).toBeLessThanOrEqual(2);
  });

  it('encodes pixels that are a view into a larger buffer', async () => {
    const data = new Uint8ClampedArray(gradient.data.length + 3).subarray(3);
    data.set(gradient.data);
    expect(await jpeg.encode({ ...gradient, data }, { quality: 92 })).toEqual(file);
  });

  it('refuses sides that the format cannot hold, naming the parameter', async () => {
    const strip = makeImage(65_501, 1, () => [0, 0, 0, 255]);
    await expect(jpeg.encode(strip, { quality: 85 })).rejects.toEqual(
      expect.objectContaining({ code: 'bad_option', param: 'f' }),
    );
  });
});
