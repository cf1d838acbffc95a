// Checks that codecs' memories are allocated once, cleared and reused, shared by large work, and counted.
import { readFile } from 'node:fs/promises';
import encoderFactory from '@jsquash/webp/codec/enc/webp_enc_simd.js';
import { defaultOptions } from '@jsquash/webp/meta.js';
import { describe, expect, it } from 'vitest';
import { type EmscriptenFactory, startEmscripten } from '../../../src/codecs/wasm/emscripten.ts';
import { createHeap, createHeaps, type Heap, OWN_BYTES } from '../../../src/codecs/wasm/heaps.ts';
import { createWasmRunner } from '../../../src/codecs/wasm/instance.ts';

type Encoder = { encode(d: Uint8ClampedArray, w: number, h: number, options: object): Uint8Array };

const file = new URL('../../../src/generated/webp-encoder.wasm', import.meta.url);
const module = await WebAssembly.compile(await readFile(file));
const start = (heap: Heap) =>
  startEmscripten(encoderFactory as unknown as EmscriptenFactory<Encoder>, module, heap);

const pixels = (size: number): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: 4 * size * size }, (_, i) => (i % 4 === 3 ? 255 : (i * i) >> 6));

const encode = (size: number) => (instance: Awaited<ReturnType<typeof start>>) =>
  instance.calls.encode(pixels(size), size, size, { ...defaultOptions, method: 0, quality: 50 });

describe('heaps', () => {
  it('give the same result in a memory that was used before', async () => {
    const fresh = encode(40)(await start(createHeap()));
    const heap = createHeap();
    encode(300)(await start(heap));
    const bytes = heap.bytes();
    expect(encode(40)(await start(heap))).toEqual(fresh);
    expect(heap.bytes()).toBe(bytes);
  });

  it('clear the data of the last picture', async () => {
    const heap = createHeap();
    const memories: WebAssembly.Memory[] = [];
    const noteMemory = () => {
      const instance = heap.instantiate(emptyModule, {});
      memories.push(instance.exports.memory as WebAssembly.Memory);
    };
    noteMemory();
    new Uint8Array((memories[0] as WebAssembly.Memory).buffer).fill(9);
    noteMemory();
    expect(memories[1]).toBe(memories[0]);
    expect(new Uint8Array((memories[1] as WebAssembly.Memory).buffer).some((b) => b !== 0)).toBe(
      false,
    );
  });

  it('are counted by name, and share one memory for large work', async () => {
    const heaps = createHeaps();
    const [a, b] = ['a', 'b'].map((name) => createWasmRunner(start, { name, heaps }));
    expect(heaps.bytes()).toEqual({ a: 0, b: 0, large: 0 });
    await a?.(encode(64));
    const { a: small, ...others } = heaps.bytes();
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(2 ** 20);
    expect(others).toEqual({ b: 0, large: 0 });
    await a?.(encode(900), 2 * OWN_BYTES);
    const shared = heaps.bytes().large as number;
    expect(shared).toBeGreaterThan(OWN_BYTES / 2);
    for (let i = 0; i < 3; i++) {
      await b?.(encode(900), 2 * OWN_BYTES);
      await a?.(encode(900), 2 * OWN_BYTES);
    }
    expect(heaps.bytes()).toEqual({ a: small, b: 0, large: shared });
  });

  it('let a codec keep the large memory until another one needs it, and longer while it is busy', async () => {
    const heaps = createHeaps();
    const run = createWasmRunner(start, { name: 'a', heaps });
    let busy = true;
    const tenancy = heaps.keepShared(() => busy);
    tenancy.heap.instantiate(emptyModule, {});
    await run(encode(40), 2 * OWN_BYTES);
    expect(tenancy.lasts()).toBe(true);
    const two = heaps.bytes().large as number;
    busy = false;
    await run(encode(40), 2 * OWN_BYTES);
    expect(tenancy.lasts()).toBe(false);
    const again = heaps.keepShared(() => false);
    expect([again.lasts(), tenancy.lasts()]).toEqual([true, false]);
    expect(heaps.held()).toEqual({ small: 0, large: expect.any(Number) });
    expect(heaps.held().large).toBeLessThan(two + 2 ** 20);
  });

  it('take a memory back from work that failed', async () => {
    const heaps = createHeaps();
    const run = createWasmRunner(start, { name: 'a', heaps });
    const fail = () => {
      throw new Error('trap');
    };
    for (const needs of [0, 2 * OWN_BYTES]) {
      for (let i = 0; i < 5; i++) await expect(run(fail, needs)).rejects.toThrow('trap');
      expect((await run(encode(40), needs)).length).toBeGreaterThan(20);
    }
    const { a, large } = heaps.bytes();
    expect((a as number) + (large as number)).toBeLessThan(2 ** 20);
  });
});

// (module (import "memory" "1" (memory 1)) (export "memory" (memory 0)))
const emptyModule = new WebAssembly.Module(
  Uint8Array.from(
    Buffer.from('0061736d01000000020d01066d656d6f72790131020001070a01066d656d6f72790200', 'hex'),
  ),
);
