// Configuration by environment variables: names, defaults and ranges in one table, read once per isolate.
import { parseSigningKeys, type SigningKey } from './signing.ts';

type Variable<T> = {
  default: T;
  /** The default in words, for the generated documentation; needed if the value itself does not explain it. */
  shown?: string;
  describe: string;
  read: (text: string) => T;
};

const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new RangeError(
        `expected an integer from ${min} to ${max}, got ${JSON.stringify(text)}`,
      );
    }
    return value;
  };

const flag = (text: string): boolean => {
  if (text !== 'true' && text !== 'false') {
    throw new RangeError(`expected true or false, got ${JSON.stringify(text)}`);
  }
  return text === 'true';
};

/** Requests that one client may send within a number of seconds. */
export type RateLimit = { count: number; seconds: number };

function readRateLimit(text: string): RateLimit | 'off' {
  if (text === 'off') return text;
  const [, count, seconds] = /^(\d{1,9})\/(\d{1,5})$/.exec(text) ?? [];
  if (Number(count) >= 1 && Number(seconds) >= 1) {
    return { count: Number(count), seconds: Number(seconds) };
  }
  throw new RangeError(
    `expected off or <count>/<seconds> such as 60/60, got ${JSON.stringify(text)}`,
  );
}

function readPresets(text: string): Readonly<Record<string, string>> {
  const expected = 'expected JSON such as {"thumb":"w=128,h=128,fit=cover"}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new RangeError(`${expected}, got what is no JSON`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError(`${expected}, got ${Array.isArray(value) ? 'a list' : typeof value}`);
  }
  for (const [name, plan] of Object.entries(value)) {
    if (typeof plan === 'string') continue;
    throw new RangeError(`${JSON.stringify(name)}: expected a text, got ${typeof plan}`);
  }
  return value as Readonly<Record<string, string>>;
}

const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): T => {
    const value = values.find((one) => one === text);
    if (value === undefined) {
      throw new RangeError(`expected ${values.join(' or ')}, got ${JSON.stringify(text)}`);
    }
    return value;
  };

const variable = <T>(v: Variable<T>): Variable<T> => v;

