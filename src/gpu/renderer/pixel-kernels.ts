// The SIMD kernels for pixels in Node: the same module as in the Worker.
import { readFile } from 'node:fs/promises';
import { createPixelKernels } from '../../kernels/pixels/pixels.ts';
import type { PixelKernels } from '../../tensor/pixel-kernels.ts';

const file = new URL('../../generated/pixels.wasm', import.meta.url);

/** The kernels, with a memory of their own. */
export const loadPixelKernels = async (): Promise<PixelKernels> =>
  createPixelKernels(await WebAssembly.compile(await readFile(file)));
