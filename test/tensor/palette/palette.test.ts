import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namedColours, paletteNames } from '../../../src/tensor/palette/names.ts';
import { createNearestColour } from '../../../src/tensor/palette/nearest-colour.ts';
import { createPalette, pixelsOf } from '../../../src/tensor/palette/palette.ts';

describe('named palettes', () => {
  it.each([
    ['pico8', 16, '1d2b53', 'ffccaa'],
    ['gameboy', 4, '0f380f', '9bbc0f'],
    ['nes', 55, '7c7c7c', 'f8d8f8'],
    ['c64', 16, '68372b', '959595'],
    ['zx', 15, '0000d7', 'ffffff'],
    ['cga', 16, 'aa5500', 'ffffff'],
    ['sweetie16', 16, '1a1c2c', '333c57'],
    ['db16', 16, '140c1c', 'deeed6'],
    ['db32', 32, '222034', '8a6f30'],
    ['edg32', 32, 'be4a2f', 'c28569'],
    ['mono', 2, '000000', 'ffffff'],
    ['gray4', 4, '555555', 'aaaaaa'],
    ['eink-red', 3, '000000', 'ff0000'],
    ['eink-yellow', 3, 'ffffff', 'ffff00'],
    ['eink-7', 7, '0000ff', 'ff8000'],
  ])('%s has %i different colours', (name, count, one, another) => {
    const colours = namedColours(name) as string[];
    expect(colours.filter((text) => /^[0-9a-f]{6}$/.test(text)).length).toBe(count);
    expect(new Set(colours).size).toBe(count);
    expect(colours).toEqual(expect.arrayContaining([one, another]));
  });

  it('are those of the list, and no inherited name', () => {
    expect(paletteNames.length).toBe(15);
    expect(namedColours('toString')).toBeUndefined();
  });
});

describe('createPalette', () => {
  it('keeps the order, drops repeated colours, knows the darkest', () => {
    const palette = createPalette(['FFFFFF', '0000ff', 'ffffff', '00ff00']);
    expect(palette.hex).toEqual(['#ffffff', '#0000ff', '#00ff00']);
    expect([palette.count, palette.darkest]).toEqual([3, 1]);
    expect([...new Uint8Array(pixelsOf(palette).buffer)].slice(4, 8)).toEqual([0, 0, 255, 255]);
  });
});

describe('createNearestColour', () => {
  const digits = fc.integer({ min: 0, max: 0xffffff }).map((v) => v.toString(16).padStart(6, '0'));

  it('finds what a search through all colours finds', () => {
    const asked = fc.tuple(
      fc.double({ min: -0.2, max: 1.2, noNaN: true }),
      fc.double({ min: -0.8, max: 0.8, noNaN: true }),
      fc.double({ min: -0.8, max: 0.8, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(digits, { minLength: 1, maxLength: 40 }), asked, (colours, colour) => {
        const { count, lab } = createPalette(colours);
        const distance = (i: number): number =>
          Math.hypot(...colour.map((v, c) => v - (lab[3 * i + c] as number)));
        const found = distance(createNearestColour({ count, lab })(...colour));
        for (let i = 0; i < count; i++) expect(found).toBeLessThanOrEqual(distance(i) + 1e-7);
      }),
    );
  });
});
