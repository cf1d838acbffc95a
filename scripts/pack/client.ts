// The package `tessera-client`: ES modules for browsers, Node and Workers, with their types.
import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PackageRecipe, root } from './pack-package.ts';

/** The entries of the package, and their files in `src/client`, without extension. */
const entries: Readonly<Record<string, string>> = {
  '.': 'index',
  './next': 'loaders/next',
  './nuxt': 'loaders/nuxt',
  './unpic': 'loaders/unpic',
  './astro': 'loaders/astro',
};

/** Folders of `src` of which the client uses the types alone. */
const typesAlone = ['http', 'jobs'];

const COMPILE_TIMEOUT_MS = 120_000;

export const clientPackage: PackageRecipe = {
  name: 'tessera-client',
  description: 'Builds and signs URLs of Tessera, makes srcset and picture, and follows jobs.',
  readme: 'docs/client.md',
  fields: {
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(entries).map(([entry, file]) => [
        entry,
        { types: `./client/${file}.d.ts`, default: `./client/${file}.js` },
      ]),
    ),
  },
  async write(folder) {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(
      process.execPath,
      [tsc, '-p', join(root, 'scripts/pack/client.json'), '--outDir', folder],
      { timeout: COMPILE_TIMEOUT_MS },
    );
    const files = await readdir(folder, { recursive: true });
    const unused = files.filter(
      (file) => file.endsWith('.js') && typesAlone.some((name) => file.startsWith(`${name}/`)),
    );
    await Promise.all(unused.map((file) => rm(join(folder, file))));
    const declarations = files.filter((file) => file.endsWith('.d.ts'));
    await Promise.all(declarations.map((file) => nameModules(join(folder, file))));
  },
};

/** Makes a declaration's imports name `.js` files: the compiler leaves the names of the sources, which are not in the package. */
async function nameModules(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replaceAll(/(\b(?:from |import\()['"]\.[^'"]+)\.ts(?=['"])/g, '$1.js'),
  );
}
