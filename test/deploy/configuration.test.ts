// The two configuration files say the same where they overlap.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';

const read = (file: string, env: string) =>
  readConfig(
    { config: fileURLToPath(new URL(`../../${file}`, import.meta.url)), env },
    { hideWarnings: true },
  );

/** What jobs add. */
const OF_JOBS = ['r2_buckets', 'durable_objects', 'migrations', 'workflows', 'secrets'];
const OF_FILE = ['configPath', 'userConfigPath', 'definedEnvironments'];

const rest = (config: object) =>
  Object.fromEntries(
    Object.entries(config).filter(([key]) => ![...OF_JOBS, ...OF_FILE].includes(key)),
  );

describe.each(['', 'staging'])('the configurations of environment "%s"', (env) => {
  const [pictures, jobs] = [read('wrangler.toml', env), read('wrangler.jobs.toml', env)];

  it('differ in what jobs need only', () => {
    expect(rest(jobs)).toEqual(rest(pictures));
    expect(pictures.r2_buckets).toEqual([]);
    expect(pictures.workflows).toEqual([]);
    expect(pictures.secrets?.required).toEqual(['SIGNING_KEYS']);
    expect(jobs.secrets?.required).toEqual(['SIGNING_KEYS', 'GPU_SECRET']);
  });

  it('keep logs free of URLs, and have no address that a preview opens', () => {
    expect(pictures.observability).toMatchObject({
      enabled: true,
      logs: { invocation_logs: false },
    });
    expect(pictures.preview_urls).toBe(false);
    expect(pictures.workers_dev).toBe(env === 'staging');
  });
});
