// The slim network against the network that it was distilled from: how much of the loss that optimising the teacher takes away
// optimising the slim network takes away, judged by the teacher and by the real VGG19.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RecipeName } from '../../../src/effects/style/optimise/recipe.ts';
import { readSafetensors } from '../../../src/models/safetensors.ts';
import { createOnnxEngine } from '../../../src/node/engine/onnx.ts';
import { prepareTensors } from '../../../src/node/tensors.ts';
import { partialWeights, smallWeights } from '../../../test/helpers/files/vgg19-files.ts';
import { seededWeights } from '../../../test/helpers/nets/seeded-vgg19.ts';
import type { Effort } from '../../measure/effort.ts';
import {
  atLeast,
  atMost,
  median,
  type Outcome,
  rounded,
  type Table,
} from '../../measure/report.ts';
import { createEvaluator, type Evaluator, type Scores } from '../../quality/evaluator.ts';
import { type Named, qualityPictures } from '../../quality/pictures.ts';
import { runQuality } from '../../quality/run.ts';

/** Longer side in px at which pictures are judged, and of the run that is timed. */
const SIDE = 128;
const QUICK_SIDE = 48;
const TIMED_SIDE = 256;
const STEPS: Readonly<Record<RecipeName, number>> = { basic: 50, classic: 50, pyramid: 60 };
const RECIPES = Object.keys(STEPS) as RecipeName[];
const QUICK_STEPS = 4;
/** Pairs of a recipe. */
const PAIRS = 5;
/** The two networks take turns so many times where they are timed. */
const ROUNDS = 3;
/** Least share of the reduction, and most seconds at 256 px. */
const LEAST_SHARE = 0.8;
const MOST_SECONDS = 10;
const MEASURES = ['total', 'gram', 'mixed', 'sliced', 'other'] as const;

type Network = 'small' | 'slim';
type Pair = { content: Named; style: Named };
type Compared = { start: Scores; small: Scores; slim: Scores };

export const slim = async ({ quick, first }: Effort): Promise<Outcome> => {
  const teacher = smallWeights();
  if (!teacher && !quick)
    return { tables: [], targets: [], notes: ['The weights of vgg19-small are not here.'] };
  await prepareTensors();
  const partial = partialWeights();
  const judge = createEvaluator(
    { kind: 'small', weights: teacher ?? seededWeights() },
    partial && { kind: 'full', weights: partial },
  );
  const networks = { small: teacher ?? seededWeights(), slim: await committed() };
  const threads = quick ? 1 : availableParallelism();
  const engine = createOnnxEngine({ device: { kind: 'cpu', name: 'cpu' }, threads });
  const run = (network: Network, pair: Pair, recipe: RecipeName) =>
    runQuality(
      { recipe, init: 'content', seed: 0, steps: quick ? QUICK_STEPS : STEPS[recipe] },
      { content: pair.content.image, style: pair.style.image },
      { engine, network, weights: networks[network] },
    );
  const pairs = first(1, pairsOf(await qualityPictures(quick ? QUICK_SIDE : SIDE)));
  const found: Record<string, Compared[]> = {};
  for (const recipe of RECIPES) {
    found[recipe] = [];
    for (const pair of pairs) found[recipe].push(await compared(pair, recipe, { run, judge }));
    if (!quick) console.error(`${recipe}: ${pairs.length} pairs`);
  }
  const seconds: Record<Network, number[]> = { small: [], slim: [] };
  const [large] = pairsOf(await qualityPictures(quick ? QUICK_SIDE : TIMED_SIDE));
  for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
    for (const network of ['small', 'slim'] as const) {
      const began = performance.now();
      await run(network, large!, 'pyramid');
      seconds[network].push((performance.now() - began) / 1000);
    }
  }
  const worst = (measure: (typeof MEASURES)[number]): number =>
    Math.min(...RECIPES.map((recipe) => shareOf(found[recipe]!, measure)));
  return {
    tables: [shares(found), timing(seconds)],
    targets: quick
      ? []
      : [
          atLeast('share of the reduction, worst recipe', LEAST_SHARE, worst('total'), ''),
          atLeast('the same, every layer alike', LEAST_SHARE, worst('mixed'), ''),
          atMost('256 px, pyramid', MOST_SECONDS, median(seconds.slim), 's'),
        ],
    notes: [
      `long side ${SIDE} px, cpu, ${threads} threads; pairs: ${pairs
        .map(({ content, style }) => `${content.name} by ${style.name}`)
        .join(', ')}`,
    ],
  };
};

/** The network that the repository has. */
async function committed() {
  const file = fileURLToPath(new URL('../../../models/slim.safetensors', import.meta.url));
  return readSafetensors(await readFile(file)).tensors;
}

/** Every content once, with the styles in turn. */
const pairsOf = ({ contents, styles }: { contents: Named[]; styles: Named[] }): Pair[] =>
  contents.slice(0, PAIRS).map((content, i) => ({ content, style: styles[i % styles.length]! }));

type Tools = {
  run: (network: Network, pair: Pair, recipe: RecipeName) => ReturnType<typeof runQuality>;
  judge: Evaluator;
};

async function compared(pair: Pair, recipe: RecipeName, { run, judge }: Tools): Promise<Compared> {
  const { content, style } = pair;
  const scores = async (network: Network): Promise<Scores> => {
    const { image } = await run(network, pair, recipe);
    return judge({ name: 'result', image }, content, style);
  };
  return {
    start: await judge(content, content, style),
    small: await scores('small'),
    slim: await scores('slim'),
  };
}

/** Median over pairs of the slim network's reduction of a measure, relative to the teacher's. */
const shareOf = (pairs: readonly Compared[], measure: (typeof MEASURES)[number]): number =>
  median(
    pairs.map(
      ({ start, small, slim: own }) =>
        (start[measure] - own[measure]) / (start[measure] - small[measure]),
    ),
  );

function shares(found: Readonly<Record<string, Compared[]>>): Table {
  const middle = (pairs: readonly Compared[], network: Network, measure: keyof Scores) =>
    rounded(median(pairs.map((one) => one[network][measure])));
  return {
    title:
      'Share of the teacher’s reduction that the slim network reaches, medians over pairs; and what is left of the loss (1: the content’s own), teacher → slim',
    columns: [
      'recipe',
      'Gram, as the losses weigh layers',
      'Gram, mean over layers',
      'the same, real VGG19 to conv3_1',
      'sliced distance, teacher’s layers',
      'sliced distance, real VGG19',
      'Gram left, mean over layers',
      'off the content',
    ],
    rows: Object.entries(found).map(([recipe, pairs]) => [
      `\`${recipe}\``,
      ...MEASURES.map((measure) => rounded(shareOf(pairs, measure))),
      ...(['mixed', 'content'] as const).map(
        (measure) => `${middle(pairs, 'small', measure)} → ${middle(pairs, 'slim', measure)}`,
      ),
    ]),
  };
}

const timing = (seconds: Readonly<Record<Network, number[]>>): Table => ({
  title: `Seconds of ${STEPS.pyramid} steps of \`pyramid\` at ${TIMED_SIDE} px, in turns`,
  columns: ['network', 'median', 'min'],
  rows: Object.entries(seconds).map(([network, times]) => [
    network === 'small' ? 'teacher' : 'slim',
    rounded(median(times)),
    rounded(Math.min(...times)),
  ]),
});
