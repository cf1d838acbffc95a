// Checks ThumbHashes with the decoder of the format's author.
import fc from 'fast-check';
import {
  thumbHashToApproximateAspectRatio,
  thumbHashToAverageRGBA,
  thumbHashToRGBA,
} from 'thumbhash';
import { describe, expect, it } from 'vitest';
import { THUMBHASH_EDGE, thumbhashOf } from '../../../src/codecs/placeholder/thumbhash.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';

const bytesOf = (text: string) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const size = fc.integer({ min: 1, max: THUMBHASH_EDGE });
const level = fc.integer({ min: 0, max: 255 });

describe('thumbhash', () => {
  it('is base64 with padding', () => {
    const text = thumbhashOf(makeImage(100, 75, (x, y) => [2 * x, 3 * y, x + y, 255]));
    expect(text).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
    expect(text.length % 4).toBe(0);
    expect(bytesOf(text).length).toBeLessThanOrEqual(25);
  });

  it('shows a plain colour of any size as nearly that colour', () => {
    fc.assert(
      fc.property(size, size, level, level, level, (width, height, r, g, b) => {
        const hash = bytesOf(thumbhashOf(makeImage(width, height, () => [r, g, b, 255])));
        const { rgba } = thumbHashToRGBA(hash);
        for (const [c, want] of [r, g, b].entries()) {
          for (const at of [0, rgba.length / 2, rgba.length - 4]) {
            expect(Math.abs((rgba[(at & ~3) + c] as number) - want)).toBeLessThanOrEqual(9);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the mean colour and the aspect ratio of the picture', () => {
    const hash = bytesOf(thumbhashOf(makeImage(100, 60, (x, y) => [2 * x, 4 * y, 90, 255])));
    const { r, g, b, a } = thumbHashToAverageRGBA(hash);
    expect([r, g, b].map((v) => Math.round(255 * v))).toEqual([
      expect.closeTo(99, -1),
      expect.closeTo(118, -1),
      expect.closeTo(90, -1),
    ]);
    expect(a).toBe(1);
    expect(thumbHashToApproximateAspectRatio(hash)).toBeCloseTo(100 / 60, 0);
  });

  it('keeps the transparent parts of the picture', () => {
    const image = makeImage(64, 64, (x) => [0, 128, 255, x < 32 ? 0 : 255]);
    const { w, h, rgba } = thumbHashToRGBA(bytesOf(thumbhashOf(image)));
    const mean = (half: number) =>
      rgba
        .filter((_, i) => i % 4 === 3 && Math.floor((i % (4 * w)) / (2 * w)) === half)
        .reduce((sum, alpha) => sum + alpha, 0) /
      ((w * h) / 2);
    expect(mean(0)).toBeLessThan(40);
    expect(mean(1)).toBeGreaterThan(215);
  });

  it('gives a hash for a picture without a single opaque pixel', () => {
    const { rgba } = thumbHashToRGBA(bytesOf(thumbhashOf(makeImage(9, 9, () => [255, 0, 0, 0]))));
    expect(Math.max(...rgba.filter((_, i) => i % 4 === 3))).toBe(0);
  });

  it('refuses sides above its limit', () => {
    expect(() => thumbhashOf(makeImage(1, 101, () => [0, 0, 0, 255]))).toThrow(RangeError);
  });
});
