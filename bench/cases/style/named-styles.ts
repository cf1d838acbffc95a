// The named styles: the lattice on skies, and what is left of style and content, beside the downloaded network with the same pictures.
import sharp, { type Region } from 'sharp';
import { createPainter } from '../../../scripts/gallery/named-painter.ts';
import { ownModel } from '../../../scripts/gallery/named-styles.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import type { Image } from '../../../src/image.ts';
import type { Planes } from '../../../src/train/data/planes.ts';
import { stylePictures } from '../../../src/train/style/pictures/pictures.ts';
import {
  fastStyleWeights,
  predictorWeights,
} from '../../../test/helpers/files/fast-style-files.ts';
import { partialWeights, smallWeights } from '../../../test/helpers/files/vgg19-files.ts';
import type { Effort } from '../../measure/effort.ts';
import { atMost, median, type Outcome, rounded } from '../../measure/report.ts';
import { SHARED } from '../../pictures/folders.ts';
import { createEvaluator, type Scores } from '../../quality/evaluator.ts';
import { type Named, qualityPictures } from '../../quality/pictures.ts';
import { latticeOf, linesOf } from '../../quality/strokes.ts';

/** The longer side of contents in px: one at which strokes have the size that the network learned. */
const SIDE = 256;
const QUICK_SIDE = 64;
/** The part of `sky.png` above its horizon, and its top left corner for quick runs. */
const SKY = { left: 0, top: 0, width: 512, height: 260 };
const QUICK_SKY = { left: 0, top: 0, width: 128, height: 64 };
/** The style of quick runs; the others would have to be drawn. */
const QUICK_STYLE = 'wave';
/** Standard deviation of the grain of the second sky, in levels. */
const GRAIN = 4;
const MEASURES = ['gram', 'sliced', 'other', 'content', 'edges'] as const;
/** Most lattice: the median over the styles. */
const LIMIT = 2;

export async function namedStyles({ first, quick }: Effort): Promise<Outcome> {
  const { styles, contents } = await pictures(quick);
  const models = await modelsHere(quick);
  const painter = await createPainter(async (name) => models.get(name)!);
  const small = smallWeights();
  const partial = partialWeights();
  const evaluate = small
    ? createEvaluator(
        { kind: 'small', weights: small },
        partial && { kind: 'full', weights: partial },
      )
    : undefined;
  const area = quick ? QUICK_SKY : SKY;
  const skies = await twoSkies(quick ? QUICK_SKY : undefined);
  const downloaded = models.has('fast-style');
  const lattices: number[] = [];
  const rows: (string | number)[][] = [];
  for (const style of first(1, styles)) {
    const ways = [
      { name: 'named', paint: (image: Image) => painter.named(image, `style=${style.name}`) },
      ...(downloaded
        ? [{ name: 'downloaded', paint: (image: Image) => painter.like(image, style.image) }]
        : []),
    ];
    for (const { name, paint } of ways) {
      const lattice: number[] = [];
      for (const sky of first(1, skies)) {
        const painted = await paint(sky);
        for (const along of ['rows', 'columns'] as const) {
          lattice.push(latticeOf(linesOf(painted, area, along)));
        }
      }
      const mean = lattice.reduce((sum, v) => sum + v, 0) / lattice.length;
      if (name === 'named') lattices.push(mean);
      const scores: Scores[] = [];
      for (const content of evaluate ? first(1, contents) : []) {
        const image = await paint(content.image);
        scores.push(await evaluate!({ name: 'result', image }, content, style));
      }
      const means = MEASURES.map((measure) =>
        scores.length > 0 ? rounded(median(scores.map((one) => one[measure]))) : '',
      );
      rows.push([style.name, name, rounded(mean), rounded(Math.max(...lattice)), ...means]);
    }
  }
  return {
    tables: [
      {
        title:
          'Named styles, and the downloaded network with the same style pictures: medians over contents',
        columns: [
          'style',
          'network',
          'lattice, mean',
          'lattice, most',
          'Gram loss',
          'sliced distance',
          'by real VGG19',
          'off the content',
          'edge correlation',
        ],
        rows,
      },
    ],
    targets: [atMost('lattice of a named style, median', LIMIT, median(lattices), 'times')],
    notes: [
      `lattice: power at a period of 4 px against its neighbours, on a sky with and without grain, rows and columns`,
      `contents: ${contents.map(({ name }) => name).join(', ')}; longer side ${SIDE} px`,
      evaluate
        ? 'judged by the compressed VGG19 that was trained with, and by the first layers of the real one'
        : 'no VGG19 on this machine: nothing is judged',
    ],
  };
}

async function pictures(quick: boolean): Promise<{ styles: Named[]; contents: Named[] }> {
  const isWanted = (name: string): boolean => !quick || name === QUICK_STYLE;
  const found = await stylePictures(`${SHARED}/paintings`, isWanted);
  const styles = found.map(({ name, picture }) => ({ name, image: imageOf(picture) }));
  return { styles, contents: (await qualityPictures(quick ? QUICK_SIDE : SIDE)).contents };
}

async function modelsHere(quick: boolean): Promise<Map<string, Weights>> {
  const own = ['named-styles', await ownModel()] as const;
  if (quick) return new Map([own]);
  const [transfer, predictor] = [await fastStyleWeights(), await predictorWeights()];
  return new Map([
    own,
    ...(transfer && predictor
      ? ([
          ['fast-style', transfer],
          ['fast-style-predictor', predictor],
        ] as const)
      : []),
  ]);
}

function imageOf({ width, height, data }: Planes): Image {
  const count = width * height;
  const out = new Uint8ClampedArray(4 * count).fill(255);
  for (let p = 0; p < count; p++) {
    for (let c = 0; c < 3; c++) out[4 * p + c] = Math.round(255 * data[c * count + p]!);
  }
  return { width, height, data: out };
}

/** The sky, or a part of it, as it is, and with grain. */
async function twoSkies(part?: Region): Promise<Image[]> {
  const file = new URL('../../../test/cases/style/sky.png', import.meta.url).pathname;
  const whole = sharp(file);
  const { data, info } = await (part ? whole.extract(part) : whole)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const size = { width: info.width, height: info.height };
  const smooth = { ...size, data: new Uint8ClampedArray(data) };
  const grained = { ...size, data: new Uint8ClampedArray(data) };
  let state = 3;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let p = 0; p < size.width * size.height; p++) {
    // The sum of three uniform numbers has a standard deviation of one half.
    const noise = 2 * GRAIN * (uniform() + uniform() + uniform() - 1.5);
    for (let c = 0; c < 3; c++) grained.data[4 * p + c]! += noise;
  }
  return [smooth, grained];
}
