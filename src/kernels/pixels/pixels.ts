// The module `pixels.wasm`: SIMD kernels on pixels, with their tables in a memory of fixed size.
import type { AssemblyModule } from '../../codecs/format.ts';
import { createHeap, type Heap, type Heaps } from '../../codecs/wasm/heaps.ts';
import { byteOfStep, codeOfRoot, lightOfCode, linearOfByte } from '../../tensor/colour/colour.ts';
import { LUMINANCE } from '../../tensor/colour/luma.ts';
import {
  LIGHT_15,
  type PixelCalls,
  type PixelKernels,
  type PixelModule,
} from '../../tensor/pixel-kernels.ts';

/** How the module is compiled. No relaxed arithmetic, so that pixels do not depend on the processor. The memory never grows: 4 MiB. */
export const pixelsModule: AssemblyModule = {
  folder: 'src/kernels/pixels/assembly',
  entries: [
    'blocks',
    'enlarge',
    'fade',
    'light',
    'near-blur',
    'planes',
    'pointwise',
    'recolour',
    'saturate',
    'sums',
    'tones',
  ],
  features: ['simd'],
  pages: 64,
};

/** Addresses of `assembly/memory.ts`, and the end of its tables. */
const address = {
  one: 512,
  half: 528,
  lastLight: 544,
  whole: 560,
  rootSteps: 624,
  luminance: 640,
  lightOfByte: 1024,
  shareOfByte: 2048,
  byteOfLight: 4096,
  codeOfRoot: 69_632,
  lightOfCode: 86_032,
  light15OfByte: 102_448,
  free: 103_472,
} as const;

/** The kernels of the compiled `pixels.wasm`, which is instantiated when they are first used. */
export function createPixelKernels(module: WebAssembly.Module, heaps?: Heaps): PixelKernels {
  const heap = heaps?.own('pixels') ?? createHeap();
  let started: PixelModule | undefined;
  return () => {
    started ??= start(module, heap);
    return started;
  };
}

function start(module: WebAssembly.Module, heap: Heap): PixelModule {
  const { exports } = heap.instantiate(module, {}, pixelsModule.pages);
  const { memory, ...calls } = exports as PixelCalls & { memory: WebAssembly.Memory };
  const bytes = new Uint8Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const ints = new Int32Array(memory.buffer);
  const lanes = (value: number, at: number): unknown => floats.fill(value, at / 4, at / 4 + 4);
  lanes(1, address.one);
  lanes(0.5, address.half);
  lanes(byteOfStep.length - 1, address.lastLight);
  lanes(2 ** 23, address.whole);
  lanes(codeOfRoot.length - 2, address.rootSteps);
  floats.set(Object.values(LUMINANCE), address.luminance / 4);
  floats.set(linearOfByte, address.lightOfByte / 4);
  for (let byte = 0; byte < 256; byte++) floats[address.shareOfByte / 4 + byte] = byte / 255;
  ints.set(
    linearOfByte.map((light) => Math.round(LIGHT_15 * light)),
    address.light15OfByte / 4,
  );
  bytes.set(byteOfStep, address.byteOfLight);
  floats.set(codeOfRoot, address.codeOfRoot / 4);
  floats.set(lightOfCode.subarray(0, -1), address.lightOfCode / 4);
  return { calls, bytes, floats, ints, free: address.free };
}
