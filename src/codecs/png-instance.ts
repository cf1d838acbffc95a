// Starts jSquash's PNG decoder; written here because the package can never replace a broken instance.
import { createImage, type Image } from '../image.ts';
import type { WasmInstance } from './wasm-instance.ts';

export type PngInstance = WasmInstance & {
  /** Decodes a file given in parts, which are laid one behind the other. Throws for a bad one. */
  decode(parts: Uint8Array[]): Image;
};

type Exports = {
  memory: WebAssembly.Memory;
  decode(pointer: number, length: number): number;
  __wbindgen_malloc(bytes: number, align: number): number;
  __wbindgen_free(pointer: number, bytes: number, align: number): void;
};

/** Instantiates `squoosh_png_bg.wasm`. */
export async function startPng(module: WebAssembly.Module): Promise<PngInstance> {
  let decoded: Image | undefined;
  const bytesAt = (pointer: number, length: number) =>
    new Uint8Array(wasm.memory.buffer, pointer >>> 0, length);

  // The import names end in a digest of their signature, so they are found by how they begin.
  const handlers: Record<string, (...args: number[]) => number | undefined> = {
    __wbg_newwithownedu8clampedarrayandsh: (pointer = 0, length = 0, width = 0, height = 0) => {
      const data = new Uint8ClampedArray(bytesAt(pointer, length).slice().buffer);
      wasm.__wbindgen_free(pointer, length, 1);
      decoded = createImage({ width: width >>> 0, height: height >>> 0 }, data);
      return 0;
    },
    __wbindgen_throw: (pointer = 0, length = 0) => {
      throw new Error(new TextDecoder().decode(bytesAt(pointer, length)));
    },
  };
  const wbg: WebAssembly.ModuleImports = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const known = Object.entries(handlers).find(([start]) => name.startsWith(start));
    // The others serve functions that are not used: encoding, and 16 bits.
    wbg[name] = known ? known[1] : () => 0;
  }
  const instance = new WebAssembly.Instance(module, { wbg });
  const wasm = instance.exports as unknown as Exports;

  return {
    memoryBytes: () => wasm.memory.buffer.byteLength,
    decode(parts) {
      decoded = undefined;
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const pointer = wasm.__wbindgen_malloc(length, 1);
      let at = 0;
      for (const part of parts) {
        bytesAt(pointer + at, part.length).set(part);
        at += part.length;
      }
      wasm.decode(pointer, length);
      if (!decoded) throw new Error('the decoder gave nothing');
      return decoded;
    },
  };
}
