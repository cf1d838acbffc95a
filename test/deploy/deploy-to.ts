// Deployments to a stand-in for Cloudflare's API, with the real wrangler.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { deployWorker, type Wanted } from '../../scripts/deploy/deploy-worker.ts';
import type { Account, Metadata } from './account.ts';

/** Environment of a wrangler whose output is read. Its bundler, which is written in Go, ends sooner if it frees no memory. */
export const readable = { WRANGLER_HIDE_BANNER: 'true', NO_COLOR: '1', GOGC: 'off' } as const;

/** Deploys as the command does. An error is printed, as the command prints it. */
export async function deployTo(
  account: Account,
  wanted: Partial<Wanted>,
): Promise<{ code: number; output: string }> {
  let output = '';
  const add = (text: string): void => {
    output += text;
  };
  const env = { ...process.env, ...account.env, ...readable };
  try {
    const code = await deployWorker({ jobs: false, ...wanted }, { env, print: add, complain: add });
    return { code, output };
  } catch (error) {
    return { code: 1, output: `${output}${(error as Error).message}\n` };
  }
}

export const KEYS = 'SIGNING_KEYS=00ff:11ee';
export const SECRET = 'GPU_SECRET=0123456789abcdef';

/** A file of secrets with these lines; it is removed after the test. */
export async function secretsFile(...lines: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'secrets.env');
  await writeFile(path, lines.join('\n'));
  return path;
}

/** Metadata of the uploads of one Worker, in order. */
export const uploadsOf = ({ uploads }: Account, script: string): readonly Metadata[] =>
  uploads.filter((one) => one.script === script).map(({ metadata }) => metadata);
