import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = new URL('../..', import.meta.url);

type Ended = { code: number; stdout: string; stderr: string };

/** What a command prints, and its exit code. */
async function run(args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { cwd: root })) };
  } catch (error) {
    return error as Ended;
  }
}

/** The files of the commands in `package.json`. The GPU backend is a service, not one of them. */
const files = Object.values(packageJson.scripts).flatMap((text) => {
  const file = /^node ([^ ]+\.ts)$/.exec(text)?.[1];
  return file && !file.startsWith('src/') ? [file] : [];
});

describe('a command', () => {
  // Not all of them are run, because their imports take a second each.
  it.each(files)('%s reads its arguments with its usage', async (file) => {
    const text = await readFile(new URL(file, root), 'utf8');
    expect(text).toMatch(/^ *(const .* = )?(readArguments|helpIfAsked)\(/m);
  });

  it.each(['scripts/zoneplate.ts', 'scripts/sign.ts'])('%s prints it for --help', async (file) => {
    const { code, stdout, stderr } = await run([file, '--help']);
    expect([code, stdout.split(' ')[0], stderr]).toEqual([0, 'usage:', '']);
  });

  it('says in one line what is wrong with its arguments, before the usage', async () => {
    const { code, stdout, stderr } = await run(['scripts/zoneplate.ts', '--size', '3']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Unknown option '--size'.*\n\nusage: node scripts\/zoneplate\.ts\n$/);
  });
});
