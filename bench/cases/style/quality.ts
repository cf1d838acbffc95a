// Quality of style transfer: every recipe on pairs of pictures, at its end and over time, judged by code that the optimiser does not use.
import type { RecipeName } from '../../../src/effects/style/optimise/recipe.ts';
import type { Weights } from '../../../src/graph/engine.ts';
import { createModelStore } from '../../../src/models/store.ts';
import { createOnnxEngine } from '../../../src/node/engine/onnx.ts';
import { createModelFiles, readManifest } from '../../../src/node/model-files.ts';
import { prepareTensors } from '../../../src/node/tensors.ts';
import { partialWeights, smallWeights } from '../../../test/helpers/files/vgg19-files.ts';
import { seededWeights } from '../../../test/helpers/nets/seeded-vgg19.ts';
import type { Effort } from '../../measure/effort.ts';
import { median, type Outcome, rounded, type Table } from '../../measure/report.ts';
import { createEvaluator, type Evaluator, type Scores } from '../../quality/evaluator.ts';
import { type Named, qualityPictures } from '../../quality/pictures.ts';
import { LOOKS, type QualityRun, runQuality } from '../../quality/run.ts';

/** The longer side in px, one scale of a pyramid. */
const SIDE = 128;
const QUICK_SIDE = 64;
/** Styles that each content is painted in: the styles take turns. */
const STYLES_EACH = 2;
/** Times are those of one thread's processor, which other work on the machine changes little. */
const THREADS = 1;
/** Fewer steps than the recipes' own. */
const STEPS: Readonly<Record<RecipeName, number>> = { basic: 60, classic: 80, pyramid: 120 };
const RECIPES = Object.keys(STEPS) as RecipeName[];
const QUICK_STEPS = 4;
const SEEDS = [1, 2, 3];
const MEASURES = ['gram', 'sliced', 'other', 'content', 'edges'] as const;

type Pair = { content: Named; style: Named; diagonal: boolean };
/** The results for one pair, by seed. */
type Found = { scores: Scores[]; seconds: number; steps: number; looks: Scores[] };
type Start = QualityRun['init'];

export const quality = async ({ quick, first }: Effort): Promise<Outcome> => {
  const { network, weights, origin } = quick ? seeded : await bestWeights();
  await prepareTensors();
  const partial = partialWeights();
  const evaluate = createEvaluator(
    { kind: network, weights },
    partial && { kind: 'full', weights: partial },
  );
  const engine = createOnnxEngine({ device: { kind: 'cpu', name: 'cpu' }, threads: THREADS });
  const { contents, styles } = await qualityPictures(quick ? QUICK_SIDE : SIDE);
  const pairs = first(1, contents).flatMap((content, i) =>
    first(
      1,
      Array.from({ length: STYLES_EACH }, (_, k) => k),
    ).map((k): Pair => ({ content, style: styles[(i + k) % styles.length]!, diagonal: k === 0 })),
  );

  const results: { recipe: RecipeName; start: Start; found: Found[] }[] = [];
  for (const start of ['content', 'noise'] as const) {
    for (const recipe of RECIPES) {
      const found: Found[] = [];
      for (const pair of start === 'content' ? pairs : pairs.filter(({ diagonal }) => diagonal)) {
        // Nothing is random if the picture starts from the content.
        const seeds = start === 'content' ? [0] : first(1, SEEDS);
        const runs = seeds.map((seed) => ({
          recipe,
          init: start,
          seed,
          steps: quick ? QUICK_STEPS : STEPS[recipe],
        }));
        const use = { engine, network, weights };
        found.push(await judged(runs, pair, { evaluate, use }));
      }
      results.push({ recipe, start, found });
      if (!quick) console.error(`${recipe} from ${start}: ${found.length} pairs`);
    }
  }
  const own = [];
  for (const { content, style } of pairs) own.push(await evaluate(content, content, style));
  return {
    tables: [endTable(results, own), timeTable(results)],
    targets: [],
    notes: [
      `${origin}; long side ${SIDE} px, cpu, one thread; ${stepsText} steps`,
      `from noise on ${pairs.filter(({ diagonal }) => diagonal).length} of the pairs, medians over ${SEEDS.length} seeds`,
      `contents: ${namesOf(first(1, contents))}; styles in turn, two for each content: ${namesOf(styles)}`,
      partial
        ? 'real VGG19: sliced distance by the first five layers of the uncompressed network, which nothing was optimised for'
        : 'real VGG19: its weights are not on this machine',
    ],
  };
};

