// Checks the probe on beginnings of files and on damaged ones: the right answer, "more", or an AppError.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Probe } from '../../../src/codecs/codec.ts';
import { probe, probePrefix } from '../../../src/codecs/probe/probe.ts';
import { AppError } from '../../../src/errors.ts';
import {
  bytesOf,
  jpegSegment,
  makeExif,
  makeJpegHeader,
  makePng,
  makeWebp,
  pngChunk,
  vp8Header,
  vp8x,
  webpChunk,
  withExif,
} from '../../helpers/files/make-image-files.ts';
import { makeAvif, makeGif } from '../make-headers.ts';

const size = { width: 30, height: 20 };
const files: Record<string, Uint8Array> = {
  jpeg: withExif(makeJpegHeader({ ...size, frame: 0xc2 }), makeExif(6)),
  png: makePng({
    ...size,
    colorType: 3,
    bitDepth: 4,
    samples: (x, y) => [(x + y) % 3],
    palette: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ],
    transparency: [0, 9],
    before: [pngChunk('eXIf', makeExif(3))],
  }),
  webp: makeWebp(
    webpChunk('VP8X', vp8x(0x08, 30, 20)),
    webpChunk('VP8 ', vp8Header(30, 20)),
    webpChunk('EXIF', makeExif(8)),
  ),
  lossyWebp: makeWebp(webpChunk('VP8 ', vp8Header(30, 20))),
  gif: makeGif({ ...size, frames: 2, loops: true, transparent: true }),
  avif: makeAvif({ ...size, quarterTurns: 1, alpha: true }),
};

/** The result of a call, or the code of its AppError; any other error fails the test. */
function outcome(call: () => Probe | undefined): Probe | undefined | string {
  try {
    return call();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('probePrefix', () => {
  it.each(Object.keys(files))(
    'answers "more" or the whole answer for any start of a %s',
    (name) => {
      const bytes = files[name] as Uint8Array;
      const whole = probe(bytes);
      let answered = false;
      for (let length = 0; length <= bytes.length; length++) {
        const found = probePrefix(bytes.slice(0, length));
        // Frames are counted as they arrive.
        if (found) expect(found).toEqual({ ...whole, frames: found.frames });
        if (found) expect(found.frames).toBeLessThanOrEqual(whole.frames);
        else expect(answered, `${length} bytes, after an answer for fewer`).toBe(false);
        answered = found !== undefined;
      }
      expect(answered).toBe(true);
    },
  );

  it('answers as soon as the header is complete', () => {
    const png = files.png as Uint8Array;
    const pixels = Buffer.from(png).indexOf('IDAT');
    expect(probePrefix(png.subarray(0, pixels + 4))).toMatchObject(size);
    expect(probePrefix(png.subarray(0, pixels + 3))).toBeUndefined();
  });

  it('refuses from the first bytes if they cannot begin an image', () => {
    const page = bytesOf('<!DOCTYPE html><html lang="en">');
    expect(outcome(() => probePrefix(page))).toBe('not_an_image');
    expect(outcome(() => probePrefix(bytesOf('GIF88a and so on')))).toBe('not_an_image');
    expect(outcome(() => probePrefix(bytesOf('%PDF-1.4')))).toBe('format_unsupported');
  });

  it('waits for more of a text that may be SVG, up to a limit', () => {
    const comment = bytesOf('<?xml version="1.0"?><!-- ', 'x'.repeat(2000));
    expect(probePrefix(comment)).toBeUndefined();
    const long = bytesOf(comment, 'x'.repeat(4000));
    expect(outcome(() => probePrefix(long))).toBe('not_an_image');
  });

  it('reads a view into a larger buffer', () => {
    const jpeg = files.jpeg as Uint8Array;
    const shifted = bytesOf([9, 9, 9], jpeg, [9, 9, 9]).subarray(3, 3 + jpeg.length);
    expect(probe(shifted)).toEqual(probe(jpeg));
  });
});

describe('probe of damaged files', () => {
  const names = Object.keys(files);

  it('gives a valid answer or an AppError for random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectSane(outcome(() => probe(bytes)));
        expectSane(outcome(() => probePrefix(bytes)));
      }),
    );
  });

  it('gives a valid answer or an AppError for files with changed, cut and repeated bytes', () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      value: fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)),
      kind: fc.constantFrom('set', 'set', 'set', 'insert', 'remove', 'cut'),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        (name, edits) => {
          let bytes = [...(files[name] as Uint8Array)];
          for (const { at, value, kind } of edits) {
            const position = Math.floor(at * bytes.length);
            if (kind === 'set') bytes[position] = value;
            else if (kind === 'insert') bytes.splice(position, 0, value);
            else if (kind === 'remove') bytes.splice(position, 1);
            else bytes = bytes.slice(0, position + 1);
          }
          const damaged = Uint8Array.from(bytes);
          expectSane(outcome(() => probe(damaged)));
          expectSane(outcome(() => probePrefix(damaged)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  function expectSane(result: Probe | undefined | string) {
    if (result === undefined || typeof result === 'string') {
      expect([undefined, 'undecodable', 'not_an_image', 'format_unsupported']).toContain(result);
      return;
    }
    expect(Math.min(result.width, result.height)).toBeGreaterThanOrEqual(1);
    expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(result.orientation);
    expect([1, 2, 3, 4]).toContain(result.channels);
    expect(result.frames).toBeGreaterThanOrEqual(1);
  }

  it.each([
    ['JPEG segments', repeat(bytesOf([0xff, 0xd8]), jpegSegment(0xe0, [0]))],
    ['JPEG filler', repeat(bytesOf([0xff, 0xd8, 0xff]), bytesOf([0xff]))],
    ['PNG chunks', repeat((files.png as Uint8Array).subarray(0, 33), pngChunk('teXt'))],
    ['WebP chunks', repeat(webpStart(), webpChunk('ABCD', []))],
    ['GIF comments', repeat(gifStart(), bytesOf([0x21, 0xfe, 1, 65, 0]))],
    ['AVIF boxes', repeat(makeAvif(size).subarray(0, 28), bytesOf([0, 0, 0, 8], 'free'))],
    ['spaces', repeat(bytesOf('<'), bytesOf(' '))],
  ])(
    // In quadratic time this would take hours.
    'is through 20 MB of %s in linear time',
    (_, bytes) => {
      expect(outcome(() => probePrefix(bytes))).not.toBeInstanceOf(Object);
    },
    60_000,
  );

  function repeat(start: Uint8Array, piece: Uint8Array): Uint8Array {
    const bytes = Buffer.alloc(20 * 2 ** 20);
    bytes.set(start);
    bytes.fill(piece, start.length);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  function webpStart(): Uint8Array {
    const start = makeWebp(webpChunk('VP8X', vp8x(0x08, 30, 20)));
    start.set([0xff, 0xff, 0xff, 0x7f], 4);
    return start;
  }

  function gifStart(): Uint8Array {
    return makeGif(size).subarray(0, 19);
  }
});