/** Every variable that the service reads. */
export const variables = {
  ALLOWED_SOURCES: variable({
    default: '',
    shown: 'empty: only `asset:` and `r2:`',
    describe:
      'Comma-separated URL prefixes that sources may come from, scheme, host and port included; `*` stands for one host label or one path part.',
    read: (text) => text,
  }),
  ALLOW_PRIVATE_SOURCES: variable({
    default: false,
    describe: 'Development only: lets allow-listed loopback and private addresses through.',
    read: flag,
  }),
  SOURCE_BASE: variable({
    default: '',
    shown: 'empty',
    describe: 'An allow-listed URL prefix that relative sources are resolved under.',
    read: (text) => text,
  }),
  SOURCE_TIMEOUT_MS: variable({
    default: 5000,
    describe: 'Time for a whole download, redirects included.',
    read: integer(1, 600_000),
  }),
  MAX_SOURCE_BYTES: variable({
    default: 20 * 2 ** 20,
    shown: '20 MiB',
    describe: 'Largest source or upload, in bytes.',
    read: integer(1, 2 ** 30),
  }),
  MAX_SOURCE_PIXELS: variable({
    default: 120_000_000,
    shown: '120 million',
    describe: 'Largest source, in pixels; the memory of the edge may refuse earlier.',
    read: integer(1, 2 ** 31),
  }),
  MAX_RESULT_PIXELS: variable({
    default: 4_000_000,
    shown: '4 million',
    describe: 'Largest result, in pixels.',
    read: integer(1, 2 ** 31),
  }),
  EDGE_BUDGET_MS: variable({
    default: 2000,
    describe:
      'Compute that one request may need, in milliseconds; it is admitted if its estimate stays below with a margin of 1.5, else the answer is `over_budget`.',
    read: integer(1, 300_000),
  }),
  SIGNING_KEYS: variable<readonly SigningKey[]>({
    default: [],
    shown: 'empty: nothing is signed',
    describe:
      'Pairs `<key>:<salt>` in hexadecimal digits, joined by commas, any of which signs transform URLs and jobs; with them, what is not signed is refused.',
    read: parseSigningKeys,
  }),
  RATE_LIMIT: variable<RateLimit | 'off' | ''>({
    default: '',
    shown: '`60/60`; `off` in development',
    describe:
      'Uploads and submitted jobs a client may send, as `<count>/<seconds>`, or `off`. Where the Worker has a rate limiting binding named for it (`RATE_LIMIT_60_PER_60`, in `wrangler.toml`), that counts for a whole location; otherwise each isolate counts for itself.',
    read: readRateLimit,
  }),
  ALLOWED_EFFECTS: variable<readonly string[]>({
    default: [],
    shown: 'all',
    describe:
      'Comma-separated names of the effects that requests may use, those of options included (`resize,pixelate`); the others are `not_allowed`, and missing from the catalogue.',
    read: (text) => text.split(',').map((name) => name.trim()),
  }),
  PRESETS: variable<Readonly<Record<string, string>>>({
    default: {},
    shown: 'empty',
    describe:
      'JSON `{ "<name>": "<segments>" }`, used as the option `p=<name>`; they may use every effect, whatever `ALLOWED_EFFECTS` says.',
    read: readPresets,
  }),
  PRESETS_ONLY: variable({
    default: false,
    describe:
      'Requests may use presets and the options of the answer (`f`, `q`, `exp`, …) alone; all else is `not_allowed`.',
    read: flag,
  }),
  CACHE_MAX_AGE: variable({
    default: 86400,
    describe: 'Seconds that an answer stays fresh.',
    read: integer(0, 31_536_000),
  }),
  RESULT_STORE: variable<'off' | 'r2'>({
    default: 'off',
    describe:
      '`r2`: answers are also kept in the bucket of jobs, under `answers/`, from where they come back once the cache of a data centre has lost them.',
    read: oneOf('off', 'r2'),
  }),
  DEVELOPMENT: variable({
    default: false,
    shown: '`true` by `npm start`',
    describe:
      'Development only: jobs are canceled without their token, and sources purged without a signature while no keys are set.',
    read: flag,
  }),
  GPU_BACKENDS: variable({
    default: '',
    shown: 'the local one of `npm start`',
    describe:
      'Comma-separated URLs of GPU backends, which render what is too heavy for the edge; empty: such requests are `backend_unavailable`.',
    read: (text) => text,
  }),
  GPU_SECRET: variable({
    default: '',
    shown: 'as `GPU_BACKENDS`',
    describe:
      'Secret shared with the backends, also of the ids and tokens of jobs: a text of at least 16 characters, or `id:hex,id:hex`, of which the first signs.',
    read: (text) => text,
  }),
  GPU_SECONDS_PER_DAY: variable({
    default: 0,
    shown: '0: no cap',
    describe:
      'Seconds that backends may render a day (UTC) before new jobs are refused until the next.',
    read: integer(0, 1_000_000_000),
  }),
  JOB_ATTEMPTS: variable({
    default: 5,
    describe: 'Attempts to render a job, each on the next backend, before it has failed.',
    read: integer(1, 100),
  }),
  JOB_RETRY_MS: variable({
    default: 5000,
    describe: 'Pause before the second attempt; it doubles with each further one, up to a minute.',
    read: integer(1, 60_000),
  }),
  JOB_QUEUE_MS: variable({
    default: 3_600_000,
    describe: 'Time that a job may wait for busy backends, which spends no attempt.',
    read: integer(1, 86_400_000),
  }),
  JOB_CONNECT_MS: variable({
    default: 30_000,
    describe: 'Time for a backend to take a job and its pictures.',
    read: integer(1, 600_000),
  }),
  JOB_SILENCE_MS: variable({
    default: 30_000,
    describe: 'Silence of a backend after which an attempt counts as lost.',
    read: integer(1, 600_000),
  }),
  JOB_ATTEMPT_MS: variable({
    default: 7_200_000,
    describe: 'Longest attempt.',
    read: integer(1, 86_400_000),
  }),
  JOB_WATCH_MS: variable({
    default: 15_000,
    describe:
      'Time after which work on a job of which nothing is heard, as after a restart, is begun anew where it was.',
    read: integer(100, 3_600_000),
  }),
} as const;

export type Config = { [K in keyof typeof variables]: (typeof variables)[K]['default'] };

/** Reads the configuration; unset and empty variables take their default. Throws `Error` naming the variable. */
export function readConfig(env: Readonly<Record<string, unknown>>): Config {
  const entries = Object.entries(variables).map(([name, { default: fallback, read }]) => {
    const text = env[name];
    if (text === undefined || text === '') return [name, fallback];
    try {
      return [name, read(String(text))];
    } catch (cause) {
      throw new Error(`${name}: ${(cause as Error).message}`, { cause });
    }
  });
  return Object.fromEntries(entries) as Config;
}
