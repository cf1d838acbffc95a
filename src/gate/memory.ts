// What an isolate holds at most: memories of WASM modules, which never shrink, and what the work at hand may come to.

/** Bytes of WASM memories as they are now: those that small work of each codec keeps, and the one that all large work takes in turn. */
export type Held = { small: number; large: number };

/** `heap` lies in the large memory; `bytes` are JavaScript's, and what small memories may grow by. */
export type Need = { bytes: number; heap: number };

export type Memory = {
  /** Bytes in use, if `more` came on top of all that is held. */
  inUse: (more?: Need) => number;
  hold: (need: Need) => void;
  release: (need: Need) => void;
};

const nothing: Need = { bytes: 0, heap: 0 };

/** Nothing held. `heaps` is asked anew each time. */
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
