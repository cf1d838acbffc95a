// What the measurements inside workerd share: codecs and tf.js as the Worker starts them, stored files, and a clock.
import type { Codec, Codecs, OutputFormat } from '../../src/codecs/codec.ts';
import { createHeaps } from '../../src/codecs/wasm/heaps.ts';
import { variables } from '../../src/config.ts';
import { createIsolate } from '../../src/edge/isolate.ts';
import { tensorModules } from '../../src/edge/tensor-modules.ts';
import type { Image } from '../../src/image.ts';
import { createWasmBackend } from '../../src/kernels/wasm-backend.ts';

const isolate = createIsolate(variables.EDGE_MEMORY_MIB.default);
await isolate.tensors.prepare();

export const codecs: Codecs = isolate.codecs;
/** tf.js with the Worker's memory limit. */
export const { tensors } = isolate;
/** The Worker's SIMD kernels for pixels. */
export const { kernels } = isolate;

/** The WASM memory of `unlimitedTensors`. */
export const unlimitedHeaps = createHeaps();
/** tf.js without the Worker's memory limit, which would refuse plain transcriptions at 512×512. */
export const unlimitedTensors = createWasmBackend(tensorModules, { heaps: unlimitedHeaps });

export const codecOf = (format: OutputFormat): Codec => codecs[format]!;

/** The stored files, by name. */
export const files = new Map<string, Uint8Array>();

export function fileOf(name: string): Uint8Array {
  const bytes = files.get(name);
  if (!bytes) throw new Error(`expected a stored file, got the name ${name}`);
  return bytes;
}

const decoded = new Map<string, Image>();

/** A file's pixels, decoded once. */
export async function pixelsOf(name: string, format: OutputFormat): Promise<Image> {
  const image = decoded.get(name) ?? (await codecOf(format).decode(fileOf(name)));
  decoded.set(name, image);
  return image;
}

/** Milliseconds that `work` takes. */
export async function time(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export const pause = async (): Promise<void> => {};
