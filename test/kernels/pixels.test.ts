// Checks how the module of pixel kernels is started.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createHeaps } from '../../src/codecs/wasm/heaps.ts';
import { createPixelKernels, pixelsModule } from '../../src/kernels/pixels/pixels.ts';

const file = new URL('../../src/generated/pixels.wasm', import.meta.url);
const module = new WebAssembly.Module(readFileSync(file));

describe('the pixel kernels', () => {
  it('take 4 MiB once they are used, and nothing before', () => {
    const heaps = createHeaps();
    const kernels = createPixelKernels(module, heaps);
    expect(heaps.held()).toEqual({ small: 0, large: 0 });
    const started = kernels();
    expect(kernels()).toBe(started);
    expect(heaps.bytes()).toEqual({ pixels: 4 * 2 ** 20, large: 0 });
  });

  it('use no relaxed arithmetic, whose results depend on the processor', () => {
    expect(pixelsModule.features).toEqual(['simd']);
  });
});
