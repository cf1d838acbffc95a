// Starts TurboJPEG's decoder from the compiled module alone, which gives its scaled decoding that the package does not offer.
import type { Size } from '../../image.ts';
import { createHeap, type Heap } from '../wasm/heaps.ts';
import type { WasmInstance } from '../wasm/instance.ts';

export type JpegTurbo = WasmInstance & {
  /**
   * RGBA pixels of a file given in parts, at the largest scale of n/8 that fits into `size`, which it must fill. Throws
   * where libjpeg gives up, and where it made up part of the picture; the message is then libjpeg's own.
   */
  decode(parts: readonly Uint8Array[], size: Size): Uint8ClampedArray<ArrayBuffer>;
};

type Exports = {
  memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  tjInitDecompress(): number;
  tjDestroy(handle: number): number;
  tjDecompress2(
    handle: number,
    file: number,
    fileBytes: number,
    pixels: number,
    width: number,
    pitch: number,
    height: number,
    pixelFormat: number,
    flags: number,
  ): number;
};

const RGBA = 7;
/** Longest message, its final zero included. */
const MESSAGE_BYTES = 200;
/** The count of warnings stands this far in front of a handle's own message; a test sees to it that it does. */
const COUNT_BEFORE_MESSAGE = 48;
/** Messages lie in the data of the module and in the first handle, at the beginning of a memory that may be large. */
const SEARCHED_BYTES = 2 ** 20;

/**
 * libjpeg fills in for what is missing and only warns. These warnings mean that part of the
 * picture is made up; others (bytes between segments, an odd order of scans) are harmless.
 */
const DAMAGE = /premature end|bad huffman code|bad arithmetic code|instead of RST/i;

/** Instantiates `jpeg-turbo.wasm` in `heap`. */
export async function startJpegTurbo(
  module: WebAssembly.Module,
  heap: Heap = createHeap(),
): Promise<JpegTurbo> {
  const refuse = (name: string) => () => {
    throw new Error(`jpeg-turbo called ${name}`);
  };
  const imports: Record<string, WebAssembly.ModuleImports> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    const harmless = name === 'setjmp' || name === 'environ_sizes_get';
    imports[from] = { ...imports[from], [name]: harmless ? () => 0 : refuse(name) };
  }
  const wasm = heap.instantiate(module, imports).exports as unknown as Exports;
  const bytes = (start: number, length: number) =>
    new Uint8Array(wasm.memory.buffer, start, length);
  const messages = findMessages(wasm);

  const takeMessage = (): string => {
    const text = bytes(messages.shared, MESSAGE_BYTES);
    const message = new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
    text.fill(0);
    return message;
  };
  const reserve = (length: number): number => {
    const pointer = wasm.malloc(length);
    if (pointer === 0) throw new Error(`jpeg-turbo has no memory for ${length} bytes`);
    return pointer;
  };

  return {
    memoryBytes: () => wasm.memory.buffer.byteLength,
    decode(parts, { width, height }) {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const file = reserve(length);
      let at = file;
      for (const part of parts) {
        bytes(at, part.length).set(part);
        at += part.length;
      }
      const pixels = reserve(4 * width * height);
      // A new one each time: tables of the last file would stand in for those that the next one lacks.
      const handle = wasm.tjInitDecompress();
      takeMessage();
      let status: number;
      try {
        status = wasm.tjDecompress2(
          handle,
          file,
          length,
          pixels,
          width,
          4 * width,
          height,
          RGBA,
          0,
        );
      } catch (cause) {
        // The place that libjpeg jumps to when it gives up is gone; only a new instance helps.
        throw new Error(takeMessage() || 'the decoder crashed', { cause });
      }
      const [warnings] = new Uint32Array(wasm.memory.buffer, handle + messages.count, 1);
      const result = new Uint8ClampedArray(
        wasm.memory.buffer.slice(pixels, pixels + 4 * width * height),
      );
      wasm.tjDestroy(handle);
      wasm.free(pixels);
      wasm.free(file);
      // Only the first warning leaves a message; nobody knows what the others say.
      const message = takeMessage();
      if (status !== 0 && (warnings !== 1 || DAMAGE.test(message))) throw new Error(message);
      return result;
    },
  };
}

type Messages = {
  /** Where the last message lies, errors and warnings alike. */
  shared: number;
  /** Where the count of warnings lies, from the start of a handle. */
  count: number;
};

/** Finds the messages by an error made on purpose: an invalid argument, which leaves everything in order. */
function findMessages(wasm: Exports): Messages {
  const handle = wasm.tjInitDecompress();
  const before = placesOf(wasm, 'No error');
  wasm.tjDecompress2(handle, 0, 0, 0, 0, 0, 0, RGBA, 0);
  const after = placesOf(wasm, 'tjDecompress2(): Invalid argument');
  const [shared, own] = before.filter((place) => after.includes(place));
  wasm.tjDestroy(handle);
  if (shared === undefined || own === undefined || shared > handle) {
    throw new Error('jpeg-turbo: the build does not keep its messages where it should');
  }
  return { shared, count: own - handle - COUNT_BEFORE_MESSAGE };
}

function placesOf({ memory }: Exports, text: string): number[] {
  const bytes = new Uint8Array(
    memory.buffer,
    0,
    Math.min(memory.buffer.byteLength, SEARCHED_BYTES),
  );
  const letters = new TextEncoder().encode(`${text}\0`);
  const places: number[] = [];
  const first = letters[0]!;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (letters.every((letter, i) => bytes[at + i] === letter)) places.push(at);
  }
  return places;
}
