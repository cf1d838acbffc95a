// Valid pictures of extreme shapes: one pixel, one row, all transparent, every orientation.
import {
  makeExif,
  makeImage,
  makePng,
  type PngOptions,
  withExif,
} from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import type { HostileFile, Sound } from './corpus.ts';

const asPicture = ['picture'] as const;
const LONG = 20_000;

const png = (width: number, height: number, more: Partial<PngOptions> = {}) =>
  makePng({
    width,
    height,
    colorType: 0,
    bitDepth: 8,
    samples: (x, y) => [(x + y) & 255],
    ...more,
  });

const jpeg = (width: number, height: number) =>
  writeJpeg(
    makeImage(width, height, (x, y) => [(x + y) & 255, 9, 200, 255]),
    { sampling: [[1, 1]] },
  );

export function shapes({ jpeg: sound }: Sound): HostileFile[] {
  return [
    { name: 'PNG of 1×1', make: () => png(1, 1), may: asPicture, size: [1, 1] },
    { name: 'JPEG of 1×1', make: () => jpeg(1, 1), may: asPicture, size: [1, 1] },
    { name: 'PNG of 1×20000', make: () => png(1, LONG), may: asPicture, size: [1, LONG] },
    { name: 'PNG of 20000×1', make: () => png(LONG, 1), may: asPicture, size: [64, 1] },
    { name: 'JPEG of 1×20000', make: () => jpeg(1, LONG), may: asPicture, size: [1, LONG] },
    { name: 'JPEG of 20000×1', make: () => jpeg(LONG, 1), may: asPicture, size: [64, 1] },
    {
      name: 'interlaced PNG of 1×3',
      make: () => png(1, 3, { interlaced: true }),
      may: asPicture,
      size: [1, 3],
    },
    {
      name: 'PNG that is all transparent',
      make: () => png(128, 64, { colorType: 4, samples: () => [77, 0] }),
      may: asPicture,
      size: [64, 32],
    },
    ...Array.from({ length: 8 }, (_, i) => ({
      name: `JPEG with EXIF orientation ${i + 1}`,
      make: () => withExif(sound, makeExif(i + 1)),
      may: asPicture,
      size: i < 4 ? ([48, 40] as const) : ([40, 48] as const),
    })),
  ];
}
