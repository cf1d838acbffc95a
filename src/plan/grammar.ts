// Plans as URL text: `w=256,fit=cover/pixelate,block=8/f=webp`, read and written.
import type { Effect } from '../effects/effect.ts';
import { AppError } from '../errors.ts';
import {
  type Output,
  outputAliases,
  outputParams,
  type Plan,
  quoted,
  readParams,
  readStep,
  type Step,
} from './plan.ts';

const MAX_SEGMENTS = 32;

/**
 * Reads the segments of a plan, each percent-encoded as in a canonical path; every key and value is decoded once.
 * `uploads` has the text of each further image that comes with the request and not from a source. Throws `bad_url`, `bad_option`, `unknown_effect`.
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
  for (const segment of segments) {
    const [head = '', ...rest] = segment.split(',');
    if (head.includes('=')) {
      const options = readPairs(segment.split(','), optionAliases(effects));
      for (const name of Object.keys(outputParams)) {
        const text = options.get(name);
        if (text === undefined) continue;
        if (output.has(name)) throw repeated(name);
        output.set(name, text);
        options.delete(name);
      }
      if (options.size > 0) steps.push(readStep(optionsEffect(effects), options));
      continue;
    }
    const name = decode(head);
    const effect = effects.find((e) => e.segment === 'step' && e.name === name);
    if (!effect) {
      const names = effects.filter((e) => e.segment === 'step').map((e) => e.name);
      throw new AppError(
        'unknown_effect',
        `expected an effect (${names.join(', ')}) or options like w=128, got ${quoted(name)}`,
      );
    }
    const texts = readPairs(rest, effect.aliases);
    for (const input of effect.inputs) {
      const upload = uploads.get(input);
      if (upload !== undefined && !texts.has(input)) texts.set(input, upload);
    }
    steps.push(readStep(effect, texts));
  }
  return { steps, output: readParams('the output', outputParams, output) as Output };
}

/** Writes a plan with every parameter spelled out, in the order of the declarations: equal plans give equal text, and `parsePlan` gives the plan back. */
export function formatPlan({ steps, output }: Plan): string {
  const segments = steps.map(({ effect, params }) => {
    const pairs = Object.entries(params).map(
      ([name, value]) => `${name}=${encodeValue(String(value))}`,
    );
    return [...(effect.segment === 'step' ? [effect.name] : []), ...pairs].join(',');
  });
  return [...segments, `f=${output.f},q=${output.q}`].join('/');
}

function optionsEffect(effects: readonly Effect[]): Effect {
  return effects.find((e) => e.segment === 'options') as Effect;
}

function optionAliases(effects: readonly Effect[]): Readonly<Record<string, string>> {
  return { ...outputAliases, ...optionsEffect(effects).aliases };
}

function readPairs(
  pairs: readonly string[],
  aliases: Readonly<Record<string, string>>,
): Map<string, string> {
  const texts = new Map<string, string>();
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1)
      throw new AppError('bad_option', `expected key=value, got ${quoted(decode(pair))}`);
    const key = decode(pair.slice(0, equals));
    const name = Object.hasOwn(aliases, key) ? (aliases[key] as string) : key;
    const text = decode(pair.slice(equals + 1));
    if (text === '')
      throw new AppError('bad_option', `${quoted(name)}: expected a value, got nothing`, {
        param: name,
      });
    if (texts.has(name)) throw repeated(name);
    texts.set(name, text);
  }
  return texts;
}

const repeated = (name: string) =>
  new AppError('bad_option', `${name}: expected once, got it more than once`, { param: name });

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError('bad_url', `expected percent-encoded UTF-8, got ${quoted(text)}`);
  }
}

const encodeValue = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');
