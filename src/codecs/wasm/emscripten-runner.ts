// Runs the functions of an Emscripten build of jSquash on instances that are started and replaced as needed.
import { type EmscriptenFactory, type EmscriptenInstance, startEmscripten } from './emscripten.ts';
import type { Heap, Heaps } from './heaps.ts';
import { createWasmRunner, type WasmRunner } from './instance.ts';

/** A build: its JavaScript glue and its compiled module. */
export type Build = {
  /** Imports the glue file (`scripts/glue.ts` writes it), whose default export is a factory. */
  glue: () => Promise<{ default: unknown }>;
  module: WebAssembly.Module;
};

export type RunnerOptions = {
  /** Name of the memory that belongs to this build alone. */
  name: string;
  heaps: Heaps | undefined;
  /** Wraps the memory that an instance uses. Default: no wrapper. */
  within?: (heap: Heap) => Heap;
};

/** Makes a runner; `Calls` are the functions that the build exports. */
export const createEmscriptenRunner = <Calls>(
  { glue, module }: Build,
  { name, heaps, within = (heap) => heap }: RunnerOptions,
): WasmRunner<EmscriptenInstance<Calls>> =>
  createWasmRunner(
    async (heap) => {
      const factory = (await glue()).default as EmscriptenFactory<Calls>;
      return startEmscripten(factory, module, within(heap));
    },
    { name, heaps },
  );
