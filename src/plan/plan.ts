// A validated plan: the ordered steps and the output.
import * as z from 'zod';
import {
  formatSpellings,
  labelsOf,
  losslessFormats,
  lossyFormats,
  outputFormats,
} from '../codecs/formats.ts';
import type { Effect, ParamSchemas, Vectors } from '../effects/effect.ts';
import { paramError, quoted } from '../errors.ts';
import { formOf } from './param-form.ts';
import { expectationOf, readValue, schemasOf } from './schema.ts';

export type Step = { effect: Effect; params: Readonly<Record<string, unknown>> };

/** Values of `f`: `auto`, a format, or an answer that is not a picture. */
const answerForms = ['auto', ...outputFormats, 'json', 'blurhash', 'thumbhash'] as const;

export type Output = {
  f: (typeof answerForms)[number];
  q: number;
  /** Whether every pixel is kept. */
  lossless?: boolean;
  /** The format that is encoded fastest, whatever `f` and the client's Accept header say; `f` is then `auto`. */
  compression?: 'fast';
  /** Given if only the first frame of an animation is wanted. */
  anim?: false;
  /** Answer while a job for the picture runs; no part of keys. */
  pending?: 'preview';
  /** Answer instead of an error of the source; no part of keys. */
  onerror?: 'placeholder' | 'redirect';
  /** When the URL expires, in seconds since 1970; no part of keys. */
  exp?: number;
};

export type Plan = { steps: readonly Step[]; output: Output };

/** Cloudflare's names of qualities. */
const qualities = { high: '90', 'medium-high': '80', 'medium-low': '65', low: '45' };

const qualityHint = (description: string) =>
  z
    .int()
    .min(1)
    .max(100)
    .optional()
    .transform(() => undefined)
    .describe(description);

/** Options of the answer rather than of the picture; each may be given once in a URL. */
export const outputParams = {
  f: z
    .enum(answerForms)
    .default('auto')
    .describe(
      'Format of the answer; auto follows the Accept header; json gives numbers instead of a picture, blurhash and thumbhash a placeholder as text. jpg and baseline-jpeg are jpeg.',
    ),
  q: z
    .int()
    .min(1)
    .max(100)
    .default(85)
    .describe(
      `Quality of ${labelsOf(lossyFormats, 'and')}; high, medium-high, medium-low and low are ${Object.values(qualities).join(', ')}.`,
    ),
  lossless: z
    .boolean()
    .optional()
    .transform((value) => value || undefined)
    .describe(
      `Keeps every pixel: ${labelsOf(losslessFormats, 'or')}, with f=auto whichever is smaller. Pictures in a palette are sent so anyway.`,
    ),
  compression: z
    .enum(['fast'])
    .optional()
    .describe('JPEG, or PNG if there is transparency, whatever f and the Accept header say.')
    .meta({ ui: { rare: true } }),
  // The following are accepted, so that Cloudflare's option lists work, and left out of the plan and of cache keys.
  anim: z
    .boolean()
    .optional()
    // Only the value that changes something is part of the plan.
    .transform((kept) => (kept === false ? false : undefined))
    .describe(
      'Whether the frames of an animation are kept, as GIF and WebP can (the default), or only the first picture. With f=auto they are kept if that is within the budget. A step that only the GPU backend runs gets the first picture.',
    )
    .meta({ ui: { rare: true } }),
  metadata: z
    .enum(['none', 'copyright', 'keep'])
    .optional()
    .transform(() => undefined)
    .describe('Metadata is dropped, whatever is given.')
    .meta({ ui: { rare: true } }),
  scq: qualityHint('Quality for slow connections: a hint, which has no effect.').meta({
    ui: { rare: true },
  }),
  pending: z
    .enum(['preview'])
    .optional()
    .describe(
      'While a GPU backend works on the picture: a quick stand-in with status 200, for use in <img>, instead of 202.',
    )
    .meta({ ui: { rare: true } }),
  onerror: z
    .enum(['placeholder', 'redirect'])
    .optional()
    .describe(
      'If the source or its file fails, or the plan is over its limits: a neutral picture with status 200, or a redirect to the source if that is an allowed https address; X-Status and X-Error have the failure.',
    )
    .meta({ ui: { rare: true } }),
  exp: z
    .int()
    .min(0)
    .max(99_999_999_999)
    .optional()
    .describe(
      'When the URL expires, in seconds since 1970: from then on it is refused, and its answer is cached until then at most.',
    )
    .meta({ unit: 's', ui: { rare: true } }),
};

export const outputAliases: Readonly<Record<string, string>> = {
  format: 'f',
  quality: 'q',
  'slow-connection-quality': 'scq',
};

/** Other accepted spellings of values, by option. */
export const outputSpellings: Effect['spellings'] = {
  f: formatSpellings,
  q: qualities,
  scq: qualities,
};

/**
 * Validates the texts of one step's parameters against their schemas and fills in defaults. Keys are full names, each
 * at most once. Throws `bad_option` naming the parameter, what was expected and what came.
 */
