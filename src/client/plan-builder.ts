// Builds the text of a plan, step by step.
import { paramError } from '../errors.ts';
import { escapeValue, numberText } from '../url-text.ts';
import {
  type Options,
  outputNames,
  type Steps,
  stepInputs,
  stepNames,
} from './generated/catalogue.ts';
import { hasOption, planAt } from './plan-at.ts';
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
  /** The same plan with another size or another output: replaces the plan's own options, wherever they are. A new width ends a `dpr` and scales a height along. */
  readonly at: (options: AtOptions) => PlanBuilder<Uploads>;
  /** A preset of the service, by name. */
  readonly preset: (name: string) => PlanBuilder<Uploads>;
  /** The segments, as jobs take them. */
  readonly plan: string;
  /** The source as written at the end of a URL; undefined for uploads. */
  readonly source: SourceOf<Uploads>;
  /** The transform URL without signature. */
  readonly url: () => string;
  /** The transform URL with a signature and, if given, an expiry. Throws `bad_signature` without keys. */
  readonly signedUrl: (options?: { expires?: Expiry }) => Promise<string>;
};

type SourceOf<Uploads> = Uploads extends true ? undefined : string;

/** Options that `at` replaces. */
export type AtOptions = Pick<
  Options,
  'w' | 'h' | 'dpr' | 'fit' | 'gravity' | 'background' | 'f' | 'q'
>;

/** Origin and key for making URLs. */
export type UrlPorts = {
  origin: string;
  sign: (url: string, options?: { expires?: Expiry | undefined }) => Promise<string>;
};

type Value = string | number | boolean | URL | undefined | readonly (string | number | URL)[];
type Values = Readonly<Record<string, Value>>;

/** An empty plan for a source, or for uploads if that is undefined. Throws `bad_source`. */
export function planBuilder<Uploads extends boolean>(
  source: Uploads extends true ? undefined : string | URL,
  ports: UrlPorts,
): PlanBuilder<Uploads> {
  const text = source === undefined ? undefined : sourceText(source);
  return planOf({ plan: '', source: text as SourceOf<Uploads> }, ports);
}

/** The plan whose text, and source as written in a URL, are these. */
export function planOf<Uploads extends boolean>(
  { plan, source }: { plan: string; source: SourceOf<Uploads> },
  ports: UrlPorts,
): PlanBuilder<Uploads> {
  const url = (): string => `${ports.origin}/t/${joined(plan, source)}`;
  const next = (changed: string): PlanBuilder<Uploads> => planOf({ plan: changed, source }, ports);
  const add = (segment: string): PlanBuilder<Uploads> => next(joined(plan, segment));

  const steps = stepNames.map((name) => [
    name,
    (params: Values = {}) => add([name, ...pairs(params, inputsOf(name))].join()),
  ]);
  return {
    ...Object.fromEntries(steps),
    options(options: Options) {
      const written = pairs(options, {});
      const names = outputNames.filter((name) =>
        written.some((pair) => pair.startsWith(`${name}=`)),
      );
      const again = names.find((name) => hasOption(plan, name));
      if (again !== undefined) {
        throw paramError({ param: again, expected: 'once', got: 'it more than once' });
      }
      return add(written.join());
    },
    at: (options: AtOptions) => next(planAt(plan, pairs(options, {}).join())),
    preset: (name: string) => add(`p=${escapeValue(name)}`),
    plan,
    source,
    url,
    signedUrl: (options) => ports.sign(url(), options),
  };
}

const joined = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join('/');

/** Parameters of a step that name further images, and the names that each accepts in place of one. */
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
    throw paramError({ param, expected: 'a finite number', got: `${value}` });
  }
  return numberText(value);
}
