// The catalogue of effects as JSON; the page, clients and documentation are made from it.
import type { Effect } from '../../effects/effect.ts';
import { outputAliases, outputParams } from '../../plan/plan.ts';
import { objectSchemaOf, schemasOf } from '../../plan/schema.ts';
import type { Services } from '../services.ts';

/** One entry of `GET /v1/effects`. */
export type CatalogEntry = {
  name: string;
  summary: string;
  /** `options`: written as a bare list (`w=128`); `step`: by its name (`pixelate,block=8`). */
  segment: 'options' | 'step';
  /** JSON Schema of the parameters, with `unit` and sensible slider ranges in `ui`. */
  parameters: ReturnType<typeof objectSchemaOf>;
  aliases: Readonly<Record<string, string>>;
  /** Parameters that name a further image. */
  inputs: readonly string[];
  example: string;
  examples: readonly string[];
  /** A small picture of the first example; left out where that is no picture of the effect alone. */
  thumbnail?: string;
  /** Small pictures of names that parameters take instead of a picture, by name. */
  previews: Readonly<Record<string, string>>;
  /** By parameter: the values with which the step runs on a GPU backend alone, as a job. */
  jobs: Readonly<Record<string, readonly string[]>>;
};

const output: Pick<
  Effect,
  'name' | 'summary' | 'segment' | 'params' | 'aliases' | 'further' | 'examples' | 'needs'
> = {
  name: 'output',
  summary: 'Format and quality of the answer.',
  segment: 'options',
  params: outputParams,
  aliases: outputAliases,
  further: { params: [] },
  examples: [{ plan: 'w=320/f=webp,q=60', source: 'landscape.jpg' }],
  needs: {},
};

/** The catalogue: every effect, and the options that shape the answer. */
export function catalog(effects: readonly Effect[]): CatalogEntry[] {
  return [...effects, output].map(
    ({ name, summary, segment, params, aliases, further, examples, needs }) => {
      const urls = examples.map(({ plan, source }) => `/t/${plan}/asset:${source}`);
      return {
        name,
        summary,
        segment,
        parameters: objectSchemaOf(params),
        aliases,
        inputs: further.params,
        example: urls[0]!,
        examples: urls,
        ...thumbnailOf(examples[0]!),
        previews: previewsOf(name, params, examples[0]!.source),
        jobs: jobsOf(params, needs),
      };
    },
  );
}

/** Size and format of thumbnails. */
const THUMBNAIL = 'w=240,h=180,fit=cover,f=webp,q=75';

/** Size of previews, before the effect. */
const PREVIEW = 'w=256,h=256,fit=cover';

/** The first example in small. A plan that sets a format already is none of a picture. */
const thumbnailOf = ({ plan, source }: { plan: string; source: string }) =>
  /(?:^|[/,])[fq]=/.test(plan) ? {} : { thumbnail: `/t/${plan}/${THUMBNAIL}/asset:${source}` };

/** A small picture for each name of each parameter, made from the sample picture `source`. */
const previewsOf = (effect: string, params: Effect['params'], source: string) =>
  Object.fromEntries(
    Object.entries(schemasOf(params)).flatMap(([param, { names = [] }]) =>
      names.map((name) => [
        name,
        `/t/${PREVIEW}/${effect},${param}=${name}/f=webp/asset:${source}`,
      ]),
    ),
  );

/** Values of each parameter that has a list of them with which an effect needs a GPU backend; the other parameters have their defaults. */
function jobsOf(
  params: Effect['params'],
  { gpuOnly }: Effect['needs'],
): Record<string, readonly string[]> {
  if (!gpuOnly) return {};
  const defaults = Object.entries(params).map(([name, param]) => [
    name,
    param.safeParse(undefined).data,
  ]);
  const usual = Object.fromEntries(defaults);
  const lists = Object.entries(schemasOf(params)).map(([name, schema]) => [
    name,
    (schema.enum ?? []).filter((value) => gpuOnly({ ...usual, [name]: value })).map(String),
  ]);
  return Object.fromEntries(lists.filter(([, values]) => values!.length > 0));
}

/** The answer of `GET /v1/effects`: the effects and presets that requests may use, and what clients have to know of the service. */
export const offered = ({ rules, config, kept }: Pick<Services, 'rules' | 'config' | 'kept'>) => ({
  effects: catalog(rules.open),
  ...(rules.presets.size > 0 && {
    presets: [...rules.presets].map(([name, segments]) => ({ name, plan: segments.join('/') })),
  }),
  service: {
    /** Whether URLs need a signature. */
    signed: config.SIGNING_KEYS.length > 0,
    /** Whether the service keeps pictures that the page sends to it. */
    keeps: kept !== undefined,
  },
});
