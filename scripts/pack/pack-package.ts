// Builds one package into a folder of its own, and packs that folder into a tarball.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const PACK_TIMEOUT_MS = 60_000;

export type PackageRecipe = {
  /** Name in the registry, and of the folder in `dist`. */
  name: string;
  description: string;
  /** File of the checkout that becomes the package's README.md. */
  readme: string;
  /** Further fields of package.json, such as `exports` or `bin`. */
  fields: Readonly<Record<string, unknown>>;
  /** Writes the package's own files into an empty folder. */
  write: (folder: string) => Promise<void>;
};

/**
 * Builds a package into `<into>/<name>` (`dist` unless given), whose earlier content is lost, and packs it. Version and license are those
 * of the checkout. Returns the tarball's path. Throws what `write` throws, and what `npm pack` says if it fails.
 */
export async function packPackage(
  { name, description, readme, fields, write }: PackageRecipe,
  into = join(root, 'dist'),
): Promise<string> {
  const folder = join(into, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await write(folder);
  const { version, license, engines } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const manifest = { name, version, description, license, type: 'module', engines, ...fields };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await copyFile(join(root, readme), join(folder, 'README.md'));
  // With `--json` the name of the tarball is machine-readable, whatever the level of npm's messages.
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', into],
    { cwd: folder, timeout: PACK_TIMEOUT_MS },
  );
  const packed = Object.values(JSON.parse(stdout)) as { filename: string }[];
  return join(into, packed[0]!.filename);
}
