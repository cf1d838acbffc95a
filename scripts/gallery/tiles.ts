// The tiles of the gallery: every example of every effect, and every value (or both ends of the range) of every parameter.
import type { Effect } from '../../src/effects/effect.ts';
import { effects } from '../../src/effects/index.ts';
import type { GallerySetting } from '../../src/effects/trials.ts';
import type { CatalogEntry } from '../../src/http/catalogue/catalogue.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { modelsOf } from '../../src/plan/plan.ts';
import type { ParamSchema } from '../../src/plan/schema.ts';

/** A picture of the gallery: its label, plan and sample. */
export type Tile = {
  label: string;
  plan: string;
  source: string;
  /** Whether the plan works on the whole sample (examples), or on one shrunk to the tile's size. */
  whole: boolean;
};

/** Parameters of the answer that do not change how the picture looks. */
const withoutPicture = ['f', 'compression', 'anim', 'metadata', 'scq', 'pending', 'exp', 'onerror'];

const output: Record<string, GallerySetting> = { q: { values: ['5', '90'] } };

function valuesOf(schema: ParamSchema): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap(valuesOf);
  if (schema.enum) return schema.enum.map(String);
  if (schema.type === 'boolean') return ['true', 'false'];
  if (schema.minimum === undefined) return [];
  return [schema.ui?.min ?? schema.minimum, schema.ui?.max ?? schema.maximum].map(String);
}

/** The tiles of one entry of the catalogue, examples first; `effect` is its declaration, if it is an effect. */
export function tilesOf(
  { name, segment, parameters, examples, inputs }: CatalogEntry,
  effect?: Effect,
): Tile[] {
  const shown = examples.map((url) => {
    const [, plan = '', source = ''] = /^\/t\/(.*)\/asset:(.*)$/.exec(url) ?? [];
    return { label: plan, plan, source, whole: true };
  });
  const first = shown[0]!;
  const settings: Readonly<Record<string, GallerySetting | undefined>> =
    effect?.trials.gallery ?? output;
  const skipped = effect ? inputs : withoutPicture;
  const head = segment === 'step' ? [name, ...inputs.map((input) => imageIn(examples, input))] : [];
  const options = Object.entries(parameters.properties).flatMap(([param, schema]) => {
    if (skipped.includes(param)) return [];
    const { beside, source = first.source, values = valuesOf(schema) } = settings[param] ?? {};
    return values.map((value) => {
      const own = [...(beside ? [beside] : []), `${param}=${value}`].join(',');
      return { label: own, plan: [...head, own].join(','), source, whole: false };
    });
  });
  return [...shown, ...options];
}

/** Whether a plan needs no models, so that the sheet does not depend on installed ones. */
export const needsNoModels = (plan: string): boolean =>
  modelsOf(parsePlan(plan.split('/'), effects)).length === 0;

/** The `key=value` text of a further image in the first example that has one. */
function imageIn(examples: readonly string[], input: string): string {
  const pairs = examples.flatMap((url) => url.split(/[,/]/));
  const pair = pairs.find((each) => each.startsWith(`${input}=asset:`));
  if (!pair) throw new Error(`${examples[0]}: expected ${input}=asset:… in one of the examples`);
  return pair;
}
