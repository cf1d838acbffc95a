// The parameters of `style`, and what they must be together.
import * as z from 'zod';
import { vgg19Layers } from '../nets/vgg19.ts';
import type { Vgg19Variant } from '../nets/vgg19-weights.ts';
import { imagesParam, type ParamsOf } from './effect.ts';

/** Most style pictures of one step. */
const MOST_STYLES = 4;

/** Longest side that is worked at, in px. */
export const LARGEST_SIDE = 2048;

const LAYER = 'relu(?:[12]_[12]|[345]_[1-4])';
const MOST_LAYERS = 16;

const layersParam = () =>
  z
    .string()
    .regex(new RegExp(`^${LAYER}(?:~${LAYER}){0,${MOST_LAYERS - 1}}$`))
    .optional()
    .meta({ format: 'layers relu1_1 … relu5_4 joined by ~, like relu1_1~relu2_1' });

const weightParam = () => z.number().min(0).max(1e6).optional();

export const styleParams = {
  style: imagesParam(MOST_STYLES).describe('The pictures in whose manner the main one is painted.'),
  styleWeights: z
    .string()
    .regex(/^\d{1,4}(?:\.\d{1,4})?(?:~\d{1,4}(?:\.\d{1,4})?)*$/)
    .optional()
    .describe('Shares of several styles, one for each; equal unless given.')
    .meta({ format: 'numbers joined by ~, like 0.3~0.7' }),
  engine: z
    .enum(['vgg19'])
    .describe('vgg19: optimises the picture itself, on a GPU backend, as a job.'),
  strength: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('How far towards the style: 0 keeps the picture.'),
  color: z
    .enum(['style', 'content'])
    .default('style')
    .describe('Whose colours it has; content: only the lightness is painted.'),
  size: z
    .union([z.literal('auto'), z.int().min(32).max(LARGEST_SIDE)])
    .default('auto')
    .describe(
      'Longer side that is worked at; the result has the size of the picture. auto: as recipe, device and deadline allow, and not above the picture’s own.',
    )
    .meta({ unit: 'px', ui: { min: 128, max: 1024 } }),
  recipe: z
    .enum(['pyramid', 'classic', 'basic'])
    .default('pyramid')
    .describe(
      'pyramid: coarse to fine, means and covariances of features, averaged; classic: the TensorFlow tutorial with total variation; basic: Gram matrices at one scale.',
    ),
  weights: z
    .enum(['full', 'small'])
    .default('full')
    .describe('The network: VGG19, or for drafts one of a sixteenth of its size.'),
  optimizer: z.enum(['adam', 'lbfgs']).optional().describe('adam unless given.'),
  contentLayers: layersParam().describe('Where the picture is compared; by recipe unless given.'),
  styleLayers: layersParam().describe('Where the styles are compared; by recipe unless given.'),
  steps: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Iterations over all scales; by recipe unless given.')
    .meta({ ui: { min: 50, max: 1000 } }),
  seconds: z
    .number()
    .min(0)
    .max(3600)
    .optional()
    .describe(
      'Deadline: the best picture by then. 0: none; unless given none with a GPU, 120 without.',
    )
    .meta({ unit: 's', ui: { min: 0, max: 300 } }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(0)
    .describe('Of init=noise: the same seed gives the same picture.')
    .meta({ ui: { max: 100 } }),
  init: z
    .enum(['content', 'gray', 'noise'])
    .default('content')
    .describe('The picture that optimising starts from.'),
  styleScale: z
    .number()
    .min(0.1)
    .max(4)
    .default(1)
    .describe('Size of the style pictures against the one painted: smaller for finer strokes.')
    .meta({ unit: 'times', ui: { min: 0.5, max: 2 } }),
  contentWeight: weightParam().describe('Weight of the content loss; by recipe unless given.'),
  styleWeight: weightParam().describe('Weight of the style loss; by recipe unless given.'),
  tvWeight: weightParam().describe(
    'Weight of the total variation, which smooths; by recipe unless given.',
  ),
};

export type StyleParams = ParamsOf<typeof styleParams>;

/** Elements of the list in a value, where there is one. */
export const listOf = <T extends string | undefined>(text: T) =>
  text?.split('~') as T extends string ? string[] : string[] | undefined;

/** The network that the weights are of, by its name in `models/manifest.json`. */
export const networkOf = ({ weights }: Pick<StyleParams, 'weights'>): Vgg19Variant =>
  weights === 'full' ? 'vgg19' : 'vgg19-small';

/** What is wrong with the parameters together; the message starts with a parameter's name. */
export function checkStyle(params: StyleParams): string | undefined {
  const { style, styleWeights } = params;
  const styles = listOf(style).length;
  if (styleWeights !== undefined) {
    const shares = listOf(styleWeights).map(Number);
    if (shares.length !== styles) {
      return `styleWeights: expected ${styles === 1 ? '1 number' : `${styles} numbers joined by ~`}, one for each style, got ${shares.length}`;
    }
    if (!shares.some((share) => share > 0)) return 'styleWeights: expected one above 0';
  }
  for (const name of ['contentLayers', 'styleLayers'] as const) {
    const complaint = checkLayers(params, name);
    if (complaint !== undefined) return `${name}: ${complaint}`;
  }
  return undefined;
}

function checkLayers(
  params: StyleParams,
  name: 'contentLayers' | 'styleLayers',
): string | undefined {
  const layers = listOf(params[name]) ?? [];
  const twice = layers.find((layer, i) => layers.indexOf(layer) < i);
  if (twice !== undefined) return `expected each layer once, got ${twice} more than once`;
  const known = vgg19Layers(networkOf(params));
  const beyond = layers.find((layer) => !known.includes(layer));
  if (beyond === undefined) return undefined;
  return `expected layers to ${known.at(-1)} with weights=${params.weights}, got ${beyond}`;
}
