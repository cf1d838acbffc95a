// Writes the segments of a plan, step by step.
import { AppError, paramError } from '../errors.ts';
import { escapeValue } from '../url-text.ts';
import {
  type Options,
  outputNames,
  type Steps,
  stepInputs,
  stepNames,
} from './generated/catalogue.ts';
import type { Expiry } from './sign-url.ts';
import { inputText, sourceText } from './source-text.ts';

type InputOf<N> = N extends keyof typeof stepInputs ? (typeof stepInputs)[N][number] : never;

/** Parameters of a step; with an upload its further images may be parts of the upload. */
type StepParams<N extends keyof Steps, Uploads> = Uploads extends true
  ? Omit<Steps[N], InputOf<N>> & Partial<Pick<Steps[N], InputOf<N> & keyof Steps[N]>>
  : Steps[N];

// Parameters may be left out where each of them may.
type Given<T> = Record<never, never> extends T ? [params?: T] : [params: T];

type StepMethods<Uploads> = {
  readonly [N in keyof Steps]: (...params: Given<StepParams<N, Uploads>>) => PlanBuilder<Uploads>;
};

/** A plan in the making, which is never changed: each method gives a new one with one step more. */
export type PlanBuilder<Uploads = boolean> = StepMethods<Uploads> & {
  /** One segment of options. Throws `bad_option` where one that shapes the answer is given again. */
  readonly options: (options: Options) => PlanBuilder<Uploads>;
  /** The segments that the service has under a name. */
  readonly preset: (name: string) => PlanBuilder<Uploads>;
  /** The segments, as jobs take them. */
  readonly plan: string;
  /** The source as at the end of a URL; undefined for uploads. */
  readonly source: string | undefined;
  /** The transform URL, not signed. */
  readonly url: () => string;
  /** The same with a signature, and an end where one is given. Throws `bad_signature` without keys. */
  readonly signedUrl: (options?: { expires?: Expiry }) => Promise<string>;
};

/** What URLs are made with. */
export type UrlPorts = {
  origin: string;
  sign: (url: string, options?: { expires?: Expiry | undefined }) => Promise<string>;
};

type Value = string | number | boolean | URL | undefined | readonly (string | number | URL)[];
type Values = Readonly<Record<string, Value>>;

/** An empty plan for a source, or for uploads. Throws `bad_source`. */
export function planBuilder(source: string | URL, ports: UrlPorts): PlanBuilder<false>;
export function planBuilder(source: undefined, ports: UrlPorts): PlanBuilder<true>;
export function planBuilder(source: string | URL | undefined, ports: UrlPorts): PlanBuilder {
  return build(
    { segments: [], outputs: [], source: source === undefined ? undefined : sourceText(source) },
    ports,
  );
}

type State = {
  segments: readonly string[];
  /** Names of options that were given and may not come again. */
  outputs: readonly string[];
  source: string | undefined;
};

function build(state: State, ports: UrlPorts): PlanBuilder {
  const { segments, outputs, source } = state;
  const plan = segments.join('/');
  const url = (): string => `${ports.origin}/t/${[plan, source].filter((part) => part).join('/')}`;
  const add = (segment: string, more: readonly string[] = []): PlanBuilder =>
    build({ source, segments: [...segments, segment], outputs: [...outputs, ...more] }, ports);

  const steps = stepNames.map((name) => [
    name,
    (params: Values = {}) => add([name, ...pairs(params, inputsOf(name))].join(',')),
  ]);
  return {
    ...Object.fromEntries(steps),
    options(options: Options) {
      const written = pairs(options, []);
      if (written.length === 0) return build(state, ports);
      const given = Object.keys(options).filter((name) => outputNames.includes(name));
      const again = given.find((name) => outputs.includes(name));
      if (again !== undefined) {
        throw paramError({ param: again, expected: 'once', got: 'it more than once' });
      }
      return add(written.join(','), given);
    },
    preset: (name: string) => add(`p=${escapeValue(name)}`),
    plan,
    source,
    url,
    signedUrl: (options) => ports.sign(url(), options),
  };
}

const inputsOf = (name: string): readonly string[] =>
  Object.entries(stepInputs).find(([step]) => step === name)?.[1] ?? [];

const pairs = (values: Values, inputs: readonly string[]): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const items: readonly (string | number | boolean | URL)[] =
      typeof value === 'object' && !(value instanceof URL) ? value : [value as string];
    const write = inputs.includes(name)
      ? (item: string | URL) => inputText(item, name)
      : (item: unknown) => text(item, name);
    return [`${name}=${escapeValue(items.map((item) => write(item as string)).join('~'))}`];
  });

/** Numbers without exponent, which URLs do not have. */
function text(value: unknown, param: string): string {
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) {
    throw new AppError('bad_option', `${param}: expected a finite number, got ${value}`, { param });
  }
  const shortest = String(value);
  return shortest.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : shortest;
}
