// How fast style transfer paints: bars on gradients, the network's lattice, the ground of a logo and the lightness of the content.
import { join } from 'node:path';
import sharp from 'sharp';
import { style as effect } from '../../../src/effects/style/effect.ts';
import { vectorOf } from '../../../src/effects/style/vector.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import type { Image } from '../../../src/image.ts';
import { loadPixelKernels } from '../../../src/node/pixel-kernels.ts';
import { prepareTensors } from '../../../src/node/tensors.ts';
import { parsePlan } from '../../../src/plan/grammar.ts';
import { srgbToLinear } from '../../../src/srgb.ts';
import { doubledOklab } from '../../../src/tensor/colour/oklab.ts';
import { noPace } from '../../../src/timing.ts';
import {
  fastStyleWeights,
  predictorWeights,
} from '../../../test/helpers/files/fast-style-files.ts';
import { seededFastStyle, seededPredictor } from '../../../test/helpers/nets/seeded-fast-style.ts';
import type { Effort } from '../../measure/effort.ts';
import { atMost, type Outcome, rounded } from '../../measure/report.ts';
import { SAMPLES } from '../../pictures/folders.ts';
import { qualityPictures } from '../../quality/pictures.ts';
import { latticeOf, linesOf, spreadOf } from '../../quality/strokes.ts';

/** The longer side of photographs, in px. */
const SIDE = 512;
const QUICK_SIDE = 64;
/** Side of the tiles of the contact sheet, in px. */
const TILE = 168;
const SHEET = 'docs/fast-style.webp';

const cases = ['sky.png', 'near_ramp.png', 'logo.png'] as const;
/** The part of `sky.png` above its horizon. */
const SKY = { left: 0, top: 0, width: 512, height: 260 };

type Named = { name: string; image: Image };
type Painter = (content: Image, style: Image, options: string) => Promise<Image>;

export async function strokes(effort: Effort): Promise<Outcome> {
  const { paint, real } = await createPainter(effort.quick);
  const pictures = await qualityPictures(effort.quick ? QUICK_SIDE : SIDE);
  const styles = effort.first(1, pictures.styles);
  const contents = effort.first(1, pictures.contents);
  const flats: Named[] = [];
  for (const name of cases) {
    const file = new URL(`../../../test/cases/style/${name}`, import.meta.url).pathname;
    flats.push({ name, image: await opened(file) });
  }
  const [sky, ramp, logo] = flats.map(({ image }) => image) as [Image, Image, Image];
  const rows: (string | number)[][] = [];
  const tiles: Image[] = [];
  let [mostBars, mostOff, mostHalo] = [0, 0, 0];
  for (const style of styles) {
    const of = (content: Image, options = '') => paint(content, style.image, options);
    const [paintedSky, paintedRamp, paintedLogo] = [await of(sky), await of(ramp), await of(logo)];
    const lattice: number[] = [];
    let off = 0;
    const photographs: Image[] = [];
    for (const { image } of contents) {
      const painted = await of(image);
      photographs.push(painted);
      const whole = { left: 0, top: 0, width: image.width, height: image.height };
      for (const along of ['rows', 'columns'] as const) {
        lattice.push(latticeOf(linesOf(painted, whole, along)));
      }
      const kept = await of(image, ',color=content');
      off = Math.max(off, Math.abs(meanLightness(kept) - meanLightness(image)));
    }
    const bars = {
      sky: barsOf(paintedSky, SKY, 'rows'),
      ramp: barsOf(paintedRamp, { left: 0, top: 0, width: 256, height: 192 }, 'columns'),
    };
    const halo = haloOf(paintedLogo, logo);
    mostBars = Math.max(mostBars, bars.sky, bars.ramp);
    mostOff = Math.max(mostOff, off);
    mostHalo = Math.max(mostHalo, halo);
    const mean = lattice.reduce((sum, v) => sum + v, 0) / lattice.length;
    rows.push([
      style.name,
      ...[bars.sky, bars.ramp, mean, Math.max(...lattice), halo, off].map(rounded),
    ]);
    tiles.push(paintedSky, paintedRamp, paintedLogo, ...photographs.slice(0, 5));
  }
  if (!effort.quick && real) await writeSheet(tiles, 3 + Math.min(5, contents.length));
  return {
    tables: [
      {
        title: 'Paint on flat grounds, and the network’s lattice',
        columns: [
          'style',
          'bars, sky',
          'bars, ramp',
          'lattice, mean',
          'lattice, most',
          'halo of a logo',
          'lightness off',
        ],
        rows,
      },
    ],
    targets: real
      ? [
          atMost('bars: between lines of within them', 1, mostBars, 'times'),
          atMost('halo of a logo, OKLab L', 0.12, mostHalo, ''),
          atMost('mean lightness off the content’s, `color=content`', 0.08, mostOff, ''),
        ]
      : [],
    notes: [
      `contents: ${contents.map(({ name }) => name).join(', ')}; longer side ${SIDE} px`,
      real ? `contact sheet: \`${SHEET}\`` : 'seeded weights: the figures mean nothing',
    ],
  };
}

