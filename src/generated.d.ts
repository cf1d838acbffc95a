// Types of the generated Emscripten glue and of modules that only the bundler understands.
declare module '*/generated/tfjs-glue.js' {
  /** An instance of the WASM backend's module, as Emscripten hands it out. */
  export type Instance = {
    cwrap: (
      name: string,
      result: 'number' | null,
      args: string[],
    ) => (...args: number[]) => unknown;
    tfjs?: Record<string, (...args: number[]) => unknown>;
    HEAPU8: Uint8Array;
  };
  type Factory = (options: {
    instantiateWasm: (
      imports: WebAssembly.Imports,
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) => WebAssembly.Exports;
    locateFile: (path: string) => string;
  }) => Promise<Instance>;
  const factory: Factory;
  export default factory;
}

declare module '*/generated/codec-modules.js' {
  /** The compiled modules of all codecs by name, such as `jpeg-decoder`. */
  const modules: Readonly<Record<string, WebAssembly.Module>>;
  export default modules;
}

declare module '*.glue.js' {
  /** jSquash's glue of a codec; typed as unknown, because the package's types are those of the browser. */
  const factory: unknown;
  export default factory;
}

declare module '*.names.js' {
  const names: import('./codecs/wasm/embind.ts').EmbindNames;
  export default names;
}

declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}

// The PNG package types its own `.wasm` file as something else; this spelling means the module all the same.
declare module '*.wasm?module' {
  const module: WebAssembly.Module;
  export default module;
}
