// The SIMD kernels for pixels, of the module that the setup of a project compiles.
import { createPixelKernels } from '../../src/kernels/pixels/pixels.ts';
import type { PixelKernels } from '../../src/tensor/pixel-kernels.ts';

let compiled: PixelKernels | undefined;

/** For the setup of a project: takes the compiled `pixels.wasm`. */
export function usePixelModule(module: WebAssembly.Module): void {
  compiled ??= createPixelKernels(module);
}

export const kernels: PixelKernels = () => {
  if (!compiled) throw new Error('expected a setup file that compiles pixels.wasm');
  return compiled();
};
