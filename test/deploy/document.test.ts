// docs/deploy.md, followed literally: its commands in order, in a shell, against a stand-in for Cloudflare's API. Later deployments go to
// the account that this leaves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, openAccount } from './account.ts';
import { deployTo, readable, uploadsOf } from './deploy-to.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The commands that a reader copies: blocks marked `sh`. */
const document = await readFile(join(root, 'docs/deploy.md'), 'utf8');
const script = [...document.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text]) => text).join('');

/**
 * Commands that the shell finds before the real ones. They print a line with their arguments. What needs a network or a browser does
 * nothing; everything else is done by the real command.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  npm: `case "$*" in install|"run doctor"*) exit 0;; esac; PATH="$REAL_PATH" exec npm "$@"`,
  npx: `case "$*" in "wrangler login") exit 0;; esac; shift; exec node "$ROOT/node_modules/wrangler/bin/wrangler.js" "$@"`,
  curl: 'exit 0',
};

/** A checkout in a folder of its own, so that the files that the commands write are not in this one. */
async function checkout(): Promise<{ folder: string; bin: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-checkout-'));
  for (const name of await readdir(root)) {
    if (!/^(?:\.git|secrets)/.test(name)) await symlink(join(root, name), join(folder, name));
  }
  const bin = join(folder, 'stand-ins');
  await mkdir(bin);
  for (const [name, does] of Object.entries(STAND_INS)) {
    const text = `#!/bin/sh\necho "$ ${name} $*" >> "$CALLS"\n${does}\n`;
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return { folder, bin };
}

let account: Account;
let folder: string;
let output = '';
let code: number | null;

beforeAll(async () => {
  account = await openAccount();
  const { folder: made, bin } = await checkout();
  folder = made;
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      ...process.env,
      ...account.env,
      ...readable,
      PATH: `${bin}:${process.env.PATH}`,
      REAL_PATH: process.env.PATH,
      ROOT: root,
      CALLS: join(folder, 'calls'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece;
    });
  [code] = (await once(child, 'close')) as [number | null];
}, 400_000);
afterAll(async () => {
  await account?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const namesOf = (bindings: readonly { name: string }[] = []): string[] =>
  bindings.map(({ name }) => name).sort();

describe('the document', () => {
  it('leads from nothing to a first URL, jobs, staging and a Tail Worker', async () => {
    expect(code, output).toBe(0);
    const secrets = await readFile(join(folder, 'secrets.env'), 'utf8');
    expect(secrets).toMatch(/^SIGNING_KEYS=\w+:\w+\nMETRICS_TOKEN=\w{64}\nGPU_SECRET=\w{64}\n$/);
    expect(output).toMatch(
      /^https:\/\/img\.example\.com\/t\/s:[\w-]{43}\/w=400\/pixelate,block=8\/asset:chess\.jpg$/m,
    );
    expect(output).toContain('tessera is at img.example.com');
    const calls = await readFile(join(folder, 'calls'), 'utf8');
    expect(calls).toMatch(/^\$ curl -I https:\/\/img\.example\.com\/t\/s:/m);
    const scripts = account.uploads.map((upload) => upload.script);
    expect(scripts).toEqual(['tessera', 'tessera', 'tessera-staging', 'tessera-tail']);
    expect([...account.addresses].sort()).toEqual([
      'custom:img.example.com',
      'workers.dev:tessera-staging',
    ]);
  });

  it('first makes a Worker that needs no bucket', () => {
    const [first] = uploadsOf(account, 'tessera');
    expect(namesOf(first?.bindings)).toEqual([
      'ASSETS',
      'METRICS_TOKEN',
      'RATE_LIMIT_60_PER_60',
      'SIGNING_KEYS',
    ]);
    expect(first).toMatchObject({
      keep_bindings: ['secret_text', 'secret_key'],
      limits: { cpu_ms: 10000 },
      observability: { enabled: true, logs: { invocation_logs: false } },
    });
    const upload = account.calls.findIndex((call) => /\/workers\/scripts\/tessera$/.test(call));
    expect(upload).toBeGreaterThan(0);
    expect(account.calls.slice(0, upload).filter((call) => call.includes('/r2/'))).toEqual([]);
  });

  it('adds jobs with their secrets, buckets, and rules that delete old files', () => {
    const [, jobs] = uploadsOf(account, 'tessera');
    const secrets = ['SIGNING_KEYS', 'METRICS_TOKEN', 'GPU_SECRET'];
    expect(namesOf(jobs?.bindings)).toEqual(expect.arrayContaining(secrets));
    expect([...account.buckets].sort()).toEqual(['tessera-jobs', 'tessera-sources']);
    const folders = ['answers/', 'index/', 'inputs/', 'jobs/', 'results/', 'vectors/'];
    expect([...(account.rules.get('tessera-jobs') ?? [])].sort()).toEqual(folders);
  });
});

describe('a later deployment', () => {
  it('with jobs says that they need R2 if the account has none', async () => {
    const before = account.uploads.length;
    account.plan.r2 = false;
    const refused = await deployTo(account, { jobs: true });
    account.plan.r2 = true;
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('R2 is not enabled in this account.');
    expect(account.uploads).toHaveLength(before);
  });

  it('without a domain keeps secrets and addresses, adds none, and says so', async () => {
    const addresses = [...account.addresses];
    const again = await deployTo(account, { jobs: true });
    expect(again.output).toContain('names no public address');
    expect(again.code).toBe(0);
    expect(uploadsOf(account, 'tessera').at(-1)?.keep_bindings).toContain('secret_text');
    expect([...account.addresses]).toEqual(addresses);
  });
});
