// Starts tf.js' WASM backend and the SIMD kernels for pixels in workerd the way the Worker does, before the tests of a file run.
import { tensorModules } from '../../src/edge/tensor-modules.ts';
import pixels from '../../src/generated/pixels.wasm';
import { createWasmBackend } from '../../src/kernels/wasm-backend.ts';
import { usePixelModule } from './pixel-kernels.ts';

usePixelModule(pixels);
await createWasmBackend(tensorModules).prepare();
