// Checks tf.js' backend as the Worker starts it: its heap, the limit of the heap, and a restart.
import {
  conv2d,
  fill,
  linspace,
  matMul,
  memory,
  reshape,
  type Tensor4D,
  tensor,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createHeaps, type Heap } from '../../src/codecs/wasm/heaps.ts';
import { tensorModules } from '../../src/edge/tensor-modules.ts';
import { createWasmBackend } from '../../src/kernels/wasm-backend.ts';

const MIB = 2 ** 20;

/** A backend that replaces the one that tests usually share. */

const heaps = createHeaps();
const backend = createWasmBackend(tensorModules, { heaps, maxBytes: 24 * MIB });
await backend.prepare();
const heapBytes = (): number => heaps.held().large;

const product = async (): Promise<number[]> => {
  const result = tidy(() => matMul(tensor([1, 2, 3, 4], [2, 2]), tensor([5, 6, 7, 8], [2, 2])));
  const values = Array.from(await result.data());
  result.dispose();
  return values;
};

describe('the tensor backend', () => {
  it('starts with a heap of less than a megabyte', async () => {
    expect(await product()).toEqual([19, 22, 43, 50]);
    expect(heapBytes()).toBeLessThan(MIB);
  });

  it('grows by little more than a tensor needs', () => {
    zeros([(8 * MIB) / 4]).dispose();
    expect(heapBytes()).toBeGreaterThan(8 * MIB);
    expect(heapBytes()).toBeLessThan(9.5 * MIB);
  });

  it('refuses a tensor above its memory limit, and keeps working', async () => {
    expect(() => zeros([(32 * MIB) / 4])).toThrow(expect.objectContaining({ code: 'over_budget' }));
    expect(memory().numTensors).toBe(0);
    expect(heapBytes()).toBeLessThan(24 * MIB);
    expect(await product()).toEqual([19, 22, 43, 50]);
  });

  it('starts anew if another backend has taken its place, whose memory may be gone', async () => {
    const elsewhere = createHeaps();
    const other = createWasmBackend(tensorModules, { heaps: elsewhere });
    await other.prepare();
    expect(await product()).toEqual([19, 22, 43, 50]);
    await backend.prepare();
    const before = elsewhere.held().large;
    zeros([(8 * MIB) / 4]).dispose();
    expect(elsewhere.held().large).toBe(before);
    expect(await product()).toEqual([19, 22, 43, 50]);
    expect(() => zeros([(32 * MIB) / 4])).toThrow(expect.objectContaining({ code: 'over_budget' }));
  });

  it('computes the same after a restart, in the same memory', async () => {
    const blurred = () =>
      tidy(() => {
        const picture = reshape(linspace(0, 1, 32 * 32 * 3), [1, 32, 32, 3]) as Tensor4D;
        return conv2d(picture, fill([3, 3, 3, 4], 0.1) as Tensor4D, 1, 'same').dataSync();
      });
    const before = blurred();
    const bytes = heapBytes();
    for (let i = 0; i < 20; i++) {
      if (i % 2 === 0) backend.failed();
      else await heaps.withShared(scribble);
      await backend.prepare();
      expect(blurred()).toEqual(before);
    }
    expect(await product()).toEqual([19, 22, 43, 50]);
    expect(heapBytes()).toBe(bytes);
  });

  it('keeps its instance as long as no other module used the memory', async () => {
    const alive = tensor([1, 2, 3]);
    await backend.prepare();
    expect(Array.from(alive.dataSync())).toEqual([1, 2, 3]);
    alive.dispose();
  });

  it('keeps its memory while tensors live', async () => {
    const alive = tensor([1, 2, 3]);
    await heaps.withShared(scribble);
    expect(Array.from(alive.dataSync())).toEqual([1, 2, 3]);
    alive.dispose();
  });

  it('starts afresh after work that was cut off and left tensors', async () => {
    zeros([4]);
    backend.failed();
    await backend.prepare();
    expect(memory().numTensors).toBe(0);
    expect(await product()).toEqual([19, 22, 43, 50]);
  });
});

/** Overwrites the memory, as another module would. */
async function scribble(heap: Heap): Promise<void> {
  const { exports } = heap.instantiate(tensorModules.tfjs, importsOf(tensorModules.tfjs));
  new Uint8Array((exports.memory as WebAssembly.Memory).buffer).fill(0xaa);
}

/** Functions that do nothing, for everything that the module imports but its memory. */
function importsOf(wasm: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, WebAssembly.ModuleImports> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(wasm)) {
    if (kind === 'function') imports[from] = { ...imports[from], [name]: () => 0 };
  }
  return imports;
}
