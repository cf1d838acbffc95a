// Builds `src/generated`: what is taken from packages in another form than they have (tf.js' Emscripten glue, WASM modules that take
// their memory from outside), and our own WASM module.
//
// The package's glue decides at run time whether it lives in Node, a browser or a worker, and every answer
// is wrong in workerd (nodejs_compat makes it look like Node, where it asks for `__dirname`). Fixing those globals to `undefined`
// at build time leaves the one path that takes an instantiated module from outside.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import { importMemory } from './import-memory.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = 'src/generated';

/** The modules that `src/generated` holds with their memory imported, and the files in packages that they are made of. */
export const memoryModules = {
  'jpeg-decoder.wasm': '@cwasm/jpeg-turbo/jpeg-turbo.wasm',
  'jpeg-encoder.wasm': '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm',
  'tfjs-backend.wasm': '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  'webp-decoder.wasm': '@jsquash/webp/codec/dec/webp_dec.wasm',
  'webp-encoder.wasm': '@jsquash/webp/codec/enc/webp_enc_simd.wasm',
  'avif-decoder.wasm': '@jsquash/avif/codec/dec/avif_dec.wasm',
  'avif-encoder.wasm': '@jsquash/avif/codec/enc/avif_enc.wasm',
} as const;

/** Writes `src/generated`. */
export async function buildGlue(): Promise<void> {
  await mkdir(`${root}/${generated}`, { recursive: true });
  await Promise.all([
    bundleGlue(),
    ...ownModules.map(compile),
    ...Object.entries(memoryModules).map(writeModule),
  ]);
}

async function writeModule([name, file]: [string, string]): Promise<void> {
  const bytes = importMemory(await readFile(`${root}/node_modules/${file}`));
  await writeFile(`${root}/${generated}/${name}`, bytes);
}

/** Modules of our own, in AssemblyScript: the folder of their sources, the files that export, further options. */
const ownModules = [
  {
    name: 'style',
    folder: 'src/kernels/assembly',
    files: ['conv', 'planes', 'norm', 'winograd'],
    options: ['--enable', 'simd,relaxed-simd', '--initialMemory', '1'],
  },
  {
    name: 'jpeg-scaled',
    folder: 'src/codecs/jpeg/scaled/assembly',
    files: ['scan', 'pixels'],
    options: ['--enable', 'simd', '--initialMemory', '6'],
  },
] as const;

// Neither a heap nor data: they work on the memory that they are given alone.
async function compile({
  name,
  folder,
  files,
  options,
}: (typeof ownModules)[number]): Promise<void> {
  const { error, stderr } = await asc.main([
    ...files.map((file) => `${folder}/${file}.ts`),
    ...['--baseDir', root, '-O3', '--noAssert'],
    ...['--runtime', 'stub', '--use', 'abort=', '--importMemory'],
    ...options,
    ...['--outFile', `${generated}/${name}.wasm`],
  ]);
  if (error) throw new Error(`${folder}: ${stderr}`);
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

if (import.meta.main) await buildGlue();
