// Adds the packages of other systems to package-lock.json. An incomplete registry mirror leaves them out, and `npm ci` refuses a lock
// file without them. They are optional dependencies: an entry needs a version and the system, but no integrity.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readArguments } from './command-line.ts';

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const systems: [RegExp, string][] = [
  [/darwin/, 'darwin'],
  [/win32|windows/, 'win32'],
  [/android/, 'android'],
  [/linux/, 'linux'],
];
const processors: [RegExp, string][] = [
  [/arm64/, 'arm64'],
  [/x64|-64$/, 'x64'],
];

const pick = (name: string, from: [RegExp, string][]): string[] | undefined => {
  const found = from.find(([pattern]) => pattern.test(name));
  return found ? [found[1]] : undefined;
};

/** Adds an entry for every optional dependency of a locked package to `lock`. Returns the names of those added. */
export function completeLock(lock: { packages: Record<string, Entry> }): string[] {
  const added: string[] = [];
  for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const path = `node_modules/${name}`;
      const [os, cpu] = [pick(name, systems), pick(name, processors)];
      if (lock.packages[path] || !/^\d/.test(version) || !os || !cpu) continue;
      lock.packages[path] = {
        version,
        cpu,
        ...(dev && { dev }),
        ...(/musl/.test(name) && { libc: ['musl'] }),
        optional: true,
        os,
      };
      added.push(`${name}@${version}`);
    }
  }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  return added;
}

if (import.meta.main) {
  readArguments('usage: node scripts/complete-lock.ts', {});
  const path = fileURLToPath(new URL('../package-lock.json', import.meta.url));
  const lock = JSON.parse(await readFile(path, 'utf8'));
  for (const name of completeLock(lock)) console.log(`added ${name}`);
  await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
}
