import { describe, expect, it } from 'vitest';
import { srgbToLinear } from '../../../src/srgb.ts';
import { byteOfLinear } from '../../../src/tensor/colour/colour.ts';
import { paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const colours = [
  [120, 100, 90],
  [255, 0, 0],
  [0, 255, 0],
  [20, 30, 200],
];
const picture = paint({ width: 4, height: 1 }, (x) => [...colours[x]!, 50 + x]);

const greyOf = ([r = 0, g = 0, b = 0]: readonly number[]): number =>
  0.2126 * srgbToLinear(r / 255) + 0.7152 * srgbToLinear(g / 255) + 0.0722 * srgbToLinear(b / 255);

describe('grayscale', () => {
  it('gives the grey of the same luminance, and keeps alpha', async () => {
    const { image } = await run('grayscale', picture);
    for (const [x, colour] of colours.entries()) {
      const grey = byteOfLinear(greyOf(colour));
      expect(pixelAt(image, x, 0)).toEqual([grey, grey, grey, 50 + x]);
    }
    // 0.2126 of the light of white is level 127, and 0.7152 of it is level 220.
    expect(pixelAt(image, 1, 0)[0]).toBe(127);
    expect(pixelAt(image, 2, 0)[0]).toBe(220);
  });

  it('mixes half and half in linear light at amount 0.5', async () => {
    const { image } = await run('grayscale,amount=0.5', picture);
    const grey = greyOf(colours[3]!);
    const half = colours[3]!.map((v) => byteOfLinear((srgbToLinear(v / 255) + grey) / 2));
    expect(pixelAt(image, 3, 0)).toEqual([...half, 53]);
  });

  it.each([0.3, 1])('leaves greys as they are at amount %d', async (amount) => {
    const greys = paint({ width: 256, height: 1 }, (x) => [x, x, x]);
    expect((await run(`grayscale,amount=${amount}`, greys)).image).toEqual(greys);
  });

  it('changes nothing at amount 0', async () => {
    expect((await run('grayscale,amount=0', picture)).image).toBe(picture);
  });
});