const stepsText = Object.entries(STEPS)
  .map(([name, steps]) => `${name} ${steps}`)
  .join(', ');

const namesOf = (all: readonly Named[]): string => all.map(({ name }) => name).join(', ');

type Chosen = { network: 'full' | 'small'; weights: Weights; origin: string };

/** For quick runs, which work on every machine. */
const seeded: Chosen = { network: 'small', weights: seededWeights(), origin: 'seeded weights' };

/** The full weights if they are installed, otherwise the small ones, installed or from a mirror beside the checkout. */
async function bestWeights(): Promise<Chosen> {
  const { model } = createModelStore({ manifest: await readManifest(), ...createModelFiles() });
  try {
    return { network: 'full', weights: await model('vgg19'), origin: '`weights=full`' };
  } catch {
    const weights = smallWeights() ?? (await model('vgg19-small'));
    return {
      network: 'small',
      weights,
      origin: '`weights=small` (the full ones are not installed)',
    };
  }
}

type Tools = { evaluate: Evaluator; use: Parameters<typeof runQuality>[2] };

async function judged(
  runs: readonly QualityRun[],
  { content, style, diagonal }: Pair,
  { evaluate, use }: Tools,
): Promise<Found> {
  const found: Found = { scores: [], seconds: 0, steps: 0, looks: [] };
  const judge = (image: Named['image']) => evaluate({ name: 'result', image }, content, style);
  for (const run of runs) {
    const done = await runQuality(run, { content: content.image, style: style.image }, use);
    found.scores.push(await judge(done.image));
    found.seconds = done.seconds;
    found.steps = done.steps;
    if (!diagonal || run.init === 'noise') continue;
    for (const { image } of done.snapshots) found.looks.push(await judge(image));
  }
  return found;
}

function endTable(
  results: readonly { recipe: RecipeName; start: Start; found: Found[] }[],
  own: readonly Scores[],
): Table {
  const over = (scores: readonly Scores[]) =>
    MEASURES.map((name) => rounded(median(scores.map((one) => one[name]))));
  const middle = ({ scores }: Found): Scores =>
    Object.fromEntries(
      MEASURES.map((name) => [name, median(scores.map((one) => one[name]))]),
    ) as Scores;
  const spread = ({ scores }: Found): number => {
    const sliced = scores.map((one) => one.sliced);
    return Math.max(...sliced) - Math.min(...sliced);
  };
  return {
    title: `Medians over ${own.length} pairs; in the first three columns 0 is the style's statistics and 1 the content's own`,
    columns: [
      'recipe',
      'from',
      'seeds',
      'Gram loss',
      'sliced distance',
      'by real VGG19',
      'off the content',
      'edge correlation',
      'seeds differ by',
      'steps',
      'processor seconds',
    ],
    rows: [
      ['the content itself', '', '', ...over(own), '', '', ''],
      ...results.map(({ recipe, start, found }) => [
        `\`${recipe}\``,
        start,
        found[0]?.scores.length ?? 0,
        ...over(found.map(middle)),
        start === 'noise' ? rounded(median(found.map(spread))) : '',
        found[0]?.steps ?? 0,
        rounded(median(found.map(({ seconds }) => seconds))),
      ]),
    ],
  };
}

/** After its end a run keeps its last scores. */
function timeTable(
  results: readonly { recipe: RecipeName; start: Start; found: Found[] }[],
): Table {
  const rows = results
    .filter(({ start }) => start === 'content')
    .flatMap(({ recipe, found }) =>
      (['gram', 'sliced', 'content'] as const).map((name) => [
        `\`${recipe}\``,
        { gram: 'Gram loss', sliced: 'sliced distance', content: 'off the content' }[name],
        ...LOOKS.map((_, i) =>
          rounded(
            median(
              found
                .filter(({ looks }) => looks.length > 0)
                .map(({ looks, scores }) => (looks[i] ?? scores[0]!)[name]),
            ),
          ),
        ),
      ]),
    );
  return {
    title: 'Over processor time, from the content: medians over one style for each content',
    columns: ['recipe', '', ...LOOKS.map((seconds) => `${seconds} s`)],
    rows,
  };
}
