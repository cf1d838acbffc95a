// tf.js on WebAssembly in Node, for steps that compute with tensors: the same backend as in the Worker.
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { createWasmBackend } from '../kernels/wasm-backend.ts';
import { compileGenerated } from './project.ts';

/** Prepares the backend. tf.js has no threads in Node, so it runs on one core. */
export async function prepareTensors(): Promise<void> {
  backend ??= createWasmBackend({
    tfjs: await compileGenerated('tfjs-backend'),
    style: await compileGenerated('style'),
    pixelart: await compileGenerated('pixelart'),
    effects: await compileGenerated('effects'),
    BackendWasm,
  });
  await backend.prepare();
}

let backend: ReturnType<typeof createWasmBackend> | undefined;
