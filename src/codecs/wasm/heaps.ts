// The WebAssembly memories of the codecs: each is made once, reused, and counted.
//
// V8 frees a memory only in a full garbage collection, and its size does not make that collection come sooner: twenty dropped memories
// of 60 MiB were measured to take 1.2 GB, in an isolate of 128 MB. So no memory is dropped.

/** A memory that one instance at a time uses. */
export type Heap = {
  /**
   * Instantiates `module`. If it imports a memory, it gets this one, cleared, with at least `pages` pages of 64 KiB; unless given, the name
   * of the imported memory is their number. Otherwise the module makes its own memory, which is not counted.
   */
  instantiate: (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports,
    pages?: number,
  ) => WebAssembly.Instance;
};

export type Heaps = {
  /** The memory that belongs to `name` alone, for small work. */
  own: (name: string) => Heap;
  /** Runs `use` with the memory that all large work shares, one at a time. */
  withShared: <T>(use: (heap: Heap) => Promise<T>) => Promise<T>;
  /** Takes the shared memory for longer: until other work needs it, but never while `isBusy` returns true. */
  keepShared: (isBusy: () => boolean) => Tenancy;
  /** Bytes by name of the memory; the shared one is `large`. */
  bytes: () => Record<string, number>;
  /** Total bytes of the small memories, and of the shared one. */
  held: () => { small: number; large: number };
};

export type Tenancy = {
  heap: Heap;
  /** Whether no other work has used the memory since. */
  lasts: () => boolean;
};

/** Work that is predicted to need more bytes than this uses the shared memory. */
export const OWN_BYTES = 4 * 2 ** 20;

/** Makes the memories of one isolate. */
export function createHeaps(): Heaps {
  const owned = new Map<string, Counted>();
  const large: Counted[] = [];
  const lent = new Set<Counted>();
  let tenant: { heap: Counted; isBusy: () => boolean } | undefined;
  // Admission lets in one large work at a time. If there are two all the same, a second shared memory is made and kept.
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
    async withShared(use) {
      const heap = take();
      lent.add(heap);
      try {
        return await use(heap);
      } finally {
        lent.delete(heap);
      }
    },
    keepShared(isBusy) {
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

/** A memory that is made when the first module needs it. */
export function createHeap(): Counted {
  let memory: WebAssembly.Memory | undefined;
  const withPages = (pages: number): WebAssembly.Memory => {
    if (!memory) {
      memory = new WebAssembly.Memory({ initial: pages });
      return memory;
    }
    const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) memory.grow(missing);
    // Modules expect zeros, and the next decoder must not see the last picture.
    new Uint8Array(memory.buffer).fill(0);
    return memory;
  };
  return {
    bytes: () => memory?.buffer.byteLength ?? 0,
    instantiate(module, imports, pages) {
      const wanted = WebAssembly.Module.imports(module).find(({ kind }) => kind === 'memory');
      if (!wanted) return new WebAssembly.Instance(module, imports);
      const own = { [wanted.name]: withPages(pages ?? Number(wanted.name)) };
      return new WebAssembly.Instance(module, { ...imports, [wanted.module]: own });
    },
  };
}
