// Builds the text of a plan, step by step.
import { AppError, paramError } from '../errors.ts';
import { escapeValue, numberText } from '../url-text.ts';
import {
  type Options,
  outputNames,
  type Steps,
  stepInputs,
  stepNames,
} from './generated/catalogue.ts';
import type { Expiry } from './sign-url.ts';
import { inputText, sourceText } from './source-text.ts';

type InputOf<N> = N extends keyof typeof stepInputs ? keyof (typeof stepInputs)[N] : never;

/** Parameters of a step; if the source is an upload, further images may be parts of that upload. */
type StepParams<N extends keyof Steps, Uploads> = Uploads extends true
  ? Omit<Steps[N], InputOf<N>> & Partial<Pick<Steps[N], InputOf<N> & keyof Steps[N]>>
  : Steps[N];

// The parameters as a whole are optional if each of them is.
type Given<T> = Record<never, never> extends T ? [params?: T] : [params: T];

type StepMethods<Uploads> = {
  readonly [N in keyof Steps]: (...params: Given<StepParams<N, Uploads>>) => PlanBuilder<Uploads>;
};

/** An immutable plan under construction: each method returns a new one with one more step. */
export type PlanBuilder<Uploads = boolean> = StepMethods<Uploads> & {
  /** One segment of options. Throws `bad_option` if an output option is given a second time. */
  readonly options: (options: Options) => PlanBuilder<Uploads>;
  /** A preset of the service, by name. */
  readonly preset: (name: string) => PlanBuilder<Uploads>;
  /** The segments, as jobs take them. */
  readonly plan: string;
  /** The source as written at the end of a URL; undefined for uploads. */
  readonly source: string | undefined;
  /** The transform URL without signature. */
  readonly url: () => string;
  /** The transform URL with a signature and, if given, an expiry. Throws `bad_signature` without keys. */
  readonly signedUrl: (options?: { expires?: Expiry }) => Promise<string>;
};

/** Origin and key for making URLs. */
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
  /** Output options given so far, which may not be repeated. */
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
      const written = pairs(options, {});
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

/** Parameters of a step that name further images, and the names that each knows instead of one. */
const inputsOf = (step: string): Readonly<Record<string, readonly string[]>> =>
  Object.entries(stepInputs).find(([name]) => name === step)?.[1] ?? {};

const pairs = (values: Values, inputs: ReturnType<typeof inputsOf>): string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const items: readonly (string | number | boolean | URL)[] =
      typeof value === 'object' && !(value instanceof URL) ? value : [value as string];
    const names = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    const write = names
      ? (item: string | URL) =>
          names.includes(String(item)) ? String(item) : inputText(item, name)
      : (item: unknown) => text(item, name);
    return [`${name}=${escapeValue(items.map((item) => write(item as string)).join('~'))}`];
  });

function text(value: unknown, param: string): string {
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) {
    throw new AppError('bad_option', `${param}: expected a finite number, got ${value}`, { param });
  }
  return numberText(value);
}
