// Small GIF files that demand much: huge canvases, many frames, data without end.
import { makeGif } from '../../codecs/make-headers.ts';
import { bytesOf, makeWebp, vp8x, webpChunk } from '../../helpers/files/make-image-files.ts';
import { packBits, subBlocks, writeGif } from '../../helpers/files/write-gif.ts';
import type { HostileFile } from './corpus.ts';

const MANY = 100_000;
const tiny = { width: 4, height: 4 };
const dot = {
  index: () => 0,
  palette: [
    [200, 30, 30],
    [1, 2, 3],
  ],
};

/** A GIF of 4×4 with this packed data. */
const gifOf = (data: number[]): Uint8Array =>
  bytesOf(
    writeGif(tiny, [], { palette: dot.palette, trailer: false }),
    [0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2],
    subBlocks(data),
    [0x3b],
  );

/** A GIF of 4×4 with so many frames of one pixel, 15 bytes each. */
function writeManyFrames(count: number): Uint8Array {
  const start = writeGif(tiny, [], { palette: dot.palette, trailer: false });
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return bytesOf(start, Buffer.alloc(frame.length * count, Buffer.from(frame)), [0x3b]);
}

const comments = (): Uint8Array =>
  new Uint8Array(Buffer.alloc(5 * MANY, Buffer.from([0x21, 0xfe, 1, 65, 0])));

export function gifBombs(): HostileFile[] {
  return [
    {
      name: 'GIF that claims 65535×65535',
      make: () => makeGif({ width: 65_535, height: 65_535 }),
      may: ['too_many_pixels'],
    },
    {
      name: 'GIF of a huge canvas with a frame of 1×1',
      make: () => writeGif({ width: 9000, height: 9000 }, [{ ...dot, width: 1, height: 1 }]),
      may: ['over_budget'],
    },
    {
      name: 'GIF of 1×1 with a frame of 65535×65535',
      make: () => {
        const file = makeGif({ width: 65_535, height: 65_535 });
        file.set([1, 0, 1, 0], 6);
        return file;
      },
      may: ['too_many_pixels'],
    },
    {
      name: 'GIF with 2 MB of codes that give no pixel',
      make: () => gifOf(packBits(new Array<number>(6e6).fill(4), 3)),
      may: ['undecodable'],
    },
    {
      name: 'GIF whose data never ends',
      make: () => gifOf([4, ...new Array<number>(2e6).fill(0x11)]),
      may: ['picture', 'undecodable'],
    },
    {
      name: 'GIF with 100,000 comments',
      make: () =>
        bytesOf(
          writeGif(tiny, [], { trailer: false }),
          comments(),
          writeGif(tiny, [dot]).subarray(13),
        ),
      may: ['picture'],
    },
    {
      name: 'GIF with 10,000 frames',
      make: () => writeGif(tiny, new Array(10_000).fill(dot)),
      may: ['picture'],
    },
    {
      name: 'GIF with 500,000 frames',
      make: () => writeManyFrames(500_000),
      may: ['picture'],
    },
    ...animations(),
  ];
}

/** Animations whose frames are all asked for. */
function animations(): HostileFile[] {
  const wide = { width: 200, height: 150 };
  const noise = (f: number) => ({
    index: (x: number, y: number) => Math.imul(x + 401 * y + 7919 * f, 2654435761) >>> 30,
  });
  const four = [...dot.palette, [9, 200, 9], [250, 250, 250]];
  return [
    {
      name: 'GIF with 10,000 frames, all asked for',
      make: () => writeGif(tiny, new Array(10_000).fill(dot)),
      format: 'gif',
      may: ['over_budget'],
    },
    {
      name: 'GIF with 500,000 frames, all asked for',
      make: () => writeManyFrames(500_000),
      format: 'gif',
      may: ['over_budget'],
    },
    {
      name: 'GIF of a huge canvas with 200 frames of 1×1, all asked for',
      make: () => {
        const frames = new Array(200).fill({ ...dot, width: 1, height: 1 });
        return writeGif({ width: 3000, height: 3000 }, frames);
      },
      format: 'webp',
      may: ['over_budget'],
    },
    {
      name: 'GIF with 10 frames of noise, all asked for',
      make: () =>
        writeGif(
          wide,
          Array.from({ length: 10 }, (_, f) => noise(f)),
          { palette: four },
        ),
      format: 'gif',
      may: ['picture', 'over_budget'],
    },
    {
      name: 'GIF whose third frame never ends, all asked for',
      make: () =>
        bytesOf(
          writeGif(tiny, [dot, dot], { palette: dot.palette, trailer: false }),
          [0x2c, 0, 0, 0, 0, 4, 0, 4, 0, 0, 2],
          subBlocks(packBits(new Array<number>(1e6).fill(4), 3)),
        ),
      format: 'gif',
      may: ['undecodable'],
    },
    {
      name: 'WebP with 10,000 frames, all asked for',
      make: () =>
        makeWebp(
          webpChunk('VP8X', vp8x(0x02, 16, 16)),
          webpChunk('ANIM', [0, 0, 0, 0, 0, 0]),
          ...new Array<Uint8Array>(10_000).fill(webpChunk('ANMF', new Uint8Array(24))),
        ),
      format: 'webp',
      may: ['over_budget'],
    },
  ];
}
