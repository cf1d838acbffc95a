// The configuration by environment variables: names, defaults and ranges in one table, read once per isolate.

import { jobVariables } from './config/job-variables.ts';
import { limitVariables } from './config/limit-variables.ts';
import { flag, integer, oneOf, variable } from './config/variable.ts';
import { messageOf } from './errors.ts';
import { parseSigningKeys, type SigningKey } from './signing.ts';

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
  ...limitVariables,
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
  ...jobVariables,
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
      throw new Error(`${name}: ${messageOf(cause)}`, { cause });
    }
  });
  return Object.fromEntries(entries) as Config;
}
