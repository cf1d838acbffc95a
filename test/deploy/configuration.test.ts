// The two configuration files say the same where they overlap.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unstable_readConfig as readConfig } from 'wrangler';
import { readDeployment } from '../../scripts/deploy/read-deployment.ts';
import { readSettings } from '../../src/edge/settings.ts';

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
      redact_query_string: true,
      logs: { invocation_logs: false },
    });
    expect(pictures.preview_urls).toBe(false);
    expect(pictures.workers_dev).toBe(env === 'staging');
    expect(pictures.limits?.cpu_ms).toBe(10_000);
  });
});

describe('a staging environment with jobs', () => {
  it('shares no bucket, no workflow and no count of requests with the Worker beside it', () => {
    const [beside, staging] = ['', 'staging'].map((env) => {
      const { name, r2_buckets, workflows, ratelimits } = read('wrangler.jobs.toml', env);
      const named = (list: object[], key: string): string[] =>
        list.map((one) => `${key} ${(one as Record<string, unknown>)[key]}`);
      return [
        `Worker ${name}`,
        ...named(r2_buckets, 'bucket_name'),
        ...named(workflows, 'name'),
        ...named(ratelimits, 'namespace_id'),
      ];
    });
    expect(beside).toHaveLength(5);
    expect(new Set([...beside!, ...staging!]).size).toBe(10);
  });
});

describe('the Tail Worker', () => {
  it('has no address, and keeps logs free of URLs', () => {
    const { observability, workers_dev } = read('wrangler.tail.toml', '');
    expect(observability).toMatchObject({ enabled: true, logs: { invocation_logs: false } });
    expect(workers_dev).toBe(false);
  });
});

describe('the containers in wrangler.jobs.toml', () => {
  it('are a configuration that a service starts with, once they are no comment', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-config-'));
    try {
      const path = fileURLToPath(new URL('../../wrangler.jobs.toml', import.meta.url));
      const text = await readFile(path, 'utf8');
      const [comment] = /^# \[\[containers\]\](?:\n#.*)*/m.exec(text) ?? [];
      // The image is looked for beside the configuration.
      await writeFile(join(folder, 'Dockerfile.cpu'), '');
      const config = join(folder, 'wrangler.toml');
      const vars = '\n[vars]\nGPU_BACKENDS = "container:0,container:1"\n';
      const open = comment
        ?.replaceAll(/^# ?/gm, '')
        .replace(/^image = .*$/m, '$&\nimage_vars = { MODELS = "vgg19" }');
      await writeFile(config, text.replace(comment ?? '', `${open}${vars}`));
      const files = { config, environment: undefined, secretsFile: undefined, domain: undefined };
      const { env } = await readDeployment(files);
      expect(readSettings(env).GPU_BACKENDS).toBe('container:0,container:1');
      expect(env).toMatchObject({ CPU_BACKEND: true, JOBS: true });
      const { containers, migrations } = readConfig({ config, env: '' }, { hideWarnings: true });
      expect(containers).toMatchObject([
        { class_name: 'CpuBackend', max_instances: 2, image_vars: { MODELS: 'vgg19' } },
      ]);
      expect(migrations.map(({ tag }: { tag: string }) => tag)).toEqual(['v1', 'v2']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a secret', () => {
  it.each(['SIGNING_KEYS', 'GPU_SECRET', 'GPU_HEADERS'])(
    'is refused by name in a configuration file, without its value: %s',
    async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'tessera-config-'));
      try {
        const config = join(folder, 'wrangler.toml');
        await writeFile(config, `name = "x"\n[vars]\n${name} = "a-secret-value"\n`);
        const files = { config, environment: undefined, secretsFile: undefined, domain: undefined };
        const reading = readDeployment(files);
        await expect(reading).rejects.toThrow(`${name}: expected it in the file of secrets`);
        await expect(reading).rejects.not.toThrow('a-secret-value');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});

describe.each(['wrangler.toml', 'wrangler.jobs.toml'])('Workers Cache in %s', (file) => {
  it('is valid when it is uncommented: the renderer is cached, and nothing else', async () => {
    const text = await readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
    const block = /^# \[cache\](?:\n# .+)+/m.exec(text)?.[0] ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'tessera-cache-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, file);
    await writeFile(path, text.replace(block, block.replace(/^# /gm, '')));
    const config = readConfig({ config: path, env: '' }, { hideWarnings: true });
    expect(config).toMatchObject({
      cache: { enabled: true },
      exports: {
        default: { type: 'worker', cache: { enabled: false } },
        Renderer: { type: 'worker', cache: { enabled: true } },
      },
    });
  });

  it('is off otherwise', () => {
    expect(read(file, '').cache?.enabled ?? false).toBe(false);
  });
});
