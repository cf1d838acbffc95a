// What measurements inside workerd share: codecs and tf.js as the Worker starts them, files, and the size of every WASM heap.
import type { Codec, Codecs, OutputFormat } from '../../src/codecs/codec.ts';
import { createIsolate } from '../../src/edge/isolate.ts';
import type { Image } from '../../src/image.ts';

const isolate = createIsolate();
await isolate.tensors.prepare();

export const codecs: Codecs = isolate.codecs;
/** Makes the tensor backend ready, where a codec had its memory. */
export const { tensors } = isolate;

export const codecOf = (format: OutputFormat): Codec => codecs[format]!;

/** Files that were put, by name. */
export const files = new Map<string, Uint8Array>();

export function fileOf(name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`there is no file ${name}`);
  return bytes;
}

const decoded = new Map<string, Image>();

/** A file's pixels, decoded once. */
export async function pixelsOf(name: string, format: OutputFormat): Promise<Image> {
  const image = decoded.get(name) ?? (await codecOf(format).decode(fileOf(name)));
  decoded.set(name, image);
  return image;
}

export type Heaps = { small: number; large: number };

/** Bytes of the WASM memories; they never shrink, so this is their peak. */
export const heapBytes = (): Heaps => isolate.heaps.held();

/** Milliseconds that `work` took. */
export async function time(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export const pause = async (): Promise<void> => {};
