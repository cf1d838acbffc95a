import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { paletteNames } from '../../../src/tensor/palette/names.ts';
import { dithers } from '../../../src/tensor/palette/palette-indices.ts';
import { maxDifference, paint, pixelAt, run } from '../../helpers/files/pictures.ts';

const colourful = paint({ width: 96, height: 64 }, (x, y) => [
  128 + 120 * Math.sin((x + y) / 17),
  128 + 120 * Math.cos(x / 11),
  (4 * y) % 256,
]);
const grey = paint({ width: 64, height: 48 }, (x, y) => Array(3).fill((3 * x + y) % 256));

const coloursOf = ({ data }: { data: Uint8ClampedArray }): Set<string> => {
  const found = new Set<string>();
  for (let i = 0; i < data.length; i += 4) {
    found.add(
      `#${[0, 1, 2]
        .map((c) =>
          Number(data[i + c])
            .toString(16)
            .padStart(2, '0'),
        )
        .join('')}`,
    );
  }
  return found;
};

const complaint = (segment: string): string => {
  try {
    parsePlan([segment], effects);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

describe('palette', () => {
  it.each([...paletteNames, 'auto', 'ff0000~00f~ABCDEF'])(
    '%s: only its colours are in the picture, and in the report',
    async (palette) => {
      const { image, report } = await run(
        `pixelate,block=4,palette=${palette},dither=bayer4`,
        colourful,
      );
      const listed = report.palette as string[];
      for (const colour of coloursOf(image)) expect(listed).toContain(colour);
      expect(report.colors).toBe(listed.length);
      if (palette === 'auto') expect(listed.length).toBe(16);
      if (palette.includes('~')) expect(listed).toEqual(['#ff0000', '#0000ff', '#abcdef']);
    },
  );

  it.each(dithers)(
    'gives the same picture when the reported palette is given back (%s)',
    async (dither) => {
      const options = `block=3,outline=0.5,dither=${dither},strength=0.8`;
      const first = await run(`pixelate,${options},palette=auto,colors=9`, colourful);
      const listed = (first.report.palette as string[]).map((hex) => hex.slice(1)).join('~');
      const again = await run(`pixelate,${options},palette=${listed}`, colourful);
      expect(maxDifference(again.image, first.image)).toBe(0);
      expect(again.report).toEqual(first.report);
    },
  );

  it('can be given back for a flat picture too', async () => {
    const flat = paint({ width: 20, height: 20 }, () => [9, 200, 90]);
    const { image, report } = await run('pixelate,palette=auto', flat);
    expect(maxDifference(image, flat)).toBe(0);
    expect(report.palette).toEqual(['#000000', '#09c85a']);
  });

  it('reports nothing without a palette', async () => {
    expect((await run('pixelate', colourful)).report).toEqual({});
  });

  it.each(['palette=auto', 'palette=auto,colors=5', 'palette=mono', 'palette=gray4'])(
    'keeps grey pictures grey: %s',
    async (options) => {
      for (const dither of dithers) {
        const { image } = await run(`pixelate,block=2,${options},dither=${dither}`, grey);
        for (const colour of coloursOf(image)) expect(colour).toMatch(/^#(..)\1\1$/);
      }
    },
  );

  it('makes cells opaque from half opacity on, and clear below', async () => {
    const picture = paint({ width: 16, height: 8 }, (x) => [255, 255, 255, x < 8 ? 127 : 128]);
    for (const dither of dithers) {
      const { image } = await run(`pixelate,block=8,palette=mono,dither=${dither}`, picture);
      expect([pixelAt(image, 7, 0), pixelAt(image, 8, 0)]).toEqual([
        [0, 0, 0, 0],
        [255, 255, 255, 255],
      ]);
    }
  });

  it('keeps opacity as it is without a palette', async () => {
    const picture = paint({ width: 8, height: 8 }, () => [255, 255, 255, 100]);
    expect(pixelAt((await run('pixelate,block=8', picture)).image, 3, 3)[3]).toBe(100);
  });

  it('dithers cell by cell, not pixel by pixel', async () => {
    const flat = paint({ width: 32, height: 32 }, () => [188, 188, 188]);
    const { image } = await run('pixelate,block=8,palette=mono,dither=bayer2', flat);
    for (let y = 0; y < 32; y++) {
      for (let x = 0; x < 32; x++) {
        expect(pixelAt(image, x, y)).toEqual(pixelAt(image, x - (x % 8), y - (y % 8)));
      }
    }
    expect(pixelAt(image, 0, 0)).not.toEqual(pixelAt(image, 8, 0));
  });

  it.each([
    ['pixelate,colors=8', 'colors: expected together with palette=auto'],
    ['pixelate,palette=pico8,colors=16', 'colors: expected together with palette=auto'],
    ['pixelate,dither=bayer4', 'dither: expected together with palette'],
    ['pixelate,strength=0.5', 'strength: expected together with palette'],
    ['pixelate,palette=aabbcc~abc', 'palette: expected at least two different colours, got one'],
    ['pixelate,palette=auto,colors=1', 'colors: expected an integer from 2 to 256, got "1"'],
    ['pixelate,palette=auto,colors=257', 'colors: expected an integer from 2 to 256, got "257"'],
    ['pixelate,mode=reference,palette=mono', 'mode: expected reference alone, its grid is fixed'],
    ['pixelate,mode=reference,cells=mode', 'mode: expected reference alone, its grid is fixed'],
    ['pixelate,mode=reference,outline=1', 'mode: expected reference alone, its grid is fixed'],
  ])('refuses %s', (segment, message) => {
    expect(complaint(segment)).toBe(message);
  });

  it.each([
    'ff0000',
    'ff0000~',
    'ff0000~00ff0',
    '#ff0000~00ff00',
    'nes2',
    'PICO8',
    Array(257).fill('123456').join('~'),
  ])('refuses the palette %s and says what there is', (palette) => {
    expect(complaint(`pixelate,palette=${palette}`)).toMatch(
      /^palette: expected one of auto, pico8, .*, eink-7 or 2 to 256 hex colours joined by ~, got "/,
    );
  });
});
