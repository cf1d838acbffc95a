// Keeps one running instance of a WASM codec, and replaces it after a failure or a large picture.

/** WASM memory never shrinks, so an instance that grew beyond this many bytes is not kept. */
const KEEP_BYTES = 48 * 2 ** 20;

export type WasmInstance = { memoryBytes(): number };

/**
 * Runs `work`, which must be synchronous, on an instance that `start` makes on first use. An
 * instance whose work threw is dropped, because its stack and heap are then in an unknown state.
 */
export function createWasmRunner<Instance extends WasmInstance>(start: () => Promise<Instance>) {
  let current: Promise<Instance> | undefined;
  return async <Result>(work: (instance: Instance) => Result): Promise<Result> => {
    for (;;) {
      current ??= start();
      const mine = current;
      const instance = await mine.catch((error) => {
        if (current === mine) current = undefined;
        throw error;
      });
      // Another caller's work on the same instance may have failed while this one waited.
      if (current !== mine) continue;
      try {
        const result = work(instance);
        if (instance.memoryBytes() > KEEP_BYTES) current = undefined;
        return result;
      } catch (error) {
        current = undefined;
        throw error;
      }
    }
  };
}
