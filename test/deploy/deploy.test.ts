// `npm run deploy` with the real wrangler, against a stand-in for Cloudflare's API.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Account, openAccount } from './account.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Result = { code: number | null; output: string };

async function deploy(account: Account, ...args: string[]): Promise<Result> {
  const child = spawn(process.execPath, [join(root, 'scripts/deploy.ts'), ...args], {
    cwd: root,
    env: { ...process.env, ...account.env, WRANGLER_HIDE_BANNER: 'true', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

async function secretsFile(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'secrets.env');
  await writeFile(path, lines.join('\n'));
  return path;
}

const KEYS = 'SIGNING_KEYS=00ff:11ee';
const SECRET = 'GPU_SECRET=0123456789abcdef';

const bound = (account: Account, script: string): string[] =>
  (account.uploads.findLast((one) => one.script === script)?.metadata.bindings ?? []).map(
    ({ name }) => name,
  );

describe('a deployment to a fresh account', () => {
  it('is refused by name without its secrets, and makes a Worker without buckets with them', async () => {
    await using account = await openAccount();
    const refused = await deploy(account);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('required secrets have not been set: SIGNING_KEYS');
    expect(refused.output).toContain('npm run sign -- --new-key');
    expect(account.uploads).toEqual([]);

    const made = await deploy(account, '--secrets-file', await secretsFile(KEYS));
    expect(made.output).toContain('names no public address');
    expect(made.code).toBe(0);
    const [upload] = account.uploads;
    expect(bound(account, 'tessera').sort()).toEqual([
      'ASSETS',
      'RATE_LIMIT_60_PER_60',
      'SIGNING_KEYS',
    ]);
    expect(upload?.metadata).toMatchObject({
      keep_bindings: ['secret_text', 'secret_key'],
      limits: { cpu_ms: 10000 },
      observability: { enabled: true, logs: { invocation_logs: false } },
    });
    expect([...account.buckets]).toEqual([]);
    expect([...account.addresses]).toEqual([]);
  });

  it('adds jobs, keeps everything the second time, and leaves it alone when a staging environment comes', async () => {
    await using account = await openAccount();
    const both = await secretsFile(KEYS, SECRET);
    const early = await deploy(account, '--jobs', '--secrets-file', both);
    expect(early.code).toBe(1);
    expect(early.output).toContain('Deploy it without jobs first (npm run deploy)');
    expect([...account.buckets]).toEqual([]);

    expect((await deploy(account, '--secrets-file', both)).code).toBe(0);
    expect((await deploy(account, '--jobs', '--secrets-file', both)).code).toBe(0);
    expect([...account.buckets].sort()).toEqual(['tessera-jobs', 'tessera-sources']);
    const folders = ['answers/', 'index/', 'inputs/', 'jobs/', 'purges/', 'results/', 'vectors/'];
    expect([...(account.rules.get('tessera-jobs') ?? [])].sort()).toEqual(folders);

    const again = await deploy(account, '--jobs', '--domain', 'img.example.com');
    expect(again.output).toContain('tessera is at img.example.com');
    expect(again.code).toBe(0);
    expect([...account.addresses]).toEqual(['custom:img.example.com']);
    expect(account.uploads.at(-1)?.metadata.keep_bindings).toContain('secret_text');

    const before = account.uploads.filter(({ script }) => script === 'tessera').length;
    const staging = ['--env', 'staging', '--secrets-file', both];
    expect((await deploy(account, ...staging)).code).toBe(0);
    const jobs = await deploy(account, '--jobs', ...staging);
    expect(jobs.code).toBe(0);
    expect(jobs.output).not.toMatch(/already exist|reassign/);
    expect(Object.fromEntries(account.workflows)).toEqual({
      'tessera-jobs': 'tessera',
      'tessera-staging-jobs': 'tessera-staging',
    });
    expect(account.uploads.filter(({ script }) => script === 'tessera')).toHaveLength(before);
    const [first, second] = ['tessera', 'tessera-staging'].map((script) =>
      account.uploads
        .findLast((one) => one.script === script)
        ?.metadata.bindings.filter(({ type }) => /bucket|ratelimit|workflow/.test(type))
        .map((one) => one.bucket_name ?? one.namespace_id ?? one.workflow_name),
    );
    expect(first).toHaveLength(4);
    expect(first?.filter((one) => second?.includes(one))).toEqual([]);
  });
});

describe('a deployment that the account does not allow', () => {
  it('says what the free plan lacks before anything is made', async () => {
    await using account = await openAccount({ paid: false });
    const both = await secretsFile(KEYS, SECRET);
    const jobs = await deploy(account, '--jobs', '--secrets-file', both);
    expect(jobs.output).toContain('It needs the Workers Paid plan and R2');
    expect(jobs.code).toBe(1);
    const pictures = await deploy(account, '--secrets-file', both);
    expect(pictures.output).toContain('This account has the free plan.');
    expect(pictures.code).toBe(1);
    expect(account.uploads).toEqual([]);
    expect([...account.buckets]).toEqual([]);
  });

  it('serves pictures without R2, and says that jobs need it', async () => {
    await using account = await openAccount({ r2: false });
    const both = await secretsFile(KEYS, SECRET);
    expect((await deploy(account, '--secrets-file', both)).code).toBe(0);
    const jobs = await deploy(account, '--jobs', '--secrets-file', both);
    expect(jobs.code).toBe(1);
    expect(jobs.output).toContain('R2 is not enabled in this account.');
    expect(account.uploads).toHaveLength(1);
  });

  it('refuses wrong secrets by name without asking the account', async () => {
    await using account = await openAccount();
    const wrong = await deploy(account, '--secrets-file', await secretsFile('SIGNING_KEYS=secret'));
    expect(wrong.output).toMatch(/^SIGNING_KEYS: expected/m);
    expect(wrong.code).toBe(1);
    expect(account.calls).toEqual([]);
  });
});
