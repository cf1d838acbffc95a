// `npm run check`: types, lint, format, and whether the generated files are current.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './command-line.ts';
import { generated } from './docs/docs.ts';
import { ensureGlue } from './glue.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(name: string, command: string, args: string[]): boolean {
  const { status } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`${name}: ${status === 0 ? 'ok' : 'failed'}`);
  return status === 0;
}

async function areCurrent(): Promise<boolean> {
  const stale: string[] = [];
  for (const [path, text] of await generated()) {
    if ((await readFile(join(root, path), 'utf8').catch(() => '')) !== text) stale.push(path);
  }
  console.log(
    stale.length === 0
      ? 'generated files: ok'
      : `generated files: run npm run docs (${stale.join(', ')})`,
  );
  return stale.length === 0;
}

readArguments('usage: npm run check', {});
await ensureGlue();
const results = [
  // One configuration for each world, with only the types that exist there. `src` is checked once: the others read its declarations, which are
  // kept in `.cache/types`. Several checkers for one world would repeat common work.
  run('types', 'tsc', ['-b', '--checkers', '1']),
  run('lint and format', 'biome', ['check', '.']),
  await areCurrent(),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
