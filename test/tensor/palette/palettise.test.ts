import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/image.ts';
import { namedColours } from '../../../src/tensor/palette/names.ts';
import { createPalette, type Palette } from '../../../src/tensor/palette/palette.ts';
import { dithers } from '../../../src/tensor/palette/palette-indices.ts';
import {
  type Dithering,
  imageOfIndices,
  palettise,
} from '../../../src/tensor/palette/palettise.ts';
import type { Straight } from '../../../src/tensor/picture/straight.ts';
import { noPace } from '../../../src/timing.ts';
import { paint, pixelAt } from '../../helpers/files/pictures.ts';
import { straightOf } from '../../helpers/files/straight-of.ts';

const mono = createPalette(['000000', 'ffffff']);
const gray4 = createPalette(['000000', '555555', 'aaaaaa', 'ffffff']);
const primaries = createPalette(['000000', 'ff0000', '00ff00', '0000ff', 'ffff00', 'ffffff']);

const flat = (colour: readonly number[], width = 64, height = 64): Straight => ({
  width,
  height,
  linear: Float32Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3] as number),
  alpha: undefined,
});
const straight = (image: Image) => straightOf(image);
const indicesOf = (picture: Straight, palette: Palette, options: Dithering) =>
  palettise(picture, palette, options, noPace);
const ramp = await straight(
  paint({ width: 96, height: 40 }, (x, y) => [2 * x + y, 255 - 2 * x, (5 * y) % 256]),
);

/** Mean light of each channel of the result. */
function meanLight(indices: Int16Array, { linear }: Palette): number[] {
  return [0, 1, 2].map((c) => {
    const sum = indices.reduce((acc, index) => acc + (linear[3 * index + c] as number), 0);
    return sum / indices.length;
  });
}

const ordered = ['bayer2', 'bayer4', 'bayer8', 'blue-noise'] as const;
const steps = { bayer2: 4, bayer4: 16, bayer8: 64, 'blue-noise': 256 };

