// Compiles the codecs' WASM files in Node, for tests and benchmarks.
import { readFile } from 'node:fs/promises';
import type { Codecs } from '../../../src/codecs/codec.ts';
import { createCodecs, moduleNames } from '../../../src/codecs/create-codecs.ts';
import type { Heaps } from '../../../src/codecs/wasm/heaps.ts';

const folder = new URL('../../../src/generated/', import.meta.url);

/** Compiles the module of `src/generated/<name>.wasm`. */
export const compileModule = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(new URL(`${name}.wasm`, folder)));

/** Ready codecs with their own instances; large work shares a memory if `heaps` are given. */
export async function loadCodecs(heaps?: Heaps): Promise<Required<Codecs>> {
  const modules = await Promise.all(
    moduleNames.map(async (name) => [name, await compileModule(name)] as const),
  );
  return createCodecs(Object.fromEntries(modules), heaps);
}
