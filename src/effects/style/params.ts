// The parameters of `style`.
import * as z from 'zod';
import { NAMED_STYLES } from '../../nets/named-styles/names.ts';
import { VARIANTS, type Vgg19Variant } from '../../nets/vgg19/weights.ts';
import type { ParamsOf } from '../effect.ts';
import { imagesParam } from '../params.ts';

/** Most style pictures in one step. */
const MOST_STYLES = 4;

/** Largest working size: its longest side, in px. */
export const LARGEST_SIDE = 2048;

const LAYER = 'relu(?:[12]_[12]|[345]_[1-4])';
const MOST_LAYERS = 16;

const layersParam = () =>
  z
    .string()
    .regex(new RegExp(`^${LAYER}(?:~${LAYER}){0,${MOST_LAYERS - 1}}$`))
    .optional()
    .meta({
      format: 'layers relu1_1 … relu5_4 joined by ~, like relu1_1~relu2_1',
      ui: { rare: true },
    });

const weightParam = () =>
  z
    .number()
    .min(0)
    .max(1e6)
    .optional()
    .meta({ ui: { max: 100, rare: true } });

/** Defaults of parameters of the engines that optimise. */
export const OPTIMISED_DEFAULTS = {
  recipe: 'pyramid',
  weights: 'full',
  seed: 0,
  init: 'content',
  styleScale: 1,
} as const;

/** Parameters that only the engines have that optimise; `weights` belongs to vgg19 alone. */
export const ONLY_OPTIMISED = [
  'recipe',
  'weights',
  'optimizer',
  'contentLayers',
  'styleLayers',
  'steps',
  'seconds',
  'seed',
  'init',
  'styleScale',
  'contentWeight',
  'styleWeight',
  'tvWeight',
] as const;

export const styleParams = {
  style: imagesParam(MOST_STYLES, NAMED_STYLES).describe(
    'Styles that the service knows by name, or pictures in whose manner the main one is painted.',
  ),
  styleWeights: z
    .string()
    .regex(/^\d{1,4}(?:\.\d{1,4})?(?:~\d{1,4}(?:\.\d{1,4})?)*$/)
    .optional()
    .describe('Shares of several styles, one for each; equal unless given.')
    .meta({ format: 'numbers joined by ~, like 0.3~0.7', ui: { rare: true } }),
  engine: z
    .enum(['fast', 'vgg19', 'slim'])
    .default('fast')
    .describe(
      'fast: a network paints it in one go; vgg19: optimises the picture itself, on a GPU backend, as a job; slim: the same with a small network of this project, which needs no download.',
    ),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe(
      'How far from the picture’s own style towards the others: 1 is strongest, 0.3 prettiest for portraits, since faces keep their tones; 0 keeps the picture. Named styles fade into the picture, the engine fast does below 0.2.',
    ),
  color: z
    .enum(['style', 'content'])
    .default('style')
    .describe(
      'Colours of the result: style, or content, which keeps the picture’s colours and, with engine=fast, its mean lightness and contrast, and takes the strokes alone.',
    ),
  size: z
    .union([z.literal('auto'), z.int().min(32).max(LARGEST_SIDE)])
    .default('auto')
    .describe(
      'Longer side of the working size, with engine=fast at most the picture’s own; the result has the size of the picture. auto: up to 512 as the budget allows, with other engines as recipe, device and deadline allow.',
    )
    .meta({ unit: 'px', ui: { min: 128, max: 1024 } }),
  recipe: z
    .enum(['pyramid', 'classic', 'basic'])
    .optional()
    .describe(
      'pyramid: coarse to fine, means and covariances of features, averaged; classic: the TensorFlow tutorial with total variation; basic: Gram matrices at one scale.',
    )
    .meta({ default: OPTIMISED_DEFAULTS.recipe, ui: { rare: true } }),
  weights: z
    .enum(['full', 'small'])
    .optional()
    .describe(
      'The network of engine=vgg19: VGG19, or for drafts one of a sixteenth of its size. If it is not given and VGG19 is not installed, the job runs with engine=slim and says so.',
    )
    .meta({ default: OPTIMISED_DEFAULTS.weights, conditional: true, ui: { rare: true } }),
  optimizer: z
    .enum(['adam', 'lbfgs'])
    .optional()
    .describe('adam unless given.')
    .meta({ ui: { rare: true } }),
  contentLayers: layersParam().describe('Layers that compare the picture; by recipe unless given.'),
  styleLayers: layersParam().describe('Layers that compare the styles; by recipe unless given.'),
  steps: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Iterations over all scales; by recipe unless given.')
    .meta({ ui: { min: 50, max: 1000, rare: true } }),
  seconds: z
    .number()
    .min(0)
    .max(3600)
    .optional()
    .describe(
      'Deadline: the best picture by then. 0: none; unless given none with a GPU, without one 120, or 10 with engine=slim.',
    )
    .meta({ unit: 's', ui: { min: 0, max: 300, rare: true } }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('Seed of init=noise: the same seed gives the same picture.')
    .meta({ default: OPTIMISED_DEFAULTS.seed, ui: { max: 100, rare: true } }),
  init: z
    .enum(['content', 'gray', 'noise'])
    .optional()
    .describe('The picture that optimising starts from.')
    .meta({ default: OPTIMISED_DEFAULTS.init, ui: { rare: true } }),
  styleScale: z
    .number()
    .min(0.1)
    .max(4)
    .optional()
    .describe('Size of the style pictures against the one painted: smaller for finer strokes.')
    .meta({
      unit: 'times',
      default: OPTIMISED_DEFAULTS.styleScale,
      ui: { min: 0.5, max: 2, rare: true },
    }),
  contentWeight: weightParam().describe('Weight of the content loss; by recipe unless given.'),
  styleWeight: weightParam().describe('Weight of the style loss; by recipe unless given.'),
  tvWeight: weightParam().describe(
    'Weight of the total variation, which smooths; by recipe unless given.',
  ),
};

export type StyleParams = ParamsOf<typeof styleParams>;

/** Elements of a value's list; undefined if the value is. */
export const listOf = <T extends string | undefined>(text: T) =>
  text?.split('~') as T extends string ? string[] : string[] | undefined;

/** What an optimisation compares by: VGG19, its compressed form, or the project's own network. */
export const weightsOf = ({
  engine,
  weights = OPTIMISED_DEFAULTS.weights,
}: Pick<StyleParams, 'engine' | 'weights'>): keyof typeof VARIANTS =>
  engine === 'slim' ? 'slim' : weights;

/** Name in `models/manifest.json` of the network that an optimisation compares by. */
export const networkOf = (params: Pick<StyleParams, 'engine' | 'weights'>): Vgg19Variant =>
  VARIANTS[weightsOf(params)];

/** Shares of the styles, adding up to one. */
export function sharesOf(
  { styleWeights }: Pick<StyleParams, 'styleWeights'>,
  count: number,
): number[] {
  const given =
    styleWeights === undefined ? Array(count).fill(1) : listOf(styleWeights).map(Number);
  const sum = given.reduce((total, share) => total + share, 0);
  return given.map((share) => share / sum);
}

/** The names in `style` if it has names and no pictures. */
export function namesIn({ style }: Pick<StyleParams, 'style'>): string[] | undefined {
  const texts = listOf(style);
  return texts.every(isName) ? texts : undefined;
}

/** Whether an element of `style` is the name of a style. */
export const isName = (text: string): boolean => NAMED_STYLES.includes(text);
