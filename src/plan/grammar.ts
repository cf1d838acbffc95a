// Reads and writes plans as URL text: `w=256,fit=cover/pixelate,block=8/f=webp`.
import { outputFormats, outputRules } from '../codecs/formats.ts';
import type { Effect, ParamSchemas } from '../effects/effect.ts';
import { AppError, paramError, quoted } from '../errors.ts';
import { escapeValue } from '../url-text.ts';
import { decodeText, plainSegment } from './plain-segment.ts';
import {
  elementsOf,
  isGpuOnly,
  type Output,
  outputAliases,
  outputParams,
  outputSpellings,
  type Plan,
  readParams,
  readStep,
  type Step,
} from './plan.ts';

const MAX_STEPS = 32;
/** Canonical text has a segment for each step, and one for the output. */
export const MAX_SEGMENTS = MAX_STEPS + 1;

/**
 * Reads the segments of a plan, each percent-encoded as in a canonical path; every key and value is decoded once.
 * `uploads` has the text of each further image that is uploaded with the request. Throws `bad_url`, `bad_option`, `unknown_effect`.
 */
export function parsePlan(
  segments: readonly string[],
  effects: readonly Effect[],
  uploads: ReadonlyMap<string, string> = new Map(),
): Plan {
  if (segments.length > MAX_SEGMENTS) {
    throw new AppError(
      'bad_url',
      `expected at most ${MAX_SEGMENTS} segments, got ${segments.length}`,
    );
  }
  const steps: Step[] = [];
  const output = new Map<string, string>();
  for (const segment of segments.map(plainSegment)) {
    const [head = '', ...rest] = segment.split(',');
    if (head.includes('=')) {
      const options = readPairs(segment.split(','), optionNames(effects));
      for (const [name, text] of take(options, outputParams)) {
        if (output.has(name)) throw repeated(name);
        output.set(name, text);
      }
      steps.push(...readOptions(options, effects));
      continue;
    }
    const name = decodeText(head);
    const effect = effects.find((e) => e.segment === 'step' && e.name === name);
    if (!effect) {
      const names = effects.filter((e) => e.segment === 'step').map((e) => e.name);
      throw new AppError(
        'unknown_effect',
        `expected an effect (${names.join(', ')}) or options like w=128, got ${quoted(name)}`,
      );
    }
    const texts = readPairs(rest, effect);
    for (const input of effect.further.params) {
      const upload = uploads.get(input);
      if (upload !== undefined && !texts.has(input)) texts.set(input, upload);
    }
    steps.push(readStep(effect, texts));
  }
  if (steps.length > MAX_STEPS) {
    throw new AppError('bad_url', `expected at most ${MAX_STEPS} steps, got ${steps.length}`);
  }
  refuseSeveralGpuOnly(steps);
  return { steps, output: readOutput(output) };
}

function readOutput(texts: ReadonlyMap<string, string>): Output {
  const given = readParams('the output', outputParams, texts) as Output;
  const { anim: _, ...still } = given;
  const output = showsOnePicture(given.f) ? still : given;
  // The fastest format does not depend on the asked one, so both have one key.
  const isPicture = outputFormats.some((format) => format === output.f);
  return output.compression && isPicture ? { ...output, f: 'auto' } : output;
}

/** Whether an answer of this format has one picture, whatever `anim` says. */
function showsOnePicture(format: Output['f']): boolean {
  const asked = outputFormats.find((name) => name === format);
  return format !== 'auto' && !(asked && outputRules(asked).animation);
}

/**
 * The steps of the options of one segment, in the order of the list of effects, whatever the order of the keys; without those that
 * change nothing.
 */
function readOptions(options: Map<string, string>, effects: readonly Effect[]): Step[] {
  const found = optionEffects(effects).flatMap((effect) => {
    const own = take(options, effect.params);
    return own.size > 0 ? [{ effect, own, step: readStep(effect, own) }] : [];
  });
  for (const name of options.keys()) throw unknownOption(name, effects);
  const dpr = found.map(({ step }) => step.params.dpr).find((value) => value !== undefined);
  return found
    .map(({ effect, own, step }) =>
      effect.canonical && dpr !== undefined ? readStep(effect, own, dpr as number) : step,
    )
    .filter(({ effect, params }) => !effect.isNeutral?.(params));
}

