// Starts the Emscripten builds of jSquash from a compiled module, the only way workerd can run them.
import { createHeap, type Heap } from './heaps.ts';
import type { WasmInstance } from './instance.ts';
import { growTightly } from './tight-growth.ts';

type Options = {
  noInitialRun: boolean;
  print: (line: string) => void;
  printErr: (line: string) => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
};

/** What the decoders return for a file that they can read; otherwise they return null. */
export type DecodedImage = {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
};

/** The encoders of jSquash: RGBA with straight alpha in, a file out, or null if the encoder fails. */
export type EncodeCall = {
  encode(
    data: Uint8ClampedArray,
    width: number,
    height: number,
    options: object,
  ): Uint8Array | null;
};

/** The default export of jSquash's glue files; `Calls` are the functions of that codec. */
export type EmscriptenFactory<Calls> = (
  options: Options,
) => Promise<Calls & { HEAPU8: Uint8Array }>;

export type EmscriptenInstance<Calls> = WasmInstance & {
  calls: Calls;
  /** Returns the lines that the library has printed since the last call: its warnings and errors. */
  takeMessages(): string[];
};

/** Most printed lines that are kept. */
const MAX_MESSAGES = 20;

/** Starts a new instance of `module` in `heap`; `factory` is its glue. */
export async function startEmscripten<Calls>(
  factory: EmscriptenFactory<Calls>,
  module: WebAssembly.Module,
  heap: Heap = createHeap(),
): Promise<EmscriptenInstance<Calls>> {
  const messages: string[] = [];
  const collect = (line: string) => {
    if (messages.length < MAX_MESSAGES) messages.push(line);
  };
  const calls = await factory({
    noInitialRun: true,
    print: collect,
    printErr: collect,
    instantiateWasm: (imports, done) => {
      const instance = growTightly(heap.instantiate(module, imports));
      done(instance);
      return instance.exports;
    },
  });
  return {
    calls,
    takeMessages: () => messages.splice(0),
    memoryBytes: () => calls.HEAPU8.byteLength,
  };
}
