// Keeps a decoder from growing its memory beyond a limit.
import type { Heap } from '../wasm/heaps.ts';

/** The same heap, but a module's allocation fails if its memory would grow to more than `limit()` bytes. */
export function limitedHeap(heap: Heap, limit: () => number): Heap {
  return {
    instantiate(module, imports, pages) {
      const { exports } = heap.instantiate(module, imports, pages);
      const entries = Object.entries(exports).map(([name, value]) => [
        name,
        value instanceof WebAssembly.Memory ? limited(value, limit) : value,
      ]);
      return { exports: Object.fromEntries(entries) };
    },
  };
}

// The result passes `instanceof WebAssembly.Memory`. The memory itself is not changed, because other instances use it later.
function limited(memory: WebAssembly.Memory, limit: () => number): WebAssembly.Memory {
  return Object.create(memory, {
    buffer: { get: () => memory.buffer },
    grow: {
      value(pages: number) {
        const bytes = memory.buffer.byteLength + pages * PAGE_BYTES;
        if (bytes > limit()) throw new RangeError(`expected at most ${limit()} bytes of memory`);
        return memory.grow(pages);
      },
    },
  });
}

const PAGE_BYTES = 65536;
