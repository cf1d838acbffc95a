// Sixteen colours for small pictures: ours against image-q and sharp, by colour error and time.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import * as imageQ from 'image-q';
import sharp from 'sharp';
import { effects } from '../../src/effects/index.ts';
import { createImage, type Image } from '../../src/image.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { runPlan } from '../../src/render/run.ts';
import { median, type Outcome, rounded } from '../measure/report.ts';
import { ciede2000, type Lab, labsOf } from '../pictures/ciede2000.ts';

const folder = join(import.meta.dirname, '../../../shared/images/photos');
const names = [
  'kodim01',
  'kodim03',
  'kodim05',
  'kodim07',
  'kodim08',
  'kodim12',
  'astronaut',
  'coffee',
];
const size = { width: 128, height: 96 };
const COLOURS = 16;

type Quantise = (image: Image) => Promise<Uint8ClampedArray | Uint8Array>;

const ours =
  (dither: string): Quantise =>
  async (image) => {
    const plan = parsePlan(
      [
        `pixelate,columns=${size.width},rows=${size.height},palette=auto,colors=${COLOURS},dither=${dither}`,
      ],
      effects,
    );
    const inputs = { image, further: new Map(), reports: false };
    const { image: result } = await runPlan(plan, inputs, { now: () => 0, pause: async () => {} });
    return result.data;
  };

const imageq =
  (
    paletteQuantization: 'wuquant' | 'neuquant' | 'rgbquant',
    imageQuantization: 'nearest' | 'floyd-steinberg',
  ): Quantise =>
  async ({ data, width, height }) => {
    const points = imageQ.utils.PointContainer.fromUint8Array(data, width, height);
    const colorDistanceFormula = 'euclidean-bt709';
    const palette = imageQ.buildPaletteSync([points], {
      colorDistanceFormula,
      paletteQuantization,
      colors: COLOURS,
    });
    return imageQ
      .applyPaletteSync(points, palette, { colorDistanceFormula, imageQuantization })
      .toUint8Array();
  };

const sharpPalette =
  (dither: number): Quantise =>
  async ({ data, width, height }) => {
    const raw = sharp(data, { raw: { width, height, channels: 4 } });
    const png = await raw.png({ palette: true, colours: COLOURS, dither, effort: 7 }).toBuffer();
    return sharp(png).ensureAlpha().raw().toBuffer();
  };

const plain: Record<string, Quantise> = {
  'ours, palette=auto': ours('none'),
  'image-q, Wu': imageq('wuquant', 'nearest'),
  'image-q, NeuQuant': imageq('neuquant', 'nearest'),
  'image-q, RGBQuant': imageq('rgbquant', 'nearest'),
  'sharp, palette': sharpPalette(0),
};
const dithered: Record<string, Quantise> = {
  'ours, floyd-steinberg': ours('floyd-steinberg'),
  'ours, bayer4': ours('bayer4'),
  'ours, blue-noise': ours('blue-noise'),
  'image-q, Wu, Floyd–Steinberg': imageq('wuquant', 'floyd-steinberg'),
  'sharp, palette, dither 1': sharpPalette(1),
};

const meanError = (a: Lab[], b: Lab[]): number =>
  a.reduce((sum, lab, i) => sum + ciede2000(lab, b[i] as Lab), 0) / a.length;

/** As a dither is meant to be seen: 3×3 means, by sharp so that nobody's own code judges. */
const seen = async (data: Uint8ClampedArray | Uint8Array): Promise<Uint8Array> =>
  sharp(data, { raw: { ...size, channels: 4 } })
    .removeAlpha()
    .blur(1)
    .ensureAlpha()
    .raw()
    .toBuffer();

async function compare(
  all: Record<string, Quantise>,
  images: Image[],
  look: boolean,
  rounds: number,
) {
  const view = async (data: Uint8ClampedArray | Uint8Array) =>
    labsOf(look ? await seen(data) : data);
  const originals = await Promise.all(images.map(({ data }) => view(data)));
  const empty = () => Object.fromEntries(Object.keys(all).map((name) => [name, [] as number[]]));
  const samples: Record<string, number[]> = empty();
  const errors: Record<string, number[]> = empty();
  for (let round = 0; round <= rounds; round++) {
    for (const [i, image] of images.entries()) {
      for (const [name, quantise] of Object.entries(all)) {
        const began = performance.now();
        const data = await quantise(image);
        // The first round warms up.
        if (round > 0) samples[name]?.push(performance.now() - began);
        if (round === 0) {
          errors[name]?.push(meanError(originals[i] as Lab[], await view(data)));
        }
      }
    }
  }
  const rows = Object.keys(all).map((name) => {
    const list = errors[name] as number[];
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    return [
      name,
      mean.toFixed(2),
      Math.max(...list).toFixed(2),
      rounded(median(samples[name] as number[])),
    ];
  });
  return { rows, samples, errors };
}

export async function palettes(rounds: (n: number) => number): Promise<Outcome> {
  await setBackend('cpu');
  await ready();
  const images: Image[] = [];
  for (const name of names) {
    const file = await readFile(join(folder, `${name}.png`)).catch(() => undefined);
    if (!file)
      return {
        tables: [],
        targets: [],
        samples: {},
        notes: ['not measured: the shared photographs are not beside the checkout'],
      };
    const { width, height } = size;
    const data = await sharp(file)
      .resize(width, height, { fit: 'cover' })
      .ensureAlpha()
      .raw()
      .toBuffer();
    images.push(createImage(size, new Uint8ClampedArray(data)));
  }
  const columns = ['', 'mean ΔE2000', 'worst picture', 'median ms'];
  const flat = await compare(plain, images, false, rounds(5));
  const mixed = await compare(dithered, images, true, rounds(5));
  const error = (list: number[] | undefined): number =>
    (list as number[]).reduce((a, b) => a + b, 0) / (list as number[]).length;
  const best = Math.min(
    ...Object.keys(plain)
      .slice(1)
      .map((name) => error(flat.errors[name])),
  );
  const own = error(flat.errors['ours, palette=auto']);
  return {
    tables: [
      {
        title: 'Sixteen colours at 128×96, eight photographs, no dither',
        columns,
        rows: flat.rows,
      },
      { title: 'Sixteen colours with dither, seen slightly blurred', columns, rows: mixed.rows },
    ],
    targets: [
      {
        name: 'mean ΔE2000 below the best rival',
        limit: `< ${best.toFixed(2)}`,
        value: own.toFixed(2),
        reached: own < best,
      },
    ],
    samples: { ...flat.samples, ...mixed.samples },
    notes: [
      'in Node on the cpu backend, decoding left out; sharp’s times include PNG encoding and decoding of the result',
    ],
  };
}
