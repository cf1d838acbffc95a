// Runs tensor code on tf.js' plain JavaScript backend, and the SIMD kernels for pixels in Node.
import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { usePixelModule } from './pixel-kernels.ts';

const pixels = new URL('../../src/generated/pixels.wasm', import.meta.url);
usePixelModule(new WebAssembly.Module(readFileSync(pixels)));
await setBackend('cpu');
await ready();