async function opened(file: string): Promise<Image> {
  const { data, info } = await sharp(file)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

/** Paints with the real networks, or with seeded ones for quick runs and machines without them. */
async function createPainter(quick: boolean): Promise<{ paint: Painter; real: boolean }> {
  await prepareTensors();
  const kernels = await loadPixelKernels();
  const found = quick ? undefined : await realModels();
  const models = found ?? {
    'fast-style': seededFastStyle(),
    'fast-style-predictor': seededPredictor(),
  };
  const model = async (name: string): Promise<Weights> => models[name as keyof typeof models];
  const vectors = new Map<Image, Promise<Float32Array>>();
  const paint: Painter = async (content, style, options) => {
    const vector = vectors.get(style) ?? vectorOf(style, { kernels, model, pace: noPace });
    vectors.set(style, vector);
    const [step] = parsePlan([`style,style=asset:style${options}`], [effect]).steps;
    const { picture } = await step!.effect.run({
      picture: content,
      shrunk: { full: content, factor: 1, left: 0, top: 0 },
      inputs: { style: [] },
      vectors: { style: [await vector] },
      params: step!.params,
      reports: false,
      kernels,
      model,
      pace: noPace,
    });
    return picture;
  };
  return { paint, real: found !== undefined };
}

async function realModels() {
  const [transfer, predictor] = [await fastStyleWeights(), await predictorWeights()];
  return transfer && predictor
    ? { 'fast-style': transfer, 'fast-style-predictor': predictor }
    : undefined;
}

/** Spread between the lines along a gradient, relative to that within them. */
function barsOf(
  image: Image,
  area: Parameters<typeof linesOf>[1],
  along: 'rows' | 'columns',
): number {
  const { between, within } = spreadOf(linesOf(image, area, along));
  return between / Math.max(within, 1e-3);
}

/** Range of lightness where the logo is white. */
function haloOf(painted: Image, logo: Image): number {
  const ground = lightnessOf(painted).filter((_, p) => logo.data[4 * p + 1] === 255);
  const [least, most] = ground.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [
    1, 0,
  ] as [number, number]);
  return most - least;
}

const meanLightness = (image: Image): number => {
  const values = lightnessOf(image);
  return values.reduce((sum, v) => sum + v, 0) / values.length;
};

/** Lightness of every pixel in OKLab. */
function lightnessOf({ data }: Image): number[] {
  const lab = new Float64Array(3);
  return Array.from({ length: data.length / 4 }, (_, p) => {
    const [r = 0, g = 0, b = 0] = [0, 1, 2].map((c) => srgbToLinear(data[4 * p + c]! / 255));
    doubledOklab(r, g, b, lab);
    return lab[0]!;
  });
}

/** A row for each style, in the order of the table: the three cases and photographs. */
async function writeSheet(tiles: readonly Image[], columns: number): Promise<void> {
  const placed = [];
  for (const [k, { width, height, data }] of tiles.entries()) {
    const input = await sharp(data, { raw: { width, height, channels: 4 } })
      .resize(TILE, TILE, { fit: 'cover' })
      .png()
      .toBuffer();
    placed.push({ input, left: TILE * (k % columns), top: TILE * Math.floor(k / columns) });
  }
  const [width, height] = [TILE * columns, TILE * Math.ceil(tiles.length / columns)];
  await sharp({ create: { width, height, channels: 3, background: 'white' } })
    .composite(placed)
    .webp({ quality: 62 })
    .toFile(join(SAMPLES, '..', '..', SHEET));
}
