// Keeps one running instance of a WASM codec, and replaces it after a failure.
import { createHeap, type Heap, type Heaps, OWN_BYTES } from './heaps.ts';

export type WasmInstance = { memoryBytes(): number };

/** Runs `work`, which must be synchronous, on an instance. `needs`: predicted memory of the instance in bytes. Default: 0. */
export type WasmRunner<Instance> = <Result>(
  work: (instance: Instance) => Result,
  needs?: number,
) => Promise<Result>;

/**
 * Runs small work on an instance that `start` makes on first use, in the memory `name`. Large work gets a new instance in a memory that all
 * codecs with the same `heaps` share. If work throws, its instance is replaced, because its stack and heap are then in an unknown state;
 * the memory is cleared and reused.
 */
export function createWasmRunner<Instance extends WasmInstance>(
  start: (heap: Heap) => Promise<Instance>,
  { name, heaps }: { name: string; heaps?: Heaps | undefined } = { name: 'codec' },
): WasmRunner<Instance> {
  const own = heaps?.own(name) ?? createHeap();
  let current: Promise<Instance> | undefined;
  return async (work, needs = 0) => {
    if (heaps && needs > OWN_BYTES)
      return heaps.withShared(async (heap) => work(await start(heap)));
    for (;;) {
      current ??= start(own);
      const mine = current;
      const instance = await mine.catch((error) => {
        if (current === mine) current = undefined;
        throw error;
      });
      // Other work on the same instance may have failed while this call waited.
      if (current !== mine) continue;
      try {
        return work(instance);
      } catch (error) {
        current = undefined;
        throw error;
      }
    }
  };
}
