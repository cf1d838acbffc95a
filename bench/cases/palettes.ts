// Sixteen colours for small pictures: ours against image-q and sharp, by colour error and time.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as imageQ from 'image-q';
import sharp from 'sharp';
import { effects } from '../../src/effects/index.ts';
import { createImage, type Image, type Size } from '../../src/image.ts';
import { loadPixelKernels } from '../../src/node/pixel-kernels.ts';
import { prepareTensors } from '../../src/node/tensors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { runPlan } from '../../src/render/run.ts';
import type { Effort } from '../measure/effort.ts';
import { median, type Outcome, rounded, type Table } from '../measure/report.ts';
import { ciede2000, type Lab, labsOf } from '../pictures/ciede2000.ts';
import { NO_PHOTOGRAPHS, PHOTOGRAPHS, SAMPLES } from '../pictures/folders.ts';

const photographs = [
  'kodim01.png',
  'kodim03.png',
  'kodim05.png',
  'kodim07.png',
  'kodim08.png',
  'kodim12.png',
  'astronaut.png',
  'coffee.png',
];
/** For quick runs, which work on every machine. */
const samples = ['painting.jpg'];
const SIZE = { width: 128, height: 96 };
const QUICK_SIZE = { width: 40, height: 30 };
const COLOURS = 16;
const kernels = await loadPixelKernels();

type Quantise = (image: Image) => Promise<Uint8ClampedArray | Uint8Array>;
type Quantisers = Readonly<Record<string, Quantise>>;

const ours =
  (dither: string): Quantise =>
  async (image) => {
    const grid = `columns=${image.width},rows=${image.height}`;
    const plan = parsePlan(
      [`pixelate,${grid},palette=auto,colors=${COLOURS},dither=${dither}`],
      effects,
    );
    const inputs = { image, further: new Map(), reports: false };
    const { image: result } = await runPlan(plan, inputs, {
      now: () => 0,
      pause: async () => {},
      kernels,
    });
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

const OURS = 'ours, palette=auto';
const withoutDither: Quantisers = {
  [OURS]: ours('none'),
  'image-q, Wu': imageq('wuquant', 'nearest'),
  'image-q, NeuQuant': imageq('neuquant', 'nearest'),
  'image-q, RGBQuant': imageq('rgbquant', 'nearest'),
  'sharp, palette': sharpPalette(0),
};
const withDither: Quantisers = {
  'ours, floyd-steinberg': ours('floyd-steinberg'),
  'ours, bayer4': ours('bayer4'),
  'ours, blue-noise': ours('blue-noise'),
  'image-q, Wu, Floyd–Steinberg': imageq('wuquant', 'floyd-steinberg'),
  'sharp, palette, dither 1': sharpPalette(1),
};

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

const differenceOf = (a: Lab[], b: Lab[]): number => mean(a.map((lab, i) => ciede2000(lab, b[i]!)));

/** Dithered pictures are judged slightly blurred, as the eye sees them. sharp blurs, so that neither side's own code judges. */
const blurred = (data: Uint8ClampedArray | Uint8Array, { width, height }: Size) =>
  sharp(data, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .blur(1)
    .ensureAlpha()
    .raw()
    .toBuffer();

type Found = { table: Table; errors: Readonly<Record<string, number[]>> };

/** Errors and times of each quantiser on each image. The first round counts for the errors only. */
async function compare(
  title: string,
  quantisers: Quantisers,
  { images, blur, rounds }: { images: Image[]; blur: boolean; rounds: number },
): Promise<Found> {
  const labs = async (data: Uint8ClampedArray | Uint8Array, size: Size) =>
    labsOf(blur ? await blurred(data, size) : data);
  const names = Object.keys(quantisers);
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  const errors = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const image of images) {
      for (const [name, quantise] of Object.entries(quantisers)) {
        const began = performance.now();
        const data = await quantise(image);
        if (round > 0) times[name]!.push(performance.now() - began);
        else
          errors[name]!.push(differenceOf(await labs(image.data, image), await labs(data, image)));
      }
    }
  }
  const rows = names.map((name) => [
    name,
    mean(errors[name]!).toFixed(2),
    Math.max(...errors[name]!).toFixed(2),
    rounded(median(times[name]!)),
  ]);
  const columns = ['', 'mean ΔE2000', 'worst picture', 'median ms'];
  return { table: { title, columns, rows }, errors };
}

export async function palettes(effort: Effort): Promise<Outcome> {
  await prepareTensors();
  const images = effort.quick
    ? await smallImages(SAMPLES, samples, QUICK_SIZE)
    : await smallImages(PHOTOGRAPHS, photographs, SIZE);
  if (!images) return { tables: [], targets: [], notes: [NO_PHOTOGRAPHS] };
  const rounds = effort.rounds(5);
  const plain = await compare('Sixteen colours at 128×96, no dither', withoutDither, {
    images,
    blur: false,
    rounds,
  });
  const dithered = await compare('Sixteen colours with dither, slightly blurred', withDither, {
    images,
    blur: true,
    rounds,
  });
  const errorOf = (name: string): number => mean(plain.errors[name]!);
  const rivals = Object.keys(withoutDither).filter((name) => name !== OURS);
  const best = Math.min(...rivals.map(errorOf));
  return {
    tables: [plain.table, dithered.table],
    targets: [
      {
        name: 'mean ΔE2000 below the best rival',
        limit: `< ${best.toFixed(2)}`,
        value: errorOf(OURS).toFixed(2),
        reached: errorOf(OURS) < best,
      },
    ],
    notes: [
      `${images.length} photographs, in Node on the WASM backend, without decoding; sharp’s times include PNG encoding and decoding of the result`,
    ],
  };
}

async function smallImages(
  folder: string,
  names: readonly string[],
  size: Size,
): Promise<Image[] | undefined> {
  const images: Image[] = [];
  for (const name of names) {
    const file = await readFile(join(folder, name)).catch(() => undefined);
    if (!file) return undefined;
    const { width, height } = size;
    const data = await sharp(file)
      .resize(width, height, { fit: 'cover' })
      .ensureAlpha()
      .raw()
      .toBuffer();
    images.push(createImage(size, new Uint8ClampedArray(data)));
  }
  return images;
}
