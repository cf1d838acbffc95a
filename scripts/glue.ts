// Builds `src/generated`: what is taken from packages in another form than they have (the Emscripten glue of tf.js and of jSquash, WASM
// modules that take their memory from outside), and our own WASM modules.
//
// The glue of tf.js detects at run time whether it runs in Node, a browser or a worker, and every answer
// is wrong in workerd (nodejs_compat makes it look like Node, where it asks for `__dirname`). Fixing those globals to `undefined`
// at build time leaves the one path that takes an instantiated module from outside.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import { assemblyModules, moduleNames, wasmFiles } from '../src/codecs/create-codecs.ts';
import type { AssemblyModule } from '../src/codecs/format.ts';
import { pixelsModule } from '../src/kernels/pixels/pixels.ts';
import { readArguments } from './command-line.ts';
import { copyAtOnce } from './glue/copy-at-once.ts';
import { embindNames } from './glue/embind-names.ts';
import { importMemory } from './glue/import-memory.ts';
import { isCurrent } from './glue/is-current.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = 'src/generated';

/** The WASM modules that `src/generated` holds with their memory imported, and the files in packages that they are made from. */
export const memoryModules: Readonly<Record<string, string>> = {
  ...wasmFiles,
  'tfjs-backend': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
};

/** The files in packages with the glue of jSquash's codecs, by the name of the module. */
const allGlue = Object.entries(wasmFiles)
  .filter(([, file]) => file.startsWith('@jsquash/'))
  .map(([name, file]) => [name, file.replace(/wasm$/, 'js')] as const);
const hasOwnGlue = (name: string): boolean => name.startsWith('webp-');

/** The glue that `src/generated` holds, by the name of its module, and the files in packages that it is made from. */
export const glueFiles: Readonly<Record<string, string>> = Object.fromEntries(
  allGlue.filter(([name]) => !hasOwnGlue(name)),
);

/** The glue of modules that `src/codecs/wasm/embind.ts` runs without it. */
export const replacedGlue: Readonly<Record<string, string>> = Object.fromEntries(
  allGlue.filter(([name]) => hasOwnGlue(name)),
);

/** Whether `src/generated` is complete and newer than all kernels in AssemblyScript and the list of packages. */
const isGlueCurrent = (): boolean =>
  isCurrent({
    root,
    files: [
      ...['tfjs-glue.js', 'codec-modules.js'],
      ...[...Object.keys(ownModules), ...Object.keys(memoryModules)].map((name) => `${name}.wasm`),
      ...Object.keys(glueFiles).map((name) => `codecs/${name}.glue.js`),
      ...Object.keys(replacedGlue).map((name) => `codecs/${name}.names.js`),
    ].map((name) => `${generated}/${name}`),
    sources: [
      'src/**/assembly/**/*.ts',
      'package-lock.json',
      'scripts/glue.ts',
      'scripts/glue/*.ts',
    ],
  });

/** Writes `src/generated`. */
export async function buildGlue(): Promise<void> {
  await mkdir(`${root}/${generated}/codecs`, { recursive: true });
  await Promise.all([
    bundleGlue(),
    ...Object.entries(ownModules).map(compile),
    writeCodecModules(),
    ...Object.entries(memoryModules).map(writeModule),
    ...Object.entries(glueFiles).map(writeGlue),
    ...Object.entries(replacedGlue).map(writeNames),
  ]);
}

async function writeGlue([name, file]: [string, string]): Promise<void> {
  const text = copyAtOnce(await readFile(`${root}/node_modules/${file}`, 'utf8'));
  await writeFile(`${root}/${generated}/codecs/${name}.glue.js`, text);
}

async function writeNames([name, file]: [string, string]): Promise<void> {
  const names = embindNames(await readFile(`${root}/node_modules/${file}`, 'utf8'));
  const text = `export default ${JSON.stringify(names)};\n`;
  await writeFile(`${root}/${generated}/codecs/${name}.names.js`, text);
}

async function writeModule([name, file]: [string, string]): Promise<void> {
  const bytes = importMemory(await readFile(`${root}/node_modules/${file}`));
  await writeFile(`${root}/${generated}/${name}.wasm`, bytes);
}

/** One file that imports the modules of all codecs, because the Worker's bundler resolves literal imports only. */
async function writeCodecModules(): Promise<void> {
  const imports = moduleNames.map((name, i) => `import module${i} from './${name}.wasm';`);
  const entries = moduleNames.map((name, i) => `  '${name}': module${i},`);
  const text = [...imports, 'export default {', ...entries, '};', ''].join('\n');
  await writeFile(`${root}/${generated}/codec-modules.js`, text);
}

/** Modules of our own, in AssemblyScript. */
const ownModules: Readonly<Record<string, AssemblyModule>> = {
  ...assemblyModules,
  pixels: pixelsModule,
  style: {
    folder: 'src/kernels/assembly',
    entries: ['conv', 'planes', 'norm', 'winograd'],
    features: ['simd', 'relaxed-simd'],
    pages: 1,
  },
  pixelart: {
    folder: 'src/kernels/pixelart/assembly',
    entries: [
      'same-conv',
      'pack-same',
      'median',
      'channel-sum',
      'cell-pixels',
      'srgb-codes',
      'stand-out',
      'calm',
    ],
    features: ['simd', 'relaxed-simd'],
    pages: 1,
  },
  effects: {
    folder: 'src/kernels/effects/assembly',
    entries: [
      'packed',
      'pool',
      'halve',
      'power',
      'blurs/blur',
      'blurs/wide-blur',
      'spread',
      'pull',
      'pull-pixels',
      'detail',
      'cells/mean-cells',
      'cells/choose-cells',
      'palette/match',
      'palette/dither',
      'palette/dither-few',
      'palette/diffuse',
      'palette/cluster',
    ],
    features: ['simd'],
    pages: 1,
  },
};

// They have neither a heap nor data: they work on the memory that they are given.
async function compile([name, module]: [string, AssemblyModule]): Promise<void> {
  const { folder, entries, features, pages } = module;
  const { error, stderr } = await asc.main(
    [
      ...entries.map((entry) => `${folder}/${entry}.ts`),
      ...['--baseDir', root, '-O3', '--noAssert'],
      ...['--runtime', 'stub', '--use', 'abort='],
      ...['--enable', features.join(','), '--importMemory', '--initialMemory', String(pages)],
      ...['--outFile', `${generated}/${name}.wasm`],
    ],
    { readFile: readSource },
  );
  if (error) throw new Error(`${folder}: ${stderr}`);
}

/** A source file, or null. AssemblyScript's decorator of functions is no TypeScript, so the sources have it as a comment. */
async function readSource(name: string, folder: string): Promise<string | null> {
  const text = await readFile(resolve(folder, name), 'utf8').catch(() => undefined);
  return text?.replaceAll(/^\/\/ (?=@inline$)/gm, '') ?? null;
}

async function bundleGlue(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js'],
    outfile: `${generated}/tfjs-glue.js`,
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    define: {
      process: 'undefined',
      __dirname: '"/"',
      __filename: '"/tfjs-glue.js"',
      importScripts: 'undefined',
      window: 'undefined',
      document: 'undefined',
    },
    external: ['fs', 'path', 'os', 'worker_threads', 'perf_hooks'],
    logLevel: 'error',
  });
}

/** Writes `src/generated` unless it is current. */
export async function ensureGlue(): Promise<void> {
  if (!isGlueCurrent()) await buildGlue();
}

if (import.meta.main) {
  readArguments('usage: node scripts/glue.ts', {});
  await buildGlue();
}
