// Compiles the codecs' WASM files in Node, for tests and benchmarks.
import { readFile } from 'node:fs/promises';
import { createAvifCodec } from '../../../src/codecs/avif/codec.ts';
import type { Codec } from '../../../src/codecs/codec.ts';
import { createJpegCodec } from '../../../src/codecs/jpeg/codec.ts';
import { createPngCodec } from '../../../src/codecs/png/codec.ts';
import type { Heaps } from '../../../src/codecs/wasm/heaps.ts';
import { createWebpCodec } from '../../../src/codecs/webp/codec.ts';

const folder = new URL('../../../src/generated/', import.meta.url);

const compile = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(new URL(`${name}.wasm`, folder)));

const both = async (name: string) => ({
  decoder: await compile(`${name}-decoder`),
  encoder: await compile(`${name}-encoder`),
});

/** Ready codecs, each call with instances of its own; large work shares a memory where `heaps` are given. */
export async function loadCodecs(
  heaps?: Heaps,
): Promise<Record<'avif' | 'jpeg' | 'png' | 'webp', Codec>> {
  return {
    avif: createAvifCodec(await both('avif'), heaps),
    jpeg: createJpegCodec(await both('jpeg'), heaps),
    png: createPngCodec(),
    webp: createWebpCodec(await both('webp'), heaps),
  };
}
