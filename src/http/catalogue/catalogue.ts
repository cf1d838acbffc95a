// The catalogue of effects as JSON; the page, clients and documentation are made from it.
import type { Effect } from '../../effects/effect.ts';
import { outputAliases, outputParams } from '../../plan/plan.ts';
import { objectSchemaOf } from '../../plan/schema.ts';
import type { PlanRules } from './presets.ts';

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
};

const output: Pick<
  Effect,
  'name' | 'summary' | 'segment' | 'params' | 'aliases' | 'further' | 'examples'
> = {
  name: 'output',
  summary: 'Format and quality of the answer.',
  segment: 'options',
  params: outputParams,
  aliases: outputAliases,
  further: { params: [] },
  examples: [{ plan: 'w=320/f=webp,q=60', source: 'landscape.jpg' }],
};

/** The catalogue: every effect, and the options that shape the answer. */
export function catalog(effects: readonly Effect[]): CatalogEntry[] {
  return [...effects, output].map(
    ({ name, summary, segment, params, aliases, further, examples }) => {
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
      };
    },
  );
}

/** The answer of `GET /v1/effects`: the effects and presets that requests may use. */
export const offered = ({ open, presets }: PlanRules) => ({
  effects: catalog(open),
  ...(presets.size > 0 && {
    presets: [...presets].map(([name, segments]) => ({ name, plan: segments.join('/') })),
  }),
});
