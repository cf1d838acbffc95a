// Accounts for an isolate's memory: WASM memories, which never shrink, and the predicted peak of the work inside.

/** Current bytes of WASM memories: of the codecs' small ones, and of the large one that exclusive work uses in turn. */
export type Held = { small: number; large: number };

/** Bytes that work needs: `heap` in the large WASM memory; `bytes` in JavaScript and as growth of the small WASM memories. */
export type Need = { bytes: number; heap: number };

export type Memory = {
  /** Bytes in use if `more` were added. */
  inUse: (more?: Need) => number;
  hold: (need: Need) => void;
  release: (need: Need) => void;
};

const nothing: Need = { bytes: 0, heap: 0 };

/** An account with nothing held. `heaps` is called each time. */
export function createMemory(heaps: () => Held): Memory {
  let held = nothing;
  return {
    inUse(more = nothing) {
      const { small, large } = heaps();
      return small + Math.max(large, held.heap + more.heap) + held.bytes + more.bytes;
    },
    hold({ bytes, heap }) {
      held = { bytes: held.bytes + bytes, heap: held.heap + heap };
    },
    release({ bytes, heap }) {
      held = { bytes: held.bytes - bytes, heap: held.heap - heap };
    },
  };
}
