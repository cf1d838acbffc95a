import { describe, expect, it } from 'vitest';
import { srgbToLinear } from '../../../src/srgb.ts';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const greys = paint({ width: 256, height: 1 }, (x) => [x, x, x]);

/** CIE L* of sRGB levels, 0…1. */
function lightnessOf(bytes: readonly number[]): number {
  const [r, g, b] = bytes.slice(0, 3).map((v) => srgbToLinear(v / 255)) as [number, number, number];
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 0.008856 ? 1.16 * Math.cbrt(y) - 0.16 : 9.033 * y;
}

describe('duotone', () => {
  it('maps black to one colour and white to the other, and keeps alpha', async () => {
    const ends = paint({ width: 2, height: 1 }, (x) => [255 * x, 255 * x, 255 * x, 7 + x]);
    const { image } = await run('duotone,dark=3a0ca3,light=ffd166', ends);
    expect(pixelAt(image, 0, 0)).toEqual([0x3a, 0x0c, 0xa3, 7]);
    expect(pixelAt(image, 1, 0)).toEqual([0xff, 0xd1, 0x66, 8]);
  });

  it('places a grey between them by its CIE lightness', async () => {
    const { image } = await run('duotone,dark=14213d,light=ffe8c7', greys);
    const [dark, light] = [lightnessOf([0x14, 0x21, 0x3d]), lightnessOf([0xff, 0xe8, 0xc7])];
    for (const x of [32, 99, 128, 200]) {
      const expected = dark + lightnessOf([x, x, x]) * (light - dark);
      // Largest difference between OKLab's lightness and CIE's for colours.
      expect(Math.abs(lightnessOf(pixelAt(image, x, 0)) - expected)).toBeLessThan(0.03);
    }
  });

  it('keeps the lightness of the picture: from black to white, greys are unchanged', async () => {
    const { image } = await run('duotone,dark=000,light=fff', greys);
    expect(image).toEqual(greys);
  });

  it('gives colours of equal luminance the same tone', async () => {
    // Both have 0.2126 of white's light.
    const two = paint({ width: 2, height: 1 }, (x) => (x === 0 ? [255, 0, 0] : [127, 127, 127]));
    const { image } = await run('duotone,dark=000,light=fff', two);
    expect(pixelAt(image, 0, 0)).toEqual([127, 127, 127, 255]);
    expect(pixelAt(image, 1, 0)).toEqual([127, 127, 127, 255]);
  });

  it('has no bands: neighbouring greys are a few levels apart, in order', async () => {
    const { image } = await run('duotone,dark=14213d,light=ffe8c7', greys);
    for (let x = 1; x < 256; x++) {
      const [before, here] = [pixelAt(image, x - 1, 0), pixelAt(image, x, 0)];
      for (let c = 0; c < 3; c++) {
        expect(here[c]! - before[c]!).toBeGreaterThanOrEqual(0);
        expect(here[c]! - before[c]!).toBeLessThanOrEqual(3);
      }
    }
  });

  it('changes nothing at amount 0, and mixes proportionally below 1', async () => {
    expect((await run('duotone,amount=0', greys)).image).toBe(greys);
    const ends = paint({ width: 1, height: 1 }, () => [0, 0, 0]);
    const { image } = await run('duotone,amount=0.5,dark=fff', ends);
    // Half of white's light.
    expect(pixelAt(image, 0, 0)).toEqual([188, 188, 188, 255]);
  });

  it('refuses colours with an alpha channel', async () => {
    await expect(run('duotone,dark=11223344', greys)).rejects.toMatchObject({
      code: 'bad_option',
      param: 'dark',
      message:
        'dark: expected an opaque colour of CSS such as ffe8c7, red or rgb(255 232 199), got "11223344"',
    });
  });
});
