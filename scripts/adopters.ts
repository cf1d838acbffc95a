// `npm run adopters`: installs the frameworks of `test/adopters` into `.cache/adopters`, where `npm run test:adopters` uses them. Does nothing if they are current.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments } from './command-line.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder in which the frameworks are installed. */
export const adoptersFolder = join(root, '.cache/adopters');

/** Copy of the lock file whose packages are installed. */
export const installedFile = join(adoptersFolder, 'installed.json');

const TIMEOUT_MS = 300_000;

async function install(): Promise<void> {
  const from = join(root, 'test/adopters');
  const lock = await readFile(join(from, 'package-lock.json'), 'utf8');
  if ((await readFile(installedFile, 'utf8').catch(() => '')) === lock) return;
  await mkdir(adoptersFolder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(from, name), join(adoptersFolder, name));
  await copyFile(join(root, '.npmrc'), join(adoptersFolder, '.npmrc'));
  // Programs of platforms are optional, and nothing here is built.
  const args = ['ci', '--ignore-scripts', '--omit=optional', '--omit=peer'];
  execFileSync('npm', args, { cwd: adoptersFolder, stdio: 'inherit', timeout: TIMEOUT_MS });
  await writeFile(installedFile, lock);
}

if (import.meta.main) {
  readArguments('usage: npm run adopters', {});
  await install();
}
