import { describe, expect, it } from 'vitest';
import { calmed } from '../../../src/effects/pixelart/calm.ts';
import { joinStrays } from '../../../src/effects/pixelart/strays.ts';
import { createPalette } from '../../../src/tensor/palette/palette.ts';
import { noPace } from '../../../src/timing.ts';

const size = { width: 8, height: 6 };
const smooth = new Float32Array(48);
/** So much of it that nothing counts as a feature. */
const rough = new Float32Array(48).fill(1);

const codes = (value: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: 3 * 48 }, (_, i) => {
    const p = Math.floor(i / 3);
    return value(p % 8, Math.floor(p / 8));
  });

describe('calmed', () => {
  it('evens out what differs little and keeps a contour', () => {
    const noisy = codes((x, y) => (x < 4 ? 0.2 : 0.8) + ((x + y) % 2 ? 0.02 : -0.02));
    const calm = calmed(noisy, { ...size, alpha: undefined, texture: rough }, 0.1);
    calm.forEach((value, i) => {
      const left = Math.floor(i / 3) % 8 < 4;
      expect(Math.abs(value - (left ? 0.2 : 0.8))).toBeLessThan(0.012);
    });
  });

  it('leaves a flat picture as it is, and clear cells out', () => {
    const flat = codes(() => 0.4);
    const alpha = new Float32Array(48).fill(1);
    flat.fill(0.45, 0, 3);
    alpha[0] = 0;
    const calm = calmed(flat, { ...size, alpha, texture: smooth }, 0.1);
    expect(calm[3]).toBeCloseTo(0.4, 6);
    expect(calm[30]).toBeCloseTo(0.4, 6);
  });
});

describe('calmed, of features', () => {
  it('keeps more of a small feature where its surroundings are calm', () => {
    const spot = codes((x, y) => (x === 4 && y === 3 ? 0.5 : 0.6));
    const at = 3 * (3 * 8 + 4);
    const [kept, lost] = [smooth, rough].map(
      (texture) => calmed(spot, { ...size, alpha: undefined, texture }, 0.1)[at]!,
    );
    expect(lost).toBeGreaterThan(0.57);
    expect(kept).toBeLessThan(0.55);
  });

  it('keeps differences of colour that it would even out in grey', () => {
    const contrast = (change: readonly number[]): number => {
      const stripe = codes(() => 0.5);
      for (let y = 0; y < 6; y++) {
        for (let c = 0; c < 3; c++) stripe[3 * (8 * y + 4) + c]! += change[c]!;
      }
      const calm = calmed(stripe, { ...size, alpha: undefined, texture: rough }, 0.07);
      const [at, by] = [3 * (3 * 8 + 4), 3 * (3 * 8 + 1)];
      return Math.hypot(...[0, 1, 2].map((c) => calm[at + c]! - calm[by + c]!));
    };
    // Both of the same length; the second has no luma.
    const [r, b] = [0.1, -0.1];
    const chroma = [r, -(0.299 * r + 0.114 * b) / 0.587, b];
    const grey = Math.hypot(...chroma) / Math.sqrt(3);
    expect(contrast(chroma)).toBeGreaterThan(1.2 * contrast([grey, grey, grey]));
  });
});

describe('joinStrays', () => {
  // Three greys, of which two are alike, and red.
  const palette = createPalette(['808080', '888888', '101010', 'ff0000']);

  const joined = async (cells: string, most: number): Promise<string> => {
    const rows = cells.trim().split(/\s+/);
    const indices = Int16Array.from(rows.join(''), (digit) => (digit === '.' ? -1 : Number(digit)));
    await joinStrays(
      indices,
      { width: rows[0]!.length, height: rows.length },
      { palette, most },
      noPace,
    );
    return [...indices].map((index) => (index < 0 ? '.' : index)).join('');
  };

  it('gives a stray cell its neighbours’ colour if it differs little', async () => {
    expect(await joined('000 010 000', 0.1)).toBe('000000000');
  });

  it('leaves what stands out, pairs, and clear cells', async () => {
    expect(await joined('000 020 000', 0.1)).toBe('000020000');
    expect(await joined('0000 0110 0000', 0.1)).toBe('000001100000');
    expect(await joined('... .1. ...', 0.1)).toBe('....1....');
    expect(await joined('0.0 .1. 0.0', 0.1)).toBe('0.0.0.0.0');
  });

  it('chooses the nearest of colours that are as frequent', async () => {
    expect(await joined('002 012 022', 1)).toBe('002002022');
  });
});