describe('palettise', () => {
  it.each(ordered)('keeps the light of a flat area to half a step of %s', async (dither) => {
    for (const palette of [mono, gray4]) {
      for (const v of [0.02, 0.1, 0.18, 0.35, 0.5, 0.65, 0.8, 0.97]) {
        const light = meanLight(
          await indicesOf(flat([v, v, v]), palette, { dither, strength: 1 }),
          palette,
        );
        const gap = palette === mono ? 1 : 0.6;
        for (const mean of light) {
          expect(Math.abs(mean - v)).toBeLessThanOrEqual(gap * (0.5 / steps[dither] + 1e-6));
        }
      }
    }
  });

  it('keeps the light of a flat area by error diffusion', async () => {
    const options = { dither: 'floyd-steinberg', strength: 1 } as const;
    for (const palette of [mono, gray4]) {
      for (const v of [0.02, 0.1, 0.18, 0.35, 0.5, 0.65, 0.8, 0.97]) {
        const light = meanLight(await indicesOf(flat([v, v, v]), palette, options), palette);
        for (const mean of light) expect(Math.abs(mean - v)).toBeLessThan(0.015);
      }
    }
    const colour = [0.4, 0.3, 0.05];
    const light = meanLight(await indicesOf(flat(colour), primaries, options), primaries);
    light.forEach((mean, c) => {
      expect(Math.abs(mean - (colour[c] as number))).toBeLessThan(0.02);
    });
  });

  it('distributes errors as Floyd and Steinberg do, every second row from right to left', async () => {
    const [width, height] = [9, 7];
    const light = Float64Array.from({ length: width * height }, (_, p) => ((p * 37) % 50) / 50);
    const picture = {
      width,
      height,
      linear: Float32Array.from(
        { length: 3 * width * height },
        (_, i) => light[Math.floor(i / 3)]!,
      ),
      alpha: undefined,
    };
    const expected = Array<number>(width * height).fill(0);
    for (let y = 0; y < height; y++) {
      const ahead = y % 2 === 0 ? 1 : -1;
      for (let i = 0; i < width; i++) {
        const x = ahead > 0 ? i : width - 1 - i;
        const p = y * width + x;
        // Half of white's lightness is an eighth of its light.
        expected[p] = light[p]! > 0.125 ? 1 : 0;
        const error = light[p]! - expected[p]!;
        for (const [dx, dy, share] of [
          [ahead, 0, 7],
          [-ahead, 1, 3],
          [0, 1, 5],
          [ahead, 1, 1],
        ] as const) {
          if (x + dx < 0 || x + dx >= width || y + dy >= height) continue;
          light[p + dy * width + dx]! += (error * share) / 16;
        }
      }
    }
    const options = { dither: 'floyd-steinberg', strength: 1 } as const;
    expect([...(await indicesOf(picture, mono, options))]).toEqual(expected);
  });

  it('loses a quarter of the error with atkinson, so that light greys become white', async () => {
    const options = { dither: 'atkinson', strength: 1 } as const;
    expect(meanLight(await indicesOf(flat([0.97, 0.97, 0.97]), mono, options), mono)[0]).toBe(1);
    const middle = meanLight(
      await indicesOf(flat([0.5, 0.5, 0.5]), mono, options),
      mono,
    )[0] as number;
    expect(middle).toBeGreaterThan(0.45);
    expect(middle).toBeLessThan(0.7);
  });

  it.each(dithers)('does not change colours of the palette (%s)', async (dither) => {
    const picture = paint({ width: 12, height: 9 }, (x, y) => {
      const byte = 85 * ((x + 2 * y) % 4);
      return [byte, byte, byte];
    });
    const indices = await indicesOf(await straight(picture), gray4, { dither, strength: 1 });
    expect((await imageOfIndices(picture, gray4, indices, noPace)).data).toEqual(picture.data);
  });

  it.each(dithers)('is the nearest colour without strength (%s)', async (dither) => {
    const nearest = await indicesOf(ramp, primaries, { dither: 'none', strength: 1 });
    expect(await indicesOf(ramp, primaries, { dither, strength: 0 })).toEqual(nearest);
    if (dither === 'none') return;
    const full = await indicesOf(ramp, primaries, { dither, strength: 1 });
    const half = await indicesOf(ramp, primaries, { dither, strength: 0.5 });
    expect(full).not.toEqual(nearest);
    expect(half).not.toEqual(full);
  });

  it.each(ordered)(
    'gives a cell the same colour whatever its neighbours are (%s)',
    async (dither) => {
      const options = { dither, strength: 1 };
      const whole = await indicesOf(ramp, primaries, options);
      const changed = { ...ramp, linear: ramp.linear.slice() };
      for (let i = 0; i < changed.linear.length; i++) {
        if (Math.floor(i / 3) % 7 !== 0) changed.linear[i] = 1 - (changed.linear[i] as number);
      }
      const other = await indicesOf(changed, primaries, options);
      for (let p = 0; p < whole.length; p += 7) expect(other[p]).toBe(whole[p]);
    },
  );

  it('shows a flat half tone as a checkerboard with bayer2', async () => {
    const indices = await indicesOf(flat([0.5, 0.5, 0.5], 5, 2), mono, {
      dither: 'bayer2',
      strength: 1,
    });
    // White takes the cells with the lower half of the thresholds.
    expect([...indices]).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('does not mix distant colours if near ones give the same result', async () => {
    const used = new Set(
      await indicesOf(flat([0.2, 0.2, 0.2]), gray4, { dither: 'bayer8', strength: 1 }),
    );
    expect([...used].sort()).toEqual([1, 2]);
  });

  it.each(['floyd-steinberg', 'atkinson'] as const)(
    'does not carry what the palette cannot show into the rest of the picture (%s)',
    async (dither) => {
      const picture = paint({ width: 40, height: 40 }, (_, y) =>
        y < 20 ? [255, 0, 0] : [85, 85, 85],
      );
      const indices = await indicesOf(await straight(picture), gray4, { dither, strength: 1 });
      for (let p = 40 * 26; p < 1600; p++) expect(indices[p]).toBe(1);
    },
  );

  it('puts no dots of bright hues into dark shades', async () => {
    const pico8 = createPalette(namedColours('pico8') as string[]);
    const shade = flat([0.02, 0.03, 0.02]);
    const indices = await indicesOf(shade, pico8, { dither: 'floyd-steinberg', strength: 1 });
    const used = [...new Set(indices)].map((index) => pico8.hex[index]);
    for (const bright of ['#ff004d', '#00e436', '#29adff', '#ffec27']) {
      expect(used).not.toContain(bright);
    }
  });

  it.each(dithers)(
    'gives clear pixels no colour, and does not spread theirs (%s)',
    async (dither) => {
      const picture = paint({ width: 16, height: 8 }, (x) =>
        x < 8 ? [255, 0, 255, 127] : [85, 85, 85, 128],
      );
      const indices = await indicesOf(await straight(picture), gray4, { dither, strength: 1 });
      const image = await imageOfIndices(picture, gray4, indices, noPace);
      expect(pixelAt(image, 7, 3)).toEqual([0, 0, 0, 0]);
      for (let x = 8; x < 16; x++) expect(pixelAt(image, x, 5)).toEqual([85, 85, 85, 255]);
    },
  );
});