export function readParams(
  owner: string,
  params: ParamSchemas,
  texts: ReadonlyMap<string, string>,
): Record<string, unknown> {
  for (const name of texts.keys()) {
    if (!Object.hasOwn(params, name)) {
      const names = Object.keys(params).join(', ');
      throw paramError({ param: name, expected: `a parameter of ${owner} (${names})` });
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(params)) {
    const text = texts.get(name);
    const result = param.safeParse(text === undefined ? undefined : readValue(formOf(param), text));
    if (!result.success) {
      const got = text === undefined ? 'nothing' : quoted(text);
      throw paramError({ param: name, expected: expectationOf(schemasOf(params)[name]!), got });
    }
    if (result.data !== undefined) values[name] = result.data;
  }
  return values;
}

/** One validated step; `dpr` is the device pixel ratio of its segment. Throws `bad_option`. */
export function readStep(effect: Effect, texts: ReadonlyMap<string, string>, dpr = 1): Step {
  const params = readParams(effect.name, effect.params, texts);
  const error = effect.check?.(params);
  if (error) throw error;
  const settled = effect.canonical?.(params, dpr) ?? params;
  return { effect, params: canonicalParams(effect, settled) };
}

/** The parameters in the order of their declaration, without those that equal their default, so that a plan is the same whether a default is spelled out or not. */
function canonicalParams(
  { params: declared }: Effect,
  values: Record<string, unknown>,
): Record<string, unknown> {
  const spelled = Object.entries(declared).flatMap(([name, param]) => {
    const value = values[name];
    if (value === undefined) return [];
    const { default: usual, conditional } = formOf(param);
    if (usual === undefined || conditional || value !== usual) return [[name, value]];
    const unless = param.safeParse(undefined);
    return !unless.success || unless.data !== undefined ? [[name, value]] : [];
  });
  return Object.fromEntries(spelled);
}

/** Whether the result has the few colours of a palette. */
export const endsInPalette = ({ steps }: Plan): boolean =>
  steps.reduce((before, { effect, params }) => effect.leavesPalette(params, before), false);

/** Elements of the value of a parameter of further images: texts of sources, or names that the parameter accepts. */
export const elementsOf = (value: unknown): string[] =>
  value === undefined ? [] : String(value).split('~');

/** Texts of the further images that a step's parameter names. */
export function sourcesOf({ effect, params }: Step, param: string): string[] {
  const names = namesIn(effect, param);
  return elementsOf(params[param]).filter((text) => !names.includes(text));
}

/** The names that a plan's parameter of further images accepts besides sources. */
export const namesOf = ({ steps }: Plan, param: string): string[] =>
  steps.flatMap(({ effect }) => namesIn(effect, param));

function namesIn({ params }: Effect, name: string): readonly string[] {
  const param = params[name];
  return (param && formOf(param).names) ?? [];
}

/** The further images of a plan, each once, in the order of the steps: the text, and the parameter that names it first. */
export const furtherImages = ({ steps }: Plan): Map<string, string> => imagesOf(steps);

/** Texts of the further images whose pixels a step needs. */
export const pixelImages = ({ steps }: Plan): string[] => [
  ...imagesOf(steps.filter((step) => !vectorsOf(step))).keys(),
];

function imagesOf(steps: readonly Step[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const step of steps) {
    for (const param of step.effect.further.params) {
      for (const text of sourcesOf(step, param)) if (!found.has(text)) found.set(text, param);
    }
  }
  return found;
}

/** The step's vectors, if it uses its further images through vectors alone. */
export const vectorsOf = ({ effect, params }: Step): Vectors<ParamSchemas> | undefined =>
  effect.further.vectors?.when(params) ? effect.further.vectors : undefined;

/** A further image whose vector a plan needs; `owner` is the effect's name. */
export type VectorUse = { text: string; owner: string; vectors: Vectors<ParamSchemas> };

/** Key of a vector within a plan. */
export const vectorId = ({ text, vectors }: Pick<VectorUse, 'text' | 'vectors'>): string =>
  `${vectors.name} ${text}`;

/** The vectors that a plan needs, each once. */
export function vectorUses({ steps }: Plan): VectorUse[] {
  const found = new Map<string, VectorUse>();
  for (const step of steps) {
    const vectors = vectorsOf(step);
    if (!vectors) continue;
    for (const text of imagesOf([step]).keys()) {
      found.set(vectorId({ text, vectors }), { text, owner: step.effect.name, vectors });
    }
  }
  return [...found.values()];
}

/** Whether a step runs on the GPU backend only. */
export const isGpuOnly = ({ effect, params }: Step): boolean =>
  effect.needs.gpuOnly?.(params) ?? false;

/** Names of the models that a plan's steps need, each once. */
export const modelsOf = ({ steps }: Plan): string[] => [
  ...new Set(
    steps.flatMap((step) => [
      ...(step.effect.needs.models?.(step.params) ?? []),
      ...(vectorsOf(step)?.models ?? []),
    ]),
  ),
];
