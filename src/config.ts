// Configuration by environment variables: names, defaults and ranges in one table, read once per isolate.

type Variable<T> = {
  default: T;
  /** Where the default needs words; `docs.ts` prints it in the README. */
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

const variable = <T>(v: Variable<T>): Variable<T> => v;

/** Every variable that the service reads. */
export const variables = {
  ALLOWED_SOURCES: variable({
    default: '',
    shown: 'empty: only `asset:`',
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
  CACHE_MAX_AGE: variable({
    default: 86400,
    describe: 'Seconds that an answer stays fresh.',
    read: integer(0, 31_536_000),
  }),
  DEVELOPMENT: variable({
    default: false,
    shown: '`true` by `npm start`',
    describe: 'Development only: jobs are canceled without their token.',
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
