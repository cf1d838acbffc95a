// Runs tensor code on tf.js' WASM backend, started as the Worker starts it.
import module from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
import { startWasmBackend } from '../../src/edge/wasm.ts';

await startWasmBackend(module);
