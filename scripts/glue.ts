// Prepares the Emscripten glue of tf.js' WASM backend for workerd: one ES module without Node or browser detection.
//
// The package's glue decides at run time whether it lives in Node, a browser or a worker, and every answer
// is wrong in workerd (nodejs_compat makes it look like Node, where it asks for `__dirname`). Fixing those globals to `undefined`
// at build time leaves the one path that takes an instantiated module from outside.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes `src/edge/generated/tfjs-glue.js` from the installed package. */
export async function buildGlue(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await mkdir(`${root}/src/edge/generated`, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: ['node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js'],
    outfile: 'src/edge/generated/tfjs-glue.js',
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
