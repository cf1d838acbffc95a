// Checks BlurHashes with the decoder of the format's authors.
import { decode, encode, isBlurhashValid } from 'blurhash';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLURHASH_EDGE, blurhashOf } from '../../../src/codecs/placeholder/blurhash.ts';
import type { Image } from '../../../src/image.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';

const componentsOf = (hash: string) => {
  const flag =
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~'.indexOf(
      hash.charAt(0),
    );
  return [(flag % 9) + 1, Math.floor(flag / 9) + 1];
};

const size = fc.integer({ min: 1, max: BLURHASH_EDGE });
const level = fc.integer({ min: 0, max: 255 });

/** Root mean square difference of colour levels, after decoding to the picture's own size. */
function difference({ width, height, data }: Image): number {
  const shown = decode(blurhashOf({ width, height, data }), width, height);
  const sum = data.reduce((s, v, i) => s + (i % 4 < 3 ? (v - (shown[i] as number)) ** 2 : 0), 0);
  return Math.sqrt(sum / (3 * width * height));
}

describe('blurhash', () => {
  it('agrees with the authors’ encoder if the largest coefficient is positive', () => {
    const fading = makeImage(64, 48, (x, y) => [255 - 3 * x, 240 - 2 * x - y, 120 - x, 255]);
    expect(blurhashOf(fading)).toBe(encode(fading.data, 64, 48, 4, 3));
  });

  it.each(['right', 'bottom'])('keeps the contrast of a picture brighter to the %s', (side) => {
    const image = makeImage(64, 64, (x, y) => {
      const v = 4 * (side === 'right' ? x : y);
      return [v, v, v, 255];
    });
    const shown = decode(blurhashOf(image), 8, 8);
    expect(shown[0]).toBeLessThan(60);
    expect(shown[4 * 63]).toBeGreaterThan(170);
    expect(difference(image)).toBeLessThan(20);
  });

  it.each([
    [64, 48, [4, 3]],
    [48, 64, [3, 4]],
    [64, 60, [4, 4]],
    [1, 1, [4, 4]],
    [64, 1, [4, 3]],
  ])('has components for %i×%i pixels', (width, height, expected) => {
    const hash = blurhashOf(makeImage(width, height, () => [9, 99, 199, 255]));
    expect(isBlurhashValid(hash)).toEqual({ result: true });
    expect(componentsOf(hash)).toEqual(expected);
  });

  it('shows a plain colour of any size as nearly that colour', () => {
    fc.assert(
      fc.property(size, size, level, level, level, (width, height, r, g, b) => {
        // The format's cosines do not sum to zero over a picture: 13 levels at 1×1, 8 at 2×2, 5 from 8×8 on.
        const most = Math.min(width, height) < 3 ? 14 : 9;
        expect(difference(makeImage(width, height, () => [r, g, b, 255]))).toBeLessThan(most);
      }),
      { numRuns: 40 },
    );
  });

  it('has the mean light of the picture', () => {
    const image = makeImage(40, 30, (x, y) => ((x + y) & 1 ? [255, 255, 0, 255] : [0, 0, 0, 255]));
    const shown = decode(blurhashOf(image), 20, 15);
    // Half the light of 255 is level 188.
    const mean = (c: number) =>
      shown.filter((_, i) => i % 4 === c).reduce((s, v) => s + v, 0) / (20 * 15);
    expect(Math.abs(mean(0) - 188)).toBeLessThan(4);
    expect(Math.abs(mean(1) - 188)).toBeLessThan(4);
    expect(mean(2)).toBeLessThan(4);
  });

  it('lays transparent pixels on white', () => {
    const clear = makeImage(20, 20, (x) => [255, 0, 0, x < 10 ? 0 : 128]);
    const flat = makeImage(20, 20, (x) => (x < 10 ? [255, 255, 255, 255] : [255, 127, 127, 255]));
    expect(blurhashOf(clear)).toBe(blurhashOf(flat));
  });

  it('refuses sides above its limit', () => {
    expect(() => blurhashOf(makeImage(65, 1, () => [0, 0, 0, 255]))).toThrow(RangeError);
  });
});
