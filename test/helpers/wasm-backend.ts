// Starts tf.js' WASM backend in workerd the way the Worker does, before the tests of a file run.
import { tensorModules } from '../../src/edge/tensor-modules.ts';
import { createWasmBackend } from '../../src/kernels/wasm-backend.ts';

await createWasmBackend(tensorModules).prepare();
