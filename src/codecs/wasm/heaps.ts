// The WebAssembly memories of the codecs: made once, used again and again, counted.
//
// V8 frees a memory only with a full garbage collection, which its size does not hasten: twenty dropped memories of
// 60 MiB were found to be 1.2 GB, in an isolate of 128 MB. So none is dropped.

/** A memory on loan, for one instance at a time. */
export type Heap = {
  /** Instantiates `module` on this memory, cleared, where it imports one as `memory.<pages>`; else on one of its own, which is not counted. */
  instantiate: (module: WebAssembly.Module, imports: WebAssembly.Imports) => WebAssembly.Instance;
  /** The memory, cleared, of at least so many pages of 64 KiB. */
  memory: (pages: number) => WebAssembly.Memory;
};

export type Heaps = {
  /** The memory that is always `name`'s, for small work. */
  own: (name: string) => Heap;
  /** Runs `use` with the memory that all large work takes in turn. */
  lend: <T>(use: (heap: Heap) => Promise<T>) => Promise<T>;
  /** The same memory for one who stays in it between works, until somebody else gets it, which is never while `isBusy`. */
  settle: (isBusy: () => boolean) => Tenancy;
  /** Bytes by name; the memory for large work is `large`. */
  bytes: () => Record<string, number>;
  /** Bytes of all small memories and of the large one. */
  held: () => { small: number; large: number };
};

export type Tenancy = {
  heap: Heap;
  /** Whether nobody else has had the memory since. */
  lasts: () => boolean;
};

/** Work predicted to need more than this many bytes of WebAssembly memory takes the large one. */
export const OWN_BYTES = 4 * 2 ** 20;

/** Makes the books of one isolate. */
export function createHeaps(): Heaps {
  const owned = new Map<string, Counted>();
  const large: Counted[] = [];
  const lent = new Set<Counted>();
  let tenant: { heap: Counted; isBusy: () => boolean } | undefined;
  // Two at a time are against the rules of admission; where it happens all the same, a second one is kept too.
  const take = (): Counted => {
    const isFree = (heap: Counted): boolean =>
      !lent.has(heap) && !(heap === tenant?.heap && tenant.isBusy());
    const heap = large.find(isFree) ?? createHeap();
    if (!large.includes(heap)) large.push(heap);
    if (heap === tenant?.heap) tenant = undefined;
    return heap;
  };
  const total = (heaps: Iterable<Counted>) => [...heaps].reduce((sum, h) => sum + h.bytes(), 0);
  return {
    own(name) {
      const heap = owned.get(name) ?? createHeap();
      owned.set(name, heap);
      return heap;
    },
    async lend(use) {
      const heap = take();
      lent.add(heap);
      try {
        return await use(heap);
      } finally {
        lent.delete(heap);
      }
    },
    settle(isBusy) {
      const me = { heap: take(), isBusy };
      tenant = me;
      return { heap: me.heap, lasts: () => tenant === me };
    },
    bytes() {
      const counts = [...owned].map(([name, heap]) => [name, heap.bytes()] as const);
      return { ...Object.fromEntries(counts), large: total(large) };
    },
    held: () => ({ small: total(owned.values()), large: total(large) }),
  };
}

type Counted = Heap & { bytes: () => number };

const PAGE_BYTES = 65536;

/** A memory that is made when the first module asks for it. */
export function createHeap(): Counted {
  let memory: WebAssembly.Memory | undefined;
  const withPages = (pages: number): WebAssembly.Memory => {
    if (!memory) {
      memory = new WebAssembly.Memory({ initial: pages });
      return memory;
    }
    const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) memory.grow(missing);
    // A module expects zeros, and no picture may be seen by the next one's decoder.
    new Uint8Array(memory.buffer).fill(0);
    return memory;
  };
  return {
    bytes: () => memory?.buffer.byteLength ?? 0,
    memory: withPages,
    instantiate(module, imports) {
      const wanted = WebAssembly.Module.imports(module).find(({ kind }) => kind === 'memory');
      if (!wanted) return new WebAssembly.Instance(module, imports);
      const own = { [wanted.name]: withPages(Number(wanted.name)) };
      return new WebAssembly.Instance(module, { ...imports, [wanted.module]: own });
    },
  };
}
