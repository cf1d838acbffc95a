// Runs the functions of one Emscripten build of jSquash, on instances that are started and replaced as needed.
import { type EmscriptenFactory, type EmscriptenInstance, startEmscripten } from './emscripten.ts';
import type { Heap, Heaps } from './heaps.ts';
import { createWasmRunner, type WasmRunner } from './instance.ts';

/** A build: its glue and its compiled module. */
export type Build = {
  /** What the glue file exports by default; its own types are those of the browser. */
  factory: unknown;
  module: WebAssembly.Module;
};

export type RunnerOptions = {
  /** Of the memory that is always this build's. */
  name: string;
  heaps: Heaps | undefined;
  /** What the instance sees of a memory; all of it unless given. */
  within?: (heap: Heap) => Heap;
};

/** A runner of `Calls`, the functions that the build exports. */
export const createEmscriptenRunner = <Calls>(
  { factory, module }: Build,
  { name, heaps, within = (heap) => heap }: RunnerOptions,
): WasmRunner<EmscriptenInstance<Calls>> =>
  createWasmRunner(
    (heap) => startEmscripten(factory as EmscriptenFactory<Calls>, module, within(heap)),
    { name, heaps },
  );
