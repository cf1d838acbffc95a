// What is known of a picture's transparency without a search is what a search finds.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Codec } from '../../../src/codecs/codec.ts';
import { createImage, hasTransparency, type Image } from '../../../src/image.ts';
import { blurred } from '../../../src/tensor/filter/blur.ts';
import { filledCanvas, parseColour } from '../../../src/tensor/picture/composite.ts';
import { imageOf, lightOf } from '../../../src/tensor/resample/convert.ts';
import { imageSource } from '../../../src/tensor/resample/light-rows.ts';
import { scaled } from '../../../src/tensor/resample/scale.ts';
import { noPace } from '../../../src/timing.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { writeJpeg } from '../../helpers/files/write-jpeg.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const work = { kernels, pace: noPace };

/** Expects the same of the picture and of a copy, of which nothing is known. */
function agrees(image: Image): boolean {
  const found = hasTransparency(createImage(image, image.data.slice()));
  expect(hasTransparency(image)).toBe(found);
  return found;
}

describe.each([
  { name: 'an opaque picture', least: 255 },
  { name: 'a picture with one transparent pixel', least: 254 },
])('$name', ({ least }) => {
  const picture = makeImage(40, 30, (x, y) => [3 * x, 5 * y, 99, x + y === 69 - 1 ? least : 255]);

  it('is known for what it is after each step', async () => {
    const made = {
      scaled: await scaled(picture, { width: 40, height: 31 }, work),
      blurred: await blurred(picture, 1, work),
      'blurred widely': await blurred(picture, 9, work),
      light: await imageOf(await lightOf(imageSource(picture), work), work),
    };
    expect(agrees(picture)).toBe(least < 255);
    for (const image of Object.values(made)) agrees(image);
    expect(hasTransparency(made.light)).toBe(least < 255);
  });
});

describe('a decoded JPEG', () => {
  let jpeg: Codec;
  beforeAll(async () => {
    jpeg = (await loadCodecs()).jpeg;
  });

  it.each([1, 2, 8])('is opaque, at 1/%i', async (shrink) => {
    const file = await jpeg.encode(
      makeImage(48, 32, (x, y) => [5 * x, 7 * y, 9, 255]),
      {
        quality: 90,
      },
    );
    expect(agrees(await jpeg.decode(file, { shrink }))).toBe(false);
  });

  it.each([1, 8])('of four inks has its black in place of the opacity, at 1/%i', async (shrink) => {
    const inks = makeImage(48, 32, (x, y) => [5 * x, 7 * y, 9, 90]);
    const file = writeJpeg(inks, { inks: 'CMYK', kind: 'baseline' });
    expect(agrees(await jpeg.decode(file, { shrink }))).toBe(true);
  });
});

describe('a canvas', () => {
  it('is transparent if its colour is', () => {
    expect(agrees(filledCanvas({ width: 3, height: 2 }, parseColour('12345680')))).toBe(true);
    expect(agrees(filledCanvas({ width: 3, height: 2 }, parseColour('123456')))).toBe(false);
  });
});
