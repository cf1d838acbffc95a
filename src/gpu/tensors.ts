// tf.js on WebAssembly in Node, for the steps that are plain tensor arithmetic.

import { fileURLToPath } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend } from '@tensorflow/tfjs-core';

const file = import.meta.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');

/** Makes the backend ready; tf.js has no threads in Node, so it runs on one core. */
export async function prepareTensors(): Promise<void> {
  setWasmPaths(fileURLToPath(new URL('.', file)));
  await setBackend('wasm');
  await ready();
}
