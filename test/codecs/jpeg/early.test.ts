// Checks that a JPEG decoded while it arrives is the picture that the whole file gives.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import type { Image } from '../../../src/image.ts';
import { bytesOf, makeImage } from '../../helpers/files/make-image-files.ts';
import { type JpegOptions, writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const picture = makeImage(150, 110, (x, y) => [
  120 + 90 * Math.sin(x / 9),
  (x * 7919 + y * 104729) % 256,
  2 * y,
  255,
]);
const one = [1, 1] as const;
const kinds: JpegOptions[] = [
  { sampling: [[2, 2], one, one] },
  { sampling: [[2, 2], one, one], restart: 3 },
  { sampling: [[2, 1], one, one], restart: 1 },
  { sampling: [one, one, one] },
  { sampling: [one] },
];
const files = kinds.map((options) => writeJpeg(picture, options));
let jpeg: Codec;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
});

/** Number of bytes up to the first scan's data. */
const headLength = (file: Uint8Array): number => {
  const at = Buffer.from(file).indexOf(Buffer.from([0xff, 0xda]));
  return at + 2 + file[at + 2]! * 256 + file[at + 3]!;
};

const begin = (file: Uint8Array, shrink: number) =>
  jpeg.decodeEarly!(file.subarray(0, headLength(file)), shrink);

/** The picture, or the error. */
const outcome = (work: Promise<Image>): Promise<unknown> => work.catch((error: unknown) => error);

/** Decodes while the file arrives, with these numbers of bytes at a time. */
async function decodeArriving(
  file: Uint8Array,
  { shrink, ends }: { shrink: number; ends: readonly number[] },
): Promise<Image> {
  using early = begin(file, shrink);
  expect(early).toMatchObject({ advance: expect.any(Function) });
  for (const end of ends) early!.advance(file.subarray(0, end));
  return await jpeg.decode(file, { shrink, early });
}

const chunked = (file: Uint8Array) =>
  fc
    .array(fc.nat(file.length), { maxLength: 12 })
    .map((ends) => ends.filter((end) => end >= headLength(file)).sort((a, b) => a - b));

describe('a JPEG file decoded while it arrives', () => {
  it('gives the same picture in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files).chain((file) => fc.tuple(fc.constant(file), chunked(file))),
        fc.constantFrom(2, 4, 8),
        async ([file, ends], shrink) => {
          const whole = await jpeg.decode(file, { shrink });
          expect(await decodeArriving(file, { shrink, ends })).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same picture if it comes byte by byte', async () => {
    const file = writeJpeg(
      makeImage(40, 30, (x, y) => [9 * x, 7 * y, (x * y) % 256, 255]),
      {
        restart: 2,
      },
    );
    const from = headLength(file);
    const ends = Array.from({ length: file.length - from }, (_, i) => from + i);
    for (const shrink of [2, 4, 8])
      expect(await decodeArriving(file, { shrink, ends })).toEqual(
        await jpeg.decode(file, { shrink }),
      );
  });

  it('has the same outcome if it is damaged', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files).chain((file) => fc.tuple(fc.constant(file), chunked(file))),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async ([sound, ends], changes, isCut) => {
          const from = headLength(sound);
          const file = isCut ? sound.slice(0, -9) : sound.slice();
          for (const [at, value] of changes) file[from + (at % (file.length - from))] = value;
          const whole = await outcome(jpeg.decode(file, { shrink: 4 }));
          if (whole instanceof Error) refused++;
          expect(await outcome(decodeArriving(file, { shrink: 4, ends }))).toEqual(whole);
        },
      ),
      { numRuns: 80 },
    );
    // A quarter of the files on average, so none at all is no accident.
    expect(refused).toBeGreaterThan(0);
  });

  it('is decoded anew if another scale is wanted in the end', async () => {
    const [file] = files as [Uint8Array];
    using early = begin(file, 8);
    early!.advance(file.subarray(0, -100));
    const image = await jpeg.decode(file, { shrink: 2, early });
    expect(image).toEqual(await jpeg.decode(file, { shrink: 2 }));
  });
});

describe('early decoding is not begun', () => {
  const [file] = files as [Uint8Array];

  it.each([
    ['at full size', file, 1],
    ['of a file in several scans', writeJpeg(picture, { kind: 'progressive' }), 8],
    ['of a file of unusual sampling', writeJpeg(picture, { sampling: [[4, 1], one, one] }), 8],
    ['of a damaged header', bytesOf([0xff, 0xd8, 0xff, 0xdb, 0, 1], file.subarray(2)), 8],
  ])('%s', (_, bytes, shrink) => {
    expect(begin(bytes, shrink)).toBeUndefined();
  });

  it('of a picture that would take much memory', () => {
    const large = file.slice();
    const frame = Buffer.from(large).indexOf(Buffer.from([0xff, 0xc0]));
    large.set([0x17, 0x70, 0x17, 0x70], frame + 5);
    expect(begin(large, 2)).toBeUndefined();
    using small = begin(large, 8);
    expect(small).toMatchObject({ advance: expect.any(Function) });
  });

  it('of a third file before one of the others is done', () => {
    using first = begin(file, 8);
    {
      using second = begin(file, 8);
      expect([first, second, begin(file, 8)]).toEqual([expect.anything(), second, undefined]);
    }
    using third = begin(file, 8);
    expect(third).toMatchObject({ advance: expect.any(Function) });
  });

  it('until others have been refused often, since the first may have been abandoned', async () => {
    const abandoned = begin(file, 8);
    using alive = begin(file, 8);
    abandoned!.advance(file.subarray(0, -2000));
    let next: ReturnType<typeof begin>;
    for (let i = 0; i < 20 && !next; i++) {
      alive!.advance(file.subarray(0, -2000));
      next = begin(file, 8);
    }
    const whole = await jpeg.decode(file, { shrink: 8 });
    expect(await jpeg.decode(file, { shrink: 8, early: next })).toEqual(whole);
    // The one that lost its place still gives the picture.
    abandoned!.advance(file.subarray(0, -1000));
    expect(await jpeg.decode(file, { shrink: 8, early: abandoned })).toEqual(whole);
    expect(await jpeg.decode(file, { shrink: 8, early: alive })).toEqual(whole);
  });
});
