// The SIMD kernels for pixels in Node: the same module as in the Worker.
import { createPixelKernels } from '../kernels/pixels/pixels.ts';
import type { PixelKernels } from '../tensor/pixel-kernels.ts';
import { compileGenerated } from './project.ts';

/** The kernels, with a memory of their own. */
export const loadPixelKernels = async (): Promise<PixelKernels> =>
  createPixelKernels(await compileGenerated('pixels'));
