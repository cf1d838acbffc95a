// The package `tessera`: the command line, with its WASM modules, models and sample pictures.
import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { parseManifest } from '../../src/models/manifest.ts';
import { ensureGlue } from '../glue.ts';
import { type PackageRecipe, root } from './pack-package.ts';

/** The package of the engine for long style transfer. The program looks for it when a step needs it. */
const ENGINE = 'onnxruntime-node';

const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

export const commandPackage: PackageRecipe = {
  name: 'tessera',
  description: 'Image effects on the command line: pixel art, hybrid images, style transfer.',
  readme: 'docs/command-line.md',
  fields: {
    engines: { node: '>=24' },
    bin: { tessera: 'src/cli/tessera.js' },
    peerDependencies: { [ENGINE]: dependencies[ENGINE] },
    peerDependenciesMeta: { [ENGINE]: { optional: true } },
  },
  async write(folder) {
    await ensureGlue();
    await Promise.all([writePrograms(folder), writeFiles(folder)]);
  },
};

/** Bundles the programs to where their sources are, so that they find their files as in a checkout. */
async function writePrograms(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'src/cli/main.ts', renderer: 'src/cli/renderer.ts' },
    outdir: join(folder, 'src/cli'),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [ENGINE],
    chunkNames: 'shared-[hash]',
    // Packages in CommonJS ask for modules of Node.
    banner: {
      js: "import{createRequire as tesseraRequire}from'node:module';const require=tesseraRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
}

async function writeFiles(folder: string): Promise<void> {
  const modules = (await readdir(join(root, 'src/generated'))).filter((name) =>
    name.endsWith('.wasm'),
  );
  const manifest = parseManifest(
    JSON.parse(await readFile(join(root, 'models/manifest.json'), 'utf8')),
  );
  const models = manifest.flatMap(({ files }) =>
    files.filter(({ committed }) => committed).map(({ mirrorPath }) => mirrorPath),
  );
  const paths = [
    'src/cli/tessera.js',
    'models/manifest.json',
    ...modules.map((name) => `src/generated/${name}`),
    ...models.map((name) => `models/${name}`),
  ];
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(join(root, path), join(folder, path));
  }
  await cp(join(root, 'public/samples'), join(folder, 'public/samples'), { recursive: true });
}
