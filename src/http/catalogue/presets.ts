// The effects and presets that requests to this server may use. A preset is a named list of segments.
import type { Config } from '../../config.ts';
import type { Effect } from '../../effects/effect.ts';
import { AppError, messageOf, quoted } from '../../errors.ts';
import { parsePlan } from '../../plan/grammar.ts';
import { plainSegment } from '../../plan/plain-segment.ts';
import { outputAliases, outputParams, type Plan } from '../../plan/plan.ts';
import { canonicalPath } from '../../url-text.ts';

export type PlanRules = {
  /** All effects. Presets may use all of them, because the operator writes presets. */
  effects: readonly Effect[];
  /** The effects that requests may name. */
  open: readonly Effect[];
  /** Segments by the name of the preset. */
  presets: ReadonlyMap<string, readonly string[]>;
  presetsOnly: boolean;
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
/** Option that names a preset in a URL. */
const PRESET_KEY = 'p=';
/** The expiry belongs to a single URL, so presets may not set it. */
const NOT_IN_PRESETS = 'exp';

/** The rules of a configuration. Throws `Error` that names the variable and, if a preset is wrong, the preset. */
export function planRules(
  config: Pick<Config, 'ALLOWED_EFFECTS' | 'PRESETS' | 'PRESETS_ONLY'>,
  effects: readonly Effect[],
): PlanRules {
  const { ALLOWED_EFFECTS: allowed, PRESETS_ONLY: presetsOnly } = config;
  const unknown = allowed.find((name) => !effects.some((effect) => effect.name === name));
  if (unknown !== undefined) {
    const names = effects.map(({ name }) => name).join(', ');
    throw new Error(`ALLOWED_EFFECTS: expected names of effects (${names}), got "${unknown}"`);
  }
  const presets = new Map(
    Object.entries(config.PRESETS).map(([name, text]) => [name, readPreset(name, text, effects)]),
  );
  if (presetsOnly && presets.size === 0) {
    throw new Error('PRESETS_ONLY: expected presets in PRESETS, there are none');
  }
  const listed = effects.filter(({ name }) => allowed.length === 0 || allowed.includes(name));
  return { effects, open: presetsOnly ? [] : listed, presets, presetsOnly };
}

function readPreset(name: string, text: string, effects: readonly Effect[]): string[] {
  const fail = (why: string, cause?: unknown): Error =>
    new Error(`PRESETS: ${JSON.stringify(name)}: ${why}`, { cause });
  if (!NAME.test(name)) throw fail('expected a name of 1 to 64 letters, digits, "_" or "-"');
  const { path } = canonicalPath({ pathname: text, search: '' });
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length === 0) throw fail('expected segments such as w=128,fit=cover, got none');
  let plan: Plan;
  try {
    plan = parsePlan(segments, effects);
  } catch (error) {
    throw fail(messageOf(error), error);
  }
  if (Object.hasOwn(plan.output, NOT_IN_PRESETS)) {
    throw fail(`expected a preset without ${NOT_IN_PRESETS}`);
  }
  return segments;
}

/**
 * Replaces the names of presets by their segments, and reads the plan with `parsePlan`. Throws what `parsePlan` throws, `bad_option` for an
 * unknown preset, and `not_allowed` for an effect or option that this server does not offer.
 */
export function readPlan(
  segments: readonly string[],
  { effects, open, presets, presetsOnly }: PlanRules,
  uploads?: ReadonlyMap<string, string>,
): Plan {
  const parts = segments.map((segment) => split(plainSegment(segment), presets));
  const own = parts.flatMap((part) => part.own);
  if (presetsOnly) {
    if (parts.every(({ preset }) => preset.length === 0))
      throw notAllowed('expected a preset (p=<name>), got none');
    refuseMoreThanOutput(own);
  }
  const plan = parsePlan(
    parts.flatMap((part) => [...part.preset, ...part.own]),
    effects,
    uploads,
  );
  if (!presetsOnly && open.length < effects.length) {
    refuseOthers(parsePlan(own, effects, uploads), open);
  }
  return plan;
}

/** Splits a list of options into the segments of the preset that it names, and the list's other options. */
function split(
  segment: string,
  presets: PlanRules['presets'],
): { preset: readonly string[]; own: string[] } {
  const pairs = segment.split(',');
  const names = pairs.filter((pair) => pair.startsWith(PRESET_KEY));
  // After an effect's name, `p=` is a parameter of that effect.
  if (names.length === 0 || !segment.split(',', 1)[0]?.includes('=')) {
    return { preset: [], own: [segment] };
  }
  if (names.length > 1) throw badPreset('expected once in a segment, got it more than once');
  const preset = presetNamed(names[0]!.slice(PRESET_KEY.length), presets);
  const rest = pairs.filter((pair) => !pair.startsWith(PRESET_KEY)).join(',');
  return { preset, own: rest === '' ? [] : [rest] };
}

function presetNamed(name: string, presets: PlanRules['presets']): readonly string[] {
  const preset = presets.get(name);
  if (preset) return preset;
  const known = [...presets.keys()].join(', ');
  throw badPreset(
    known === ''
      ? 'expected no preset, this server has none'
      : `expected a preset (${known}), got ${quoted(name)}`,
  );
}

function refuseMoreThanOutput(own: readonly string[]): void {
  for (const pair of own.flatMap((segment) => segment.split(','))) {
    const key = /^([^=]+)=/.exec(pair)?.[1];
    const known = key !== undefined && Object.hasOwn(outputAliases, key);
    const name = known ? outputAliases[key] : key;
    if (name !== undefined && Object.hasOwn(outputParams, name)) continue;
    const names = Object.keys(outputParams).join(', ');
    throw notAllowed(`expected presets (p=<name>) and ${names} only, got ${quoted(pair)}`, name);
  }
}

function refuseOthers({ steps }: Plan, open: readonly Effect[]): void {
  const other = steps.find(({ effect }) => !open.includes(effect))?.effect.name;
  if (other === undefined) return;
  const names = open.map(({ name }) => name).join(', ');
  throw notAllowed(`${other}: expected an effect that this server offers (${names})`, other);
}

const notAllowed = (message: string, param?: string): AppError =>
  new AppError('not_allowed', message, param === undefined ? {} : { param });

const badPreset = (message: string): AppError =>
  new AppError('bad_option', `p: ${message}`, { param: 'p' });
