// The package `tessera-client`: ES modules for browsers, Node and Workers, with their types.
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type PackageRecipe, root } from './pack-package.ts';

/** The modules of the package by the name of their entry, and their files in `src/client`, without extension. */
const modules: Readonly<Record<string, string>> = { index: 'index' };

const TYPES_TIMEOUT_MS = 120_000;

const exportOf = (entry: string, file: string): [string, object] => [
  entry === 'index' ? '.' : `./${entry}`,
  { types: `./types/client/${file}.d.ts`, default: `./${entry}.js` },
];

export const clientPackage: PackageRecipe = {
  name: 'tessera-client',
  description: 'Builds and signs URLs of Tessera, makes srcset and picture, and follows jobs.',
  readme: 'docs/client.md',
  fields: {
    sideEffects: false,
    exports: Object.fromEntries(
      Object.entries(modules).map(([entry, file]) => exportOf(entry, file)),
    ),
  },
  async write(folder) {
    await Promise.all([writeModules(folder), writeTypes(join(folder, 'types'))]);
  },
};

/** Bundles the modules; what several of them need becomes a module of its own. */
async function writeModules(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(modules).map(([entry, file]) => [entry, `src/client/${file}.ts`]),
    ),
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    chunkNames: 'shared-[hash]',
    logLevel: 'error',
  });
}

/** Writes the declarations of the modules and of what they import, in the folders of `src`. */
async function writeTypes(folder: string): Promise<void> {
  await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      'scripts/pack/client.json',
      '--outDir',
      folder,
    ],
    { cwd: root, timeout: TYPES_TIMEOUT_MS },
  );
  const names = await readdir(folder, { recursive: true });
  await Promise.all(
    names
      .filter((name) => name.endsWith('.d.ts'))
      .map(async (name) => {
        const text = await readFile(join(folder, name), 'utf8');
        // The compiler leaves the extensions of the sources, which are not in the package.
        await writeFile(
          join(folder, name),
          text.replaceAll(/(from '|import\(")(\.[^'"]+)\.ts(['"])/g, '$1$2.js$3'),
        );
      }),
  );
}
