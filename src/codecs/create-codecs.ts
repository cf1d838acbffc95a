// Makes the codecs of all formats from their compiled WASM modules.
import type { Codecs } from './codec.ts';
import type { AssemblyModule, FormatDeclaration } from './format.ts';
import { formats } from './formats.ts';
import type { Heaps } from './wasm/heaps.ts';

/** Compiled modules by name, such as `jpeg-decoder`; `moduleNames` lists the names. */
export type CodecModules = Readonly<Record<string, WebAssembly.Module>>;

const declarations: readonly FormatDeclaration[] = formats;

/** The files in packages that the codecs' WASM modules are built from, by the name of the module. */
export const wasmFiles: Readonly<Record<string, string>> = Object.fromEntries(
  declarations.flatMap(({ name, wasm = {} }) =>
    Object.entries(wasm).map(([part, file]) => [`${name}-${part}`, file]),
  ),
);

/** The codecs' WASM modules of our own, by the name of the module. */
export const assemblyModules: Readonly<Record<string, AssemblyModule>> = Object.fromEntries(
  declarations.flatMap(({ name, assembly = {} }) =>
    Object.entries(assembly).map(([part, module]) => [`${name}-${part}`, module]),
  ),
);

/** The names of all modules that the codecs need. */
export const moduleNames: readonly string[] = [
  ...Object.keys(wasmFiles),
  ...Object.keys(assemblyModules),
];

/**
 * The codecs by format. With `heaps`, large work takes turns in one shared memory, and the memories are counted. Throws
 * `RangeError` if a module is missing.
 */
export function createCodecs(modules: CodecModules, heaps?: Heaps): Required<Codecs> {
  const made = declarations.flatMap(({ name, createCodec }) => {
    if (!createCodec) return [];
    const codec = createCodec((part) => {
      const module = modules[`${name}-${part}`];
      if (!module) throw new RangeError(`codecs: expected a module ${name}-${part}, got none`);
      return module;
    }, heaps);
    return [[name, codec] as const];
  });
  return Object.fromEntries(made) as Required<Codecs>;
}
