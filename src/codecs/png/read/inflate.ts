// Inflates a zlib stream piece by piece with the platform's own inflater, in bounded memory.
import { AppError } from '../../../errors.ts';

/** Returns the next compressed bytes, at least one and at most `most`; undefined at the end. Throws `AppError` for a bad file. */
export type PieceSource = (most: number) => Uint8Array | undefined;

/** Number of inflated bytes that a piece should give, and size of the buffer for them. */
export const INFLATED_BYTES = 131_072;
// Platforms inflate the whole of a piece, whether its output is read or not. So the next piece is written only when all output of
// the last one has been read, and its size is chosen by how far the last one inflated.
const FIRST_PIECE_BYTES = 4096;
/** Longer than the header of a block, which by itself inflates to nothing. */
const MIN_PIECE_BYTES = 256;
/** Inflates to 33 MB at most, which is what a crafted file can make the platform hold. */
const MAX_PIECE_BYTES = 32_768;
/** No deflate stream inflates to more than this many times its length. */
export const MAX_INFLATION = 1032;
/** Pieces without output, one after the other, after which they become twice as long. */
const SILENT_PIECES = 8;
/** How long to wait for the output of a piece. This is done twice, because a timer that is due runs before data that have arrived. */
const OUTPUT_WAIT_MS = 2;

const ignore = (): void => undefined;

/**
 * Yields the inflated bytes in parts; each is valid until the next is asked for. Leaving the loop stops the inflater. Throws
 * `undecodable` if the stream is corrupt or cut short, has bytes after its end, or has a wrong checksum; the output of the last piece may be lost then.
 */
export async function* inflate(next: PieceSource): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new DecompressionStream('deflate');
  const reader = openReader(inflater.readable);
  const writer = inflater.writable.getWriter();
  // Failures are reported by what is awaited below; if these rejections had no handler, they would end the process.
  for (const promise of [reader.closed, writer.closed, writer.ready]) promise.catch(ignore);
  let size = FIRST_PIECE_BYTES;
  let inflatedBytes = 0;
  let open = true;
  let drained = true;
  const write = async (): Promise<void> => {
    const piece = next(size);
    drained = false;
    if (piece) return writer.write(piece as Uint8Array<ArrayBuffer>);
    open = false;
    return writer.close();
  };
  try {
    for (;;) {
      let arrived = false;
      let silent = 0;
      const reading = reader.read().finally(() => {
        arrived = true;
      });
      reading.catch(ignore);
      while (open && !arrived) {
        if (drained) await Promise.race([reading, write()]);
        for (let i = 0; i < 2 && open && !arrived; i++) await arrival(reading);
        // Nothing arrived: the piece gave no output, or exactly as much as was read. Only the next piece gives more.
        drained = true;
        // Blocks can be empty by the thousand; in short pieces their waits would add up to seconds.
        if (!arrived && ++silent % SILENT_PIECES === 0) size = Math.min(2 * size, MAX_PIECE_BYTES);
      }
      const value = await reading;
      if (!value) return;
      inflatedBytes += value.length;
      drained = reader.drained();
      if (drained) {
        const fitting = Math.max(
          MIN_PIECE_BYTES,
          Math.floor((size * INFLATED_BYTES) / inflatedBytes),
        );
        size = Math.min(fitting, 2 * size, MAX_PIECE_BYTES);
        inflatedBytes = 0;
      }
      yield value;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('undecodable', 'png: the compressed pixels are corrupt or cut short', {
      cause: error,
    });
  } finally {
    reader.cancel().catch(ignore);
    writer.abort().catch(ignore);
  }
}

/** Waits for the promise, but not longer than `OUTPUT_WAIT_MS`. */
async function arrival(promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, OUTPUT_WAIT_MS);
  });
  try {
    await Promise.race([promise, enough]);
  } finally {
    clearTimeout(timer);
  }
}

type Reader = {
  closed: Promise<unknown>;
  /** The next bytes; undefined at the end. */
  read(): Promise<Uint8Array | undefined>;
  /** Whether the last read left its buffer partly empty, so that no more output is waiting; if false, there may be more. */
  drained(): boolean;
  cancel(): Promise<void>;
};

/** Reads into one buffer if the platform can. workerd can, and its own parts have only 4 kB. */
function openReader(stream: ReadableStream<Uint8Array>): Reader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return openPlainReader(stream);
  }
  let buffer = new ArrayBuffer(INFLATED_BYTES);
  let length = 0;
  return {
    closed: reader.closed,
    async read() {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done || !value) return undefined;
      buffer = value.buffer;
      length = value.length;
      return value;
    },
    drained: () => length < INFLATED_BYTES,
    cancel: () => reader.cancel(),
  };
}

/** Node's inflater fills buffers of this size, and returns copies of what each piece adds to them. */
const NODE_BUFFER_BYTES = 16_384;

function openPlainReader(stream: ReadableStream<Uint8Array>): Reader {
  const reader = stream.getReader();
  let total = 0;
  return {
    closed: reader.closed,
    async read() {
      const { value } = await reader.read();
      total += value?.length ?? 0;
      return value;
    },
    drained: () => total % NODE_BUFFER_BYTES !== 0,
    cancel: () => reader.cancel(),
  };
}
