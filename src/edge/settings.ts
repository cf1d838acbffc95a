// The settings of a Worker: its variables, and whether they fit each other and what is bound.
import { type Config, readConfig } from '../config.ts';
import { parseBackendKeys } from '../jobs/auth.ts';
import { containerOf, parseBackends } from '../jobs/backend-addresses.ts';
import { parseBackendHeaders } from '../jobs/backend-headers.ts';
import { parseAllowList } from '../sources/allow-list.ts';
import { checkBase } from '../sources/source-url.ts';

/** The names of what jobs need (`wrangler.jobs.toml`). */
export const JOB_BINDINGS = ['JOBS', 'GPU_DAY', 'JOB_RUNS', 'JOB_BLOBS'] as const;

/** Seconds per day that backends may render if `GPU_SECONDS_PER_DAY` is not set. */
const DEFAULT_DAY_SECONDS = 3600;

/**
 * Reads and checks the settings of a Worker; `env` has its variables and what is bound to it. Throws `Error` that begins with the name of
 * a variable that is wrong, that needs a binding which is missing, or that would let strangers use a service outside development.
 */
export function readSettings(env: Readonly<Record<string, unknown>>): Config {
  const config = readConfig(env);
  parseAllowList(config.ALLOWED_SOURCES);
  checkBase(config.SOURCE_BASE);
  const backends = parseBackends(config.GPU_BACKENDS);
  parseBackendHeaders(config.GPU_HEADERS);
  if (config.GPU_SECRET !== '' || backends.length > 0) parseBackendKeys(config.GPU_SECRET);
  checkBindings(config, env);
  if (!config.DEVELOPMENT) checkProduction(config, backends, env);
  return config;
}

/** Seconds per day that backends may render; 0 is no cap. */
export const daySecondsOf = ({
  GPU_SECONDS_PER_DAY: seconds,
  DEVELOPMENT,
}: Pick<Config, 'GPU_SECONDS_PER_DAY' | 'DEVELOPMENT'>): number =>
  seconds === '' ? (DEVELOPMENT ? 0 : DEFAULT_DAY_SECONDS) : seconds;

function checkBindings({ GPU_BACKENDS, RESULT_STORE }: Config, env: object): void {
  if (RESULT_STORE === 'r2' && !('JOB_BLOBS' in env))
    throw new Error('RESULT_STORE: expected the bucket JOB_BLOBS to be bound (wrangler.jobs.toml)');
  const missing: string[] = JOB_BINDINGS.filter((name) => !(name in env));
  const container = parseBackends(GPU_BACKENDS).find((address) => containerOf(address));
  if (container && !('CPU_BACKEND' in env)) missing.push('CPU_BACKEND');
  if (GPU_BACKENDS !== '' && missing.length > 0) {
    throw new Error(
      `GPU_BACKENDS: expected the bindings of wrangler.jobs.toml, ${missing.join(', ')} missing`,
    );
  }
}

/** Throws `Error` if strangers could use what costs money, or read what passes between the Worker and a backend. */
function checkProduction(
  { SIGNING_KEYS, UNSIGNED, ALLOWED_SOURCES }: Config,
  backends: readonly string[],
  env: object,
): void {
  const open = backends.find((address) => address.startsWith('http:'));
  if (open !== undefined)
    throw new Error(
      `GPU_BACKENDS: expected https: outside development, got ${JSON.stringify(open)}`,
    );
  if (SIGNING_KEYS.length > 0) return;
  const expected = 'SIGNING_KEYS: expected keys outside development';
  if (backends.length > 0)
    throw new Error(`${expected}, because GPU_BACKENDS is set: anybody could start jobs`);
  const opens = [
    ...(ALLOWED_SOURCES === '' ? [] : ['ALLOWED_SOURCES is set']),
    ...('SOURCE_BUCKET' in env ? ['SOURCE_BUCKET is bound'] : []),
  ];
  if (opens.length === 0 || UNSIGNED) return;
  throw new Error(
    `${expected}, because ${opens.join(' and ')}; or UNSIGNED=true, if everybody may use this service`,
  );
}
