// tf.js on WebAssembly in Node, for steps that compute with tensors: the same backend as in the Worker.
import { readFile } from 'node:fs/promises';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { createWasmBackend } from '../../kernels/wasm-backend.ts';

const compiled = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(new URL(`../../generated/${name}.wasm`, import.meta.url)));

/** Prepares the backend. tf.js has no threads in Node, so it runs on one core. */
export async function prepareTensors(): Promise<void> {
  backend ??= createWasmBackend({
    tfjs: await compiled('tfjs-backend'),
    style: await compiled('style'),
    pixelart: await compiled('pixelart'),
    effects: await compiled('effects'),
    BackendWasm,
  });
  await backend.prepare();
}

let backend: ReturnType<typeof createWasmBackend> | undefined;
