// Plans as JSON, with typed values: `[{ "w": 256 }, { "pixelate": { "block": 8 } }]` becomes the text `w=256/pixelate,block=8`.
import type { Effect, ParamSchemas } from '../effects/effect.ts';
import { AppError, paramError, quoted } from '../errors.ts';
import { escapeValue, numberText } from '../url-text.ts';
import { outputParams } from './plan.ts';
import { expectationOf, schemasOf } from './schema.ts';

/** Option that names a preset. */
const PRESET = 'p';

/**
 * The text of a list of segments: an object of options, or an object with the name of one step and its parameters. Names and values are
 * those of the declarations: aliases and other spellings belong to URLs. Throws `bad_body`, `bad_option`, `unknown_effect`; `parsePlan`
 * checks the rest.
 */
export function planText(plan: readonly unknown[], effects: readonly Effect[]): string {
  return plan.map((segment) => segmentText(segment, effects)).join('/');
}

function segmentText(segment: unknown, effects: readonly Effect[]): string {
  const entries = isObject(segment) ? Object.entries(segment) : [];
  if (entries.length === 0) {
    throw badPlan('{"w":256} or {"pixelate":{"block":8}} as each of its segments', segment);
  }
  const steps = effects.filter((effect) => effect.segment === 'step');
  const step = steps.find(({ name }) => entries.some(([key]) => key === name));
  if (!step) return optionsText(entries, effects);
  const [[name, params], ...others] = entries as [[string, unknown], ...[string, unknown][]];
  if (others.length > 0) throw badPlan(`${step.name} alone in its segment`, segment);
  if (!isObject(params)) throw badPlan(`an object of parameters for ${name}`, params);
  return [name, ...pairsOf(Object.entries(params), name, step.params)].join(',');
}

function optionsText(entries: readonly [string, unknown][], effects: readonly Effect[]): string {
  const [unknown] = entries.find(([, value]) => isObject(value)) ?? [];
  if (unknown !== undefined) {
    const names = effects.filter(({ segment }) => segment === 'step').map(({ name }) => name);
    throw new AppError(
      'unknown_effect',
      `expected an effect (${names.join(', ')}), got ${quoted(unknown)}`,
    );
  }
  const options = effects.filter(({ segment }) => segment === 'options');
  const params = Object.assign({}, ...options.map((effect) => effect.params), outputParams);
  const preset = entries.filter(([name, value]) => name === PRESET && isText(value));
  const others = entries.filter((entry) => !preset.includes(entry));
  return [
    ...preset.map(([, name]) => `${PRESET}=${escapeValue(String(name))}`),
    ...pairsOf(others, 'the options', params),
  ].join(',');
}

const pairsOf = (
  entries: readonly [string, unknown][],
  owner: string,
  params: ParamSchemas,
): string[] =>
  entries.map(([name, value]) => {
    const schemas = schemasOf(params);
    if (!Object.hasOwn(schemas, name)) {
      const names = Object.keys(schemas).join(', ');
      throw paramError({
        param: name.slice(0, 64),
        expected: `a parameter of ${owner} (${names})`,
      });
    }
    if (value === '' || !params[name]!.safeParse(value ?? null).success) {
      throw paramError({ param: name, expected: expectationOf(schemas[name]!), got: shown(value) });
    }
    const text = typeof value === 'number' ? numberText(value) : String(value);
    return `${name}=${escapeValue(text)}`;
  });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : String(value);
}

const badPlan = (expected: string, got: unknown): AppError =>
  paramError({ code: 'bad_body', param: 'plan', expected, got: shown(got) });
