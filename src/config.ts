// The configuration by environment variables: names, defaults and ranges in one table, read once per isolate.
import { parseSigningKeys, type SigningKey } from './signing.ts';

type Variable<T> = {
  default: T;
  /** The default in words, if the value itself does not explain it; for docs/operating.md. */
  shown?: string;
  describe: string;
  /** Its value must not be in a file that is committed. */
  secret?: true;
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

const OPEN_METRICS = 'public';

function readMetricsToken(text: string): string {
  if (text === OPEN_METRICS || /^\S{16,200}$/.test(text)) return text;
  throw new RangeError(
    `expected ${OPEN_METRICS}, or 16 to 200 characters without spaces, got ${text.length} characters`,
  );
}

/** `count` requests per client in `seconds` seconds. */
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
    throw new RangeError(`${expected}, got text that is not JSON`, { cause });
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
      'Comma-separated URL prefixes that sources may have, with scheme, host and port; `*` stands for one host label or one path part.',
    read: (text) => text,
  }),
  ALLOW_PRIVATE_SOURCES: variable({
    default: false,
    describe: 'Development only: allows loopback and private addresses that are on the allow-list.',
    read: flag,
  }),
  SOURCE_BASE: variable({
    default: '',
    shown: 'empty',
    describe: 'The URL prefix that is put before relative sources; it must be on the allow-list.',
    read: (text) => text,
  }),
  SOURCE_TIMEOUT_MS: variable({
    default: 5000,
    describe: 'Time limit for a whole download, including redirects, in milliseconds.',
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
    describe: 'Largest source, in pixels; the memory limit of the edge may refuse smaller ones.',
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
      'Compute time that one request may need, in milliseconds. A request is admitted if 1.5 times its estimate is within the budget; otherwise the answer is `over_budget`.',
    read: integer(1, 300_000),
  }),
  EDGE_MEMORY_MIB: variable({
    default: 80,
    describe:
      'What the requests of one isolate may hold together, in MiB, of the 128 MB that it has: all limits on memory scale with it. Lower it if the dashboard shows requests that exceeded memory.',
    read: integer(32, 112),
  }),
  SIGNING_KEYS: variable<readonly SigningKey[]>({
    default: [],
    shown: 'empty: nothing is signed',
    describe:
      'Comma-separated pairs `<key>:<salt>` in hexadecimal digits. If set, transform URLs and jobs must be signed with any of them.',
    secret: true,
    read: parseSigningKeys,
  }),
  UNSIGNED: variable({
    default: false,
    describe:
      'Outside development, a service without `SIGNING_KEYS` starts only if it serves no sources from elsewhere and no bucket. `true` starts it all the same: everybody may then use it for every picture on the allow-list.',
    read: flag,
  }),
  RATE_LIMIT: variable<RateLimit | 'off' | ''>({
    default: '',
    shown: '`60/60`; `off` in development',
    describe:
      'How many uploads, jobs and, without signatures, pictures that no cache has a client may ask for, as `<count>/<seconds>`, or `off`. If the Worker has a rate limiting binding of that name (`RATE_LIMIT_60_PER_60` in `wrangler.toml`), the count is for a whole location; otherwise each isolate counts for itself.',
    read: readRateLimit,
  }),
  METRICS_TOKEN: variable({
    default: '',
    shown: 'empty: outside development nobody may read them',
    describe:
      'What `GET /metrics` needs as `Authorization: Bearer <token>`, at least 16 characters; `public`: everybody may read them.',
    read: readMetricsToken,
  }),
  ALLOWED_EFFECTS: variable<readonly string[]>({
    default: [],
    shown: 'all',
    describe:
      'Comma-separated names of the effects and options that requests may use (`resize,pixelate`). The others answer `not_allowed` and are missing from the catalogue.',
    read: (text) => text.split(',').map((name) => name.trim()),
  }),
  PRESETS: variable<Readonly<Record<string, string>>>({
    default: {},
    shown: 'empty',
    describe:
      'JSON `{ "<name>": "<segments>" }`; a request uses a preset by the option `p=<name>`. Presets may use every effect, regardless of `ALLOWED_EFFECTS`.',
    read: readPresets,
  }),
  PRESETS_ONLY: variable({
    default: false,
    describe:
      'If `true`, requests may use only presets and the options of the answer (`f`, `q`, `exp`, …). Everything else answers `not_allowed`.',
    read: flag,
  }),
  CACHE_MAX_AGE: variable({
    default: 86400,
    describe: 'How long an answer stays fresh, in seconds.',
    read: integer(0, 31_536_000),
  }),
  RESPECT_SOURCE_CACHE: variable({
    default: false,
    describe:
      'If `true`, the `s-maxage` or `max-age` of a source caps how long its answers stay fresh. `no-store` and `private` of a source are always respected: its answers are not stored.',
    read: flag,
  }),
  WORKERS_CACHE: variable({
    default: false,
    describe:
      '`true`: a renderer behind Workers Cache answers, if the configuration of the Worker enables that cache for it (`[cache]` in `wrangler.toml`).',
    read: flag,
  }),
  RESULT_STORE: variable<'off' | 'r2'>({
    default: 'off',
    describe:
      '`r2`: answers are also stored in the bucket of jobs, under `answers/`, for when the cache of a data centre has lost them.',
    read: oneOf('off', 'r2'),
  }),
  DEVELOPMENT: variable({
    default: false,
    shown: '`true` by `npm start`',
    describe:
      'Development only: jobs can be canceled without their token, and, if no keys are set, sources can be purged without a signature.',
    read: flag,
  }),
  GPU_BACKENDS: variable({
    default: '',
    shown: 'the local one of `npm start`',
    describe:
      'Comma-separated addresses of GPU backends, which render what is too expensive for the edge: URLs, or `container:<number>` for containers of the Worker. If empty, such requests answer `backend_unavailable`. Outside development URLs must begin with `https:`, and `SIGNING_KEYS` must be set.',
    read: (text) => text,
  }),
  GPU_SECRET: variable({
    default: '',
    shown: 'as `GPU_BACKENDS`',
    describe:
      'The secret that the Worker shares with the backends, and from which ids and tokens of jobs are made: a text of at least 16 characters, or `id:hex,id:hex`, of which the first signs.',
    secret: true,
    read: (text) => text,
  }),
  GPU_HEADERS: variable({
    default: '',
    shown: 'empty',
    describe:
      'Headers that backends behind a login need, as JSON: `{"Authorization":"Bearer …"}` for all of them, or `{"https://gpu.example.com":{"CF-Access-Client-Id":"…"}}` for one.',
    secret: true,
    read: (text) => text,
  }),
  GPU_SECONDS_PER_DAY: variable<number | ''>({
    default: '',
    shown: '3600; 0 in development',
    describe:
      'How many seconds per day (UTC) the backends may render; 0 is no cap. After that, new jobs are refused until the next day.',
    read: integer(0, 1_000_000_000),
  }),
  IMAGES_PER_DAY: variable({
    default: 1000,
    describe:
      'How many pictures per day (UTC) the Images binding may decode, if there is one; 0: no cap. After that, what the isolate cannot decode is refused, or becomes a job, until the next day.',
    read: integer(0, 1_000_000_000),
  }),
  JOB_ATTEMPTS: variable({
    default: 5,
    describe: 'How often a job is attempted, each time on the next backend, before it fails.',
    read: integer(1, 100),
  }),
  JOB_RETRY_MS: variable({
    default: 5000,
    describe:
      'Pause before the second attempt, in milliseconds. It doubles with each further attempt, up to a minute.',
    read: integer(1, 60_000),
  }),
  JOB_QUEUE_MS: variable({
    default: 3_600_000,
    describe:
      'How long a job may wait while all backends are busy, in milliseconds. Waiting does not count as an attempt.',
    read: integer(1, 86_400_000),
  }),
  JOB_CONNECT_MS: variable({
    default: 30_000,
    describe: 'Time limit for a backend to receive a job and its pictures, in milliseconds.',
    read: integer(1, 600_000),
  }),
  JOB_BODY_BYTES: variable({
    default: 95_000_000,
    shown: '95 MB',
    describe:
      'Largest body of a request to a backend, in bytes; what is larger, such as a checkpoint, is sent in parts. Proxies have limits: Cloudflare lets 100 MB through, or 200 MB on the Business plan.',
    read: integer(2 ** 16, 2 ** 31),
  }),
  JOB_SILENCE_MS: variable({
    default: 30_000,
    describe: 'An attempt is lost after a backend was silent for this long, in milliseconds.',
    read: integer(1, 600_000),
  }),
  JOB_ATTEMPT_MS: variable({
    default: 7_200_000,
    describe: 'Time limit for one attempt, in milliseconds.',
    read: integer(1, 86_400_000),
  }),
  JOB_STEP_MS: variable({
    default: 600_000,
    describe:
      'How long one step of the Workflow of a job may take, in milliseconds. Longer attempts go on in the next step.',
    read: integer(1000, 3_600_000),
  }),
  JOB_WATCH_MS: variable({
    default: 15_000,
    describe:
      'After this time without a sign of life from the work on a job, for example because of a restart, the work is started again where it was, in milliseconds.',
    read: integer(100, 3_600_000),
  }),
} as const;

export type Config = { [K in keyof typeof variables]: (typeof variables)[K]['default'] };

/** Reads the configuration. Unset and empty variables have their default. Throws `Error` naming a wrong variable. */
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
