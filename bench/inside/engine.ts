// What measurements inside workerd share: codecs and tf.js as the Worker starts them, files, and the size of every WASM heap.
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm';
import jpegEncoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm';
import pngModule from '@jsquash/png/codec/pkg/squoosh_png_bg.wasm?module';
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm';
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm';
import tensorModule from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';
import type { Codec, Codecs, Format } from '../../src/codecs/codec.ts';
import { createJpegCodec } from '../../src/codecs/jpeg.ts';
import { createPngCodec } from '../../src/codecs/png.ts';
import { createWebpCodec } from '../../src/codecs/webp.ts';
import { startWasmBackend } from '../../src/edge/wasm.ts';
import type { Image } from '../../src/image.ts';

const heaps = new Map<WebAssembly.Module, WeakRef<WebAssembly.Memory>[]>();

// The codecs keep their instances to themselves, so their memories are noted as they are made.
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, [module, imports]: [WebAssembly.Module, WebAssembly.Imports]) {
    const instance = new target(module, imports);
    for (const value of Object.values(instance.exports)) {
      if (!(value instanceof WebAssembly.Memory)) continue;
      heaps.set(module, [...(heaps.get(module) ?? []), new WeakRef(value)]);
    }
    return instance;
  },
});

await startWasmBackend(tensorModule);

export const codecs: Codecs = {
  jpeg: createJpegCodec({ decoder: jpegDecoder, encoder: jpegEncoder }),
  png: createPngCodec({ module: pngModule }),
  webp: createWebpCodec({ decoder: webpDecoder, encoder: webpEncoder }),
};

export const codecOf = (format: Format): Codec => codecs[format] as Codec;

/** Files that were put, by name. */
export const files = new Map<string, Uint8Array>();

export function fileOf(name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`there is no file ${name}`);
  return bytes;
}

const decoded = new Map<string, Image>();

/** A file's pixels, decoded once. */
export async function pixelsOf(name: string, format: Format): Promise<Image> {
  const image = decoded.get(name) ?? (await codecOf(format).decode(fileOf(name)));
  decoded.set(name, image);
  return image;
}

export type Heaps = { tensors: number; codecs: number };

/** Bytes of the WASM heaps that are in use; such a heap never shrinks, so this is its peak. */
export function heapBytes(): Heaps {
  const sum = { tensors: 0, codecs: 0 };
  for (const [module, memories] of heaps) {
    const kind = module === tensorModule ? 'tensors' : 'codecs';
    for (const memory of memories) sum[kind] += memory.deref()?.buffer.byteLength ?? 0;
  }
  return sum;
}

/** Milliseconds that `work` took. */
export async function time(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export const pause = async (): Promise<void> => {};
