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

/** Values of a parameter: all of a list, or `steps` numbers from one end of the slider to the other. */
function valuesOf(schema: ParamSchema, steps: number): string[] {
  if (schema.anyOf) return schema.anyOf.flatMap((each) => valuesOf(inside(each, schema), steps));
  if (schema.enum) return schema.enum.map(String);
  if (schema.type === 'boolean') return ['true', 'false'];
  if (schema.minimum === undefined) return [];
  const ends = [schema.ui?.min ?? schema.minimum, schema.ui?.max ?? schema.maximum!] as const;
  return through(ends, schema, steps);
}

/** One of the schemas of a union, with the ends of the union's slider if it is a number. */
const inside = (one: ParamSchema, { ui }: ParamSchema): ParamSchema => ({
  ...(ui && { ui }),
  ...one,
});

/** Largest ratio of the ends of a range that is divided into equal differences; a larger one into equal ratios. */
const MOST_LINEAR = 3;

/** Numbers from one end to the other, both included, as the parameter takes them. */
function through(
  [from, to]: readonly [number, number],
  schema: ParamSchema,
  steps: number,
): string[] {
  const isWhole = ![schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'number');
  const byRatio = from > 0 && to / from > MOST_LINEAR;
  const values = Array.from({ length: steps }, (_, i) => {
    if (i === 0) return from;
    if (i === steps - 1) return to;
    const share = i / (steps - 1);
    const value = byRatio ? from * (to / from) ** share : from + (to - from) * share;
    if (!isWhole) return Number(value.toPrecision(2));
    return schema.format === 'odd' ? 2 * Math.round((value - 1) / 2) + 1 : Math.round(value);
  });
  return [...new Set(values)].map(String);
}

const isNumeric = (schema: ParamSchema): boolean =>
  [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'integer' || type === 'number');

/** The setting's own values; two numbers are the ends of a range. */
function settledValues(
  schema: ParamSchema,
  { values }: GallerySetting,
  steps: number,
): readonly string[] {
  if (!values) return valuesOf(schema, steps);
  const [from, to, ...others] = values.map(Number);
  const isRange = others.length === 0 && from !== undefined && to !== undefined && to > from;
  return isRange && isNumeric(schema) ? through([from, to], schema, steps) : values;
}

/** Examples of one parameter: its values, each in a plan. */
export type ParameterTiles = { param: string; tiles: readonly (Tile & { value: string })[] };

/** Tiles of every parameter but those that name pictures or do not change how the picture looks. */
export function parameterTiles(
  { name, segment, parameters, examples, inputs }: CatalogEntry,
  effect?: Effect,
  { steps = 2 }: { steps?: number } = {},
): ParameterTiles[] {
  const settings: Readonly<Record<string, GallerySetting | undefined>> =
    effect?.trials.gallery ?? output;
  const skipped = effect ? inputs : withoutPicture;
  const shown = Object.entries(parameters.properties).filter(([param]) => !skipped.includes(param));
  return shown.map(([param, schema]) => {
    const setting = settings[param] ?? {};
    const { otherParams, source = sampleOf(examples[0]!) } = setting;
    const given = inputs.filter((input) => !otherParams?.startsWith(`${input}=`));
    const head =
      segment === 'step' ? [name, ...given.map((input) => imageIn(examples, input))] : [];
    const tiles = settledValues(schema, setting, steps).map((value) => {
      const own = [...(otherParams ? [otherParams] : []), `${param}=${value}`].join(',');
      return { value, label: own, plan: [...head, own].join(','), source, whole: false };
    });
    return { param, tiles };
  });
}

/** The tiles of one entry of the catalogue, examples first; `effect` is its declaration, if it is an effect. */
export function tilesOf(entry: CatalogEntry, effect?: Effect): Tile[] {
  const shown = entry.examples.map((url) => {
    const [, plan = '', source = ''] = /^\/t\/(.*)\/asset:(.*)$/.exec(url) ?? [];
    return { label: plan, plan, source, whole: true };
  });
  return [...shown, ...parameterTiles(entry, effect).flatMap(({ tiles }) => tiles)];
}

/** The sample picture of an example. */
const sampleOf = (url: string): string => url.slice(url.lastIndexOf('/asset:') + 7);

/** Whether a plan needs no models, so that the sheet does not depend on installed ones. */
export const needsNoModels = (plan: string): boolean =>
  modelsOf(parsePlan(plan.split('/'), effects)).length === 0;

/** The `key=value` text of a further image in the first example that has one. */
function imageIn(examples: readonly string[], input: string): string {
  const pairs = examples.flatMap((url) => url.split(/[,/]/));
  const pair = pairs.find((each) => each.startsWith(`${input}=`));
  if (!pair) throw new Error(`${examples[0]}: expected ${input}=… in one of the examples`);
  return pair;
}
