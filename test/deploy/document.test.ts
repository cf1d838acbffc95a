// docs/deploy.md, followed literally: its commands in order, in a shell, against a stand-in for Cloudflare's API.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openAccount } from './account.ts';

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
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
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

it('the document leads from nothing to a first URL, jobs, staging and a Tail Worker', async () => {
  await using account = await openAccount();
  const { folder, bin } = await checkout();
  const calls = join(folder, 'calls');
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', script], {
    cwd: folder,
    env: {
      ...process.env,
      ...account.env,
      WRANGLER_HIDE_BANNER: 'true',
      NO_COLOR: '1',
      PATH: `${bin}:${process.env.PATH}`,
      REAL_PATH: process.env.PATH,
      ROOT: root,
      CALLS: calls,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (piece: Buffer) => {
      output += piece;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, output).toBe(0);

  const secrets = await readFile(join(folder, 'secrets.env'), 'utf8');
  expect(secrets).toMatch(/^SIGNING_KEYS=\w+:\w+\nMETRICS_TOKEN=\w{64}\nGPU_SECRET=\w{64}\n$/);
  expect(output).toMatch(
    /^https:\/\/img\.example\.com\/t\/s:[\w-]{43}\/w=400\/pixelate,block=8\/asset:chess\.jpg$/m,
  );
  expect(await readFile(calls, 'utf8')).toMatch(/^\$ curl -I https:\/\/img\.example\.com\/t\/s:/m);
  expect([...account.addresses].sort()).toEqual([
    'custom:img.example.com',
    'workers.dev:tessera-staging',
  ]);
  expect([...account.buckets].sort()).toEqual(['tessera-jobs', 'tessera-sources']);
  const scripts = account.uploads.map((upload) => upload.script);
  expect(scripts).toEqual(['tessera', 'tessera', 'tessera-staging', 'tessera-tail']);
  const bound = account.uploads[1]?.metadata.bindings.map(({ name }) => name);
  expect(bound).toEqual(expect.arrayContaining(['SIGNING_KEYS', 'METRICS_TOKEN', 'GPU_SECRET']));
});
