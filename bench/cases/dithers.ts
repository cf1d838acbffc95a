// Dithering judged by numbers: the light of photographs, clumps at half tone, and strong colours in grey parts.
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { namedColours } from '../../src/tensor/palette/names.ts';
import { createPalette, type Palette } from '../../src/tensor/palette/palette.ts';
import { type Dither, dithers as kinds } from '../../src/tensor/palette/palette-indices.ts';
import { palettise } from '../../src/tensor/palette/palettise.ts';
import type { Straight } from '../../src/tensor/picture/straight.ts';
import { noPace } from '../../src/timing.ts';
import type { Effort } from '../measure/effort.ts';
import { atMost, type Outcome } from '../measure/report.ts';
import { NO_PHOTOGRAPHS, PHOTOGRAPHS, SAMPLES } from '../pictures/folders.ts';
import { clumps, type Judged, judged } from '../quality/dithers.ts';
import { straightPicture } from '../quality/straight-picture.ts';

const PALETTES = ['mono', 'gray4', 'gameboy', 'eink-red', 'eink-7', 'pico8', 'c64'];
/** Palettes whose light must be kept, and dithers that can keep it. */
const STRICT = {
  palettes: PALETTES.slice(0, 5),
  dithers: ['bayer8', 'blue-noise', 'floyd-steinberg'],
};
const photographs = [
  ...['kodim01', 'kodim03', 'kodim04', 'kodim05', 'kodim07', 'kodim08', 'kodim09', 'kodim12'],
  ...['astronaut', 'chelsea', 'coffee'],
].map((name) => `${name}.png`);
/** Cells: as small as the pictures that people dither for displays and games. */
const SIZE = { width: 256, height: 192 };
const QUICK_SIZE = { width: 32, height: 24 };

export async function dithers({ quick }: Effort): Promise<Outcome> {
  await setBackend('cpu');
  await ready();
  const [folder, names] = quick ? [SAMPLES, ['painting.jpg']] : [PHOTOGRAPHS, photographs];
  const pictures: Straight[] = [];
  for (const name of names) {
    const picture = await straightPicture(`${folder}/${name}`, quick ? QUICK_SIZE : SIZE);
    if (!picture) return { tables: [], targets: [], notes: [NO_PHOTOGRAPHS] };
    pictures.push(picture);
  }
  const rows: string[][] = [];
  const strict = { light: 0, block: 0 };
  for (const name of PALETTES) {
    const palette = createPalette(namedColours(name)!);
    for (const dither of kinds.filter((kind) => kind !== 'none')) {
      const results: Judged[] = [];
      for (const picture of pictures)
        results.push(judged(picture, palette, await indicesOf(picture, palette, dither)));
      const lights = results.map(({ light }) => light);
      const [least, most] = [Math.min(...lights), Math.max(...lights)];
      const block = Math.max(...results.map((result) => result.block));
      const stray = results.reduce((sum, result) => sum + result.stray, 0) / results.length;
      if (STRICT.palettes.includes(name) && STRICT.dithers.includes(dither)) {
        strict.light = Math.max(strict.light, 1 - least, most - 1);
        strict.block = Math.max(strict.block, block);
      }
      rows.push([
        name,
        dither,
        `${least.toFixed(3)} … ${most.toFixed(3)}`,
        block.toFixed(3),
        percent(await clumps(palette, (picture) => indicesOf(picture, palette, dither))),
        name === 'gameboy' ? '–' : percent(stray),
      ]);
    }
  }
  const columns = [
    'palette',
    'dither',
    'light, of the picture’s',
    'worst 16×16 block',
    'clumps',
    'stray hues',
  ];
  const of = `${STRICT.dithers.join(', ')} with ${STRICT.palettes.join(', ')}`;
  return {
    tables: [{ title: `Dithering of ${pictures.length} photographs at 256×192`, columns, rows }],
    targets: [
      atMost(`light off, ${of}`, 3, 100 * strict.light, '%'),
      atMost(`block off, ${of}`, 0.06, strict.block, 'of white'),
    ],
    notes: [
      'light: mean luminance of the result over that of the picture, whose luminance is first brought between the darkest and the lightest palette colour; the least and the greatest of all photographs',
      'clumps: squares of 2×2 cells of one colour, of all squares in a flat half tone between the two neighbouring colours that are farthest apart in luminance; stray hues: cells of a strong colour where the picture is nearly grey (gameboy has no grey)',
      'bayer2 and bayer4 with black and white lose shadows below half a step; atkinson loses a quarter of each error on purpose',
    ],
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const indicesOf = (picture: Straight, palette: Palette, dither: Dither): Promise<Int16Array> =>
  palettise(picture, palette, { dither, strength: 1 }, noPace);