// A job has the progress, deadline and checkpoint of one step.
function refuseSeveralGpuOnly(steps: readonly Step[]): void {
  const gpuOnly = steps.filter(isGpuOnly);
  if (gpuOnly.length <= 1) return;
  const names = gpuOnly.map(({ effect }) => effect.name).join(', ');
  throw new AppError(
    'bad_option',
    `${gpuOnly[1]?.effect.name}: expected one step in a plan that needs a GPU backend, got ${gpuOnly.length} (${names})`,
  );
}

/**
 * Writes a plan with its parameters in the order of the declarations: equal plans give equal text, and `parsePlan` returns the
 * same plan except for options that are no part of keys. `sources` maps texts of further images to canonical texts.
 */
export function formatPlan(
  { steps, output }: Plan,
  sources: ReadonlyMap<string, string> = new Map(),
): string {
  const canonical = (text: string): string => escapeJoint(sources.get(text) ?? text);
  const named = (effect: Effect, params: Readonly<Record<string, unknown>>) => ({
    ...params,
    ...Object.fromEntries(
      effect.further.params.map((name) => [
        name,
        elementsOf(params[name]).map(canonical).join('~'),
      ]),
    ),
  });
  const segments = steps.map(({ effect, params }) => {
    return [
      ...(effect.segment === 'step' ? [effect.name] : []),
      ...pairsOf(named(effect, params)),
    ].join(',');
  });
  const { f, q, lossless, anim, compression } = output;
  const kept = {
    f,
    q,
    ...(lossless && { lossless }),
    ...(anim === false && { anim }),
    ...(compression && { compression }),
  };
  return [...segments, pairsOf(kept).join(',')].join('/');
}

// A source may contain `~`, which joins lists.
const escapeJoint = (text: string): string => text.replaceAll('~', '%7E');

const pairsOf = (values: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${escapeValue(String(value))}`);

const optionEffects = (effects: readonly Effect[]): Effect[] =>
  effects.filter((effect) => effect.segment === 'options');

/** The names and spellings that a segment of options accepts. */
type Names = Pick<Effect, 'aliases' | 'spellings'>;

const optionNames = (effects: readonly Effect[]): Names => {
  const all = optionEffects(effects);
  return {
    aliases: Object.assign({}, outputAliases, ...all.map(({ aliases }) => aliases)),
    spellings: Object.assign({}, outputSpellings, ...all.map(({ spellings }) => spellings)),
  };
};

/** Whether the text is the name of an option, or another spelling of one. */
export function isOption(text: string, effects: readonly Effect[]): boolean {
  const { aliases } = optionNames(effects);
  const schemas = [outputParams, ...optionEffects(effects).map(({ params }) => params)];
  return Object.hasOwn(aliases, text) || schemas.some((params) => Object.hasOwn(params, text));
}

/** Moves the options that `params` declares out of the map. */
function take(options: Map<string, string>, params: ParamSchemas): Map<string, string> {
  const taken = new Map([...options].filter(([name]) => Object.hasOwn(params, name)));
  for (const name of taken.keys()) options.delete(name);
  return taken;
}

function unknownOption(name: string, effects: readonly Effect[]): AppError {
  const names = [...optionEffects(effects).map((effect) => effect.params), outputParams].flatMap(
    (params) => Object.keys(params),
  );
  const why = name === 'segment' ? ', since no network here finds the background' : '';
  return paramError({ param: name, expected: `an option (${names.join(', ')})${why}` });
}

function readPairs(pairs: readonly string[], names: Names): Map<string, string> {
  const { aliases, spellings } = names;
  const texts = new Map<string, string | undefined>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1)
      throw new AppError('bad_option', `expected key=value, got ${quoted(decodeText(pair))}`);
    const key = decodeText(pair.slice(0, equals));
    const name = Object.hasOwn(aliases, key) ? aliases[key]! : key;
    const text = decodeText(pair.slice(equals + 1));
    if (text === '')
      throw new AppError('bad_option', `${quoted(name)}: expected a value, got nothing`, {
        param: name,
      });
    if (texts.has(name)) throw repeated(name);
    const others = Object.hasOwn(spellings, name) ? spellings[name]! : {};
    texts.set(name, Object.hasOwn(others, text) ? others[text] : text);
  }
  const given = [...texts].filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new Map(given);
}

const repeated = (name: string) =>
  paramError({ param: name, expected: 'once', got: 'it more than once' });
