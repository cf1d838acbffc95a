// Checks what the probe reads from the header of a WebP.
import { describe, expect, it } from 'vitest';
import { MOST_FRAMES } from '../../../src/codecs/most-frames.ts';
import { probe, probePrefix } from '../../../src/codecs/probe/probe.ts';
import {
  bytesOf,
  makeExif,
  makeWebp,
  uint,
  vp8Header,
  vp8x,
  webpChunk,
} from '../../helpers/files/make-image-files.ts';

const size = { width: 300, height: 200 };
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('probe of a WebP', () => {
  const lossless = (width: number, height: number, alpha: number) => [
    0x2f,
    ...uint(width - 1 + (height - 1) * 2 ** 14 + alpha * 2 ** 28, 4, { little: true }),
  ];

  it('reads lossy, lossless and extended headers', () => {
    const lossy = makeWebp(webpChunk('VP8 ', vp8Header(300, 200)));
    expect(probe(lossy)).toMatchObject({
      format: 'webp',
      ...size,
      channels: 3,
      samples: 1.5,
      alpha: false,
    });
    const scaled = makeWebp(webpChunk('VP8 ', vp8Header(300 + 0x4000, 200 + 0xc000)));
    expect(probe(scaled)).toMatchObject(size);
    const opaque = makeWebp(webpChunk('VP8L', lossless(300, 200, 0)));
    expect(probe(opaque)).toMatchObject({ ...size, alpha: false });
    const clear = makeWebp(webpChunk('VP8L', lossless(16384, 16384, 1)));
    expect(probe(clear)).toMatchObject({
      width: 16384,
      height: 16384,
      channels: 4,
      samples: 4,
      alpha: true,
    });
    const extended = makeWebp(webpChunk('VP8X', vp8x(0x10, 300, 200)));
    expect(probe(extended)).toMatchObject({ ...size, alpha: true, frames: 1 });
  });

  it('stops counting behind the most frames that are read', () => {
    const frames = new Array<Uint8Array>(MOST_FRAMES + 5).fill(
      webpChunk('ANMF', new Uint8Array(16)),
    );
    const file = makeWebp(webpChunk('VP8X', vp8x(0x02, 300, 200)), ...frames);
    expect(probe(file)).toMatchObject({ frames: MOST_FRAMES + 1 });
  });

  it('counts the frames of an animation', () => {
    const frame = webpChunk('ANMF', new Uint8Array(21));
    const start = webpChunk('VP8X', vp8x(0x02, 300, 200));
    expect(probe(makeWebp(start, frame, webpChunk('XMP ', [1]), frame, frame)).frames).toBe(3);
    expect(probe(makeWebp(start)).frames).toBe(1);
  });

  it('reads EXIF after the pixels, with and without its prefix', () => {
    for (const exif of [makeExif(6), bytesOf('Exif\0\0', makeExif(6))]) {
      const webp = makeWebp(
        webpChunk('VP8X', vp8x(0x08, 300, 200)),
        webpChunk('VP8 ', [...vp8Header(300, 200), 1]),
        webpChunk('EXIF', exif),
      );
      expect(probe(webp).orientation).toBe(6);
      expect(probePrefix(webp.subarray(0, 40))).toBeUndefined();
    }
  });

  it('reports orientation 1 if the announced EXIF is missing', () => {
    expect(probe(makeWebp(webpChunk('VP8X', vp8x(0x08, 300, 200)))).orientation).toBe(1);
  });

  it.each([
    ['no width', webpChunk('VP8 ', vp8Header(0, 200))],
    ['a wrong start code', webpChunk('VP8 ', [0x10, 0, 0, 1, 2, 3, 9, 0, 9, 0])],
    ['a frame that needs another', webpChunk('VP8 ', [0x11, ...vp8Header(9, 9).slice(1)])],
    ['a wrong lossless mark', webpChunk('VP8L', [0x2e, 1, 1, 1, 0, 0])],
    ['an unknown first chunk', webpChunk('ABCD', vp8Header(9, 9))],
    ['a short extended header', webpChunk('VP8X', vp8x(0, 9, 9).slice(0, 9))],
    ['nothing inside', new Uint8Array()],
  ])('calls a file with %s undecodable', (_, chunk) => {
    const webp = makeWebp(chunk, webpChunk('VP8 ', vp8Header(9, 9)));
    const bytes = chunk.length === 0 ? makeWebp() : webp;
    expect(() => probe(bytes)).toThrow(code('undecodable'));
  });
});
