// Starts TurboJPEG's decoder from the compiled module, because the package does not offer scaled decoding.
import type { Size } from '../../image.ts';
import { createHeap, type Heap } from '../wasm/heaps.ts';
import type { WasmInstance } from '../wasm/instance.ts';

export type JpegTurbo = WasmInstance & {
  /**
   * Pixels of four bytes of a file that is given in parts, at the largest scale of n/8 that fits into `size`; the result must fill `size`.
   * `CMYK` are the values as stored; the default is `RGBA`. Throws with libjpeg's message if libjpeg gives up, or if it invented part of the picture.
   */
  decode(
    parts: readonly Uint8Array[],
    size: Size,
    pixels?: keyof typeof pixelFormats,
  ): Uint8ClampedArray<ArrayBuffer>;
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

/** TurboJPEG's numbers for pixel formats. */
const pixelFormats = { RGBA: 7, CMYK: 11 } as const;
/** Longest message, including its final zero. */
const MESSAGE_BYTES = 200;
/** Distance in bytes from the count of warnings to the handle's own message; a test checks it. */
const COUNT_BEFORE_MESSAGE = 48;
/** Messages are searched in this part of the memory: they are in the module's data and in the first handle. */
const SEARCHED_BYTES = 2 ** 20;

/**
 * If data is missing, libjpeg invents pixels and only warns. These warnings mean that part of the picture is invented; others
 * (bytes between segments, an unusual order of scans) are harmless.
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
    decode(parts, { width, height }, pixelFormat = 'RGBA') {
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const file = reserve(length);
      let at = file;
      for (const part of parts) {
        bytes(at, part.length).set(part);
        at += part.length;
      }
      const pixels = reserve(4 * width * height);
      // A new handle each time; otherwise tables of the last file would replace tables that this file lacks.
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
          pixelFormats[pixelFormat],
          0,
        );
      } catch (cause) {
        // libjpeg jumps out of its call when it gives up, and WASM cannot resume there; only a new instance helps.
        throw new Error(takeMessage() || 'the decoder crashed', { cause });
      }
      const [warnings] = new Uint32Array(wasm.memory.buffer, handle + messages.count, 1);
      const result = new Uint8ClampedArray(
        wasm.memory.buffer.slice(pixels, pixels + 4 * width * height),
      );
      wasm.tjDestroy(handle);
      wasm.free(pixels);
      wasm.free(file);
      // Only the first warning leaves a message, so the others may mean anything.
      const message = takeMessage();
      if (status !== 0 && (warnings !== 1 || DAMAGE.test(message))) throw new Error(message);
      return result;
    },
  };
}

type Messages = {
  /** Address of the last message, error or warning. */
  shared: number;
  /** Offset of the count of warnings in a handle. */
  count: number;
};

/** Finds the addresses by causing a harmless error: an invalid argument. */
function findMessages(wasm: Exports): Messages {
  const handle = wasm.tjInitDecompress();
  const before = placesOf(wasm, 'No error');
  wasm.tjDecompress2(handle, 0, 0, 0, 0, 0, 0, pixelFormats.RGBA, 0);
  const after = placesOf(wasm, 'tjDecompress2(): Invalid argument');
  const [shared, own] = before.filter((place) => after.includes(place));
  wasm.tjDestroy(handle);
  if (shared === undefined || own === undefined || shared > handle) {
    throw new Error('jpeg-turbo: expected a build whose messages can be found in memory');
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
