// Checks JPEGs of four inks: CMYK and YCCK, stored as they are or inverted, at every scale and in every kind of scan.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { coloursOf } from '../../../src/codecs/icc/icc.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { type JpegOptions, writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

let jpeg: Codec;

beforeAll(async () => {
  jpeg = (await loadCodecs()).jpeg;
});

const size = [48, 32] as const;
/** Amounts of ink that change slowly, so that an eighth of the size still shows them. */
const ink = (x: number, y: number): [number, number, number, number] => [
  40 + 3 * x,
  200 - 4 * y,
  60 + 2 * x + y,
  20 + x + y,
];
const inks = makeImage(...size, ink);
const storages = ['CMYK', 'CMYK of Adobe', 'YCCK of Adobe'] as const;

/** The largest difference between the amounts of ink and what the decoder gives at 1/shrink. */
async function largestError(options: JpegOptions, shrink: number): Promise<number> {
  const { width, height, data } = await jpeg.decode(writeJpeg(inks, options), { shrink });
  expect([width, height]).toEqual(size.map((edge) => edge / shrink));
  let most = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const middle = (at: number) => shrink * at + (shrink - 1) / 2;
      ink(middle(x), middle(y)).forEach((amount, c) => {
        most = Math.max(most, Math.abs((data[4 * (y * width + x) + c] as number) - amount));
      });
    }
  }
  return most;
}

describe.each(storages)('a JPEG in %s', (storage) => {
  it.each(['baseline', 'separate scans', 'progressive'] as const)(
    'gives the amounts of ink at every scale (%s)',
    async (kind) => {
      for (const shrink of [1, 2, 4, 8]) {
        expect(await largestError({ inks: storage, kind }, shrink), `1/${shrink}`).toBeLessThan(14);
      }
    },
  );

  it('may store all inks at the same resolution', async () => {
    const sampling = new Array<[number, number]>(4).fill([1, 1]);
    for (const kind of ['baseline', 'progressive'] as const) {
      for (const shrink of [1, 8]) {
        expect(await largestError({ inks: storage, kind, sampling }, shrink)).toBeLessThan(12);
      }
    }
  });
});

describe('four inks without a profile', () => {
  it('become colours: each takes its share of the light', async () => {
    const file = writeJpeg(inks, { inks: 'YCCK of Adobe' });
    const header = probe(file);
    expect(header).toMatchObject({ channels: 4, alpha: false });
    const image = makeImage(
      3,
      1,
      (x) =>
        [
          [0, 0, 0, 0],
          [255, 0, 51, 0],
          [0, 102, 0, 127],
        ][x] as never,
    );
    await coloursOf(file, header).convert?.(image);
    expect([...image.data]).toEqual([255, 255, 255, 255, 0, 255, 204, 255, 128, 77, 128, 255]);
  });

  it.each(['cmyk-adobe.jpg', 'cmyk-no-adobe.jpg'])(
    'show red, green and blue bars: %s',
    async (name) => {
      const file = new Uint8Array(readFileSync(new URL(`../../cases/${name}`, import.meta.url)));
      const image = await jpeg.decode(file);
      await coloursOf(file, probe(file)).convert?.(image);
      const at = (x: number, y: number) => [
        ...image.data.subarray(4 * (240 * y + x)).subarray(0, 3),
      ];
      for (const [place, [x, y]] of [
        [30, 100],
        [180, 90],
        [20, 155],
      ].entries()) {
        const colour = at(x as number, y as number);
        expect(colour.indexOf(Math.max(...colour))).toBe(place);
        expect(Math.max(...colour)).toBeGreaterThan(180);
        expect(colour.filter((value) => value < 90)).toHaveLength(2);
      }
    },
  );
});
