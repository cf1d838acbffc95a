// Starts tf.js' WASM backend in workerd the way the Worker does, before the tests of a file run.
import module from '../../src/edge/generated/tfjs-backend.wasm';
import { createWasmBackend } from '../../src/edge/wasm.ts';

await createWasmBackend(module).prepare();
