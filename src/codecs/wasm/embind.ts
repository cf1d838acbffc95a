// Runs builds of jSquash that offer their functions by embind, Emscripten's bridge to JavaScript. The glue in the packages takes longer to start
// than a small picture to encode, because it makes types, names and errors for everything that a build could offer.
import { createEmbindTypes, type Exported } from './embind-types.ts';
import { createHeap, type Heap, type Heaps } from './heaps.ts';
import { createWasmRunner, type WasmInstance, type WasmRunner } from './instance.ts';

/** What a build calls its imports and exports, which Emscripten shortens; `scripts/glue.ts` finds it out. */
export type EmbindNames = {
  /** Emscripten's name of each import. */
  imports: Readonly<Record<string, string>>;
  exports: Readonly<Record<'memory' | 'table' | 'start' | 'malloc' | 'free', string>>;
};

export type EmbindInstance<Calls> = WasmInstance & { calls: Calls };

/** Starts a new instance of `module` in `heap`; `Calls` are the functions that it offers. */
export function startEmbind<Calls>(
  module: WebAssembly.Module,
  names: EmbindNames,
  heap: Heap = createHeap(),
): EmbindInstance<Calls> {
  let exports: WebAssembly.Exports = {};
  const exported = Object.fromEntries(
    Object.entries(names.exports).map(([name, short]) => [name, () => exports[short]]),
  ) as Record<keyof EmbindNames['exports'], () => unknown>;
  const { calls, functions } = createEmbindTypes({
    memory: exported.memory as Exported['memory'],
    table: exported.table as Exported['table'],
    malloc: (bytes) => (exported.malloc() as Exported['malloc'])(bytes),
    free: (at) => (exported.free() as Exported['free'])(at),
  });
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const known = names.imports[name] ?? name;
    imports[from] = { ...imports[from], [name]: functions[known] ?? refuse(known) };
  }
  ({ exports } = heap.instantiate(module, imports));
  (exported.start() as () => void)();
  return {
    calls: calls as Calls,
    memoryBytes: () => (exported.memory() as WebAssembly.Memory).buffer.byteLength,
  };
}

const refuse = (name: string) => () => {
  throw new Error(`the build called ${name}`);
};

/** Makes a runner; `names` imports the file that `scripts/glue.ts` writes, `Calls` are the functions that the build offers. */
export const createEmbindRunner = <Calls>(
  { module, names }: { module: WebAssembly.Module; names: () => Promise<{ default: EmbindNames }> },
  { name, heaps }: { name: string; heaps: Heaps | undefined },
): WasmRunner<EmbindInstance<Calls>> =>
  createWasmRunner(async (heap) => startEmbind<Calls>(module, (await names()).default, heap), {
    name,
    heaps,
  });
