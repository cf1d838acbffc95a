// Inflates a zlib stream piece by piece with the platform's own inflater, in bounded memory.
import { AppError } from '../../../errors.ts';

/** The next at most `most` compressed bytes, at least one; undefined at the end. Throws `AppError` for a bad file. */
export type PieceSource = (most: number) => Uint8Array | undefined;

/** Inflated bytes wanted of one piece, and room for them. */
export const INFLATED_BYTES = 131_072;
// Platforms inflate the whole of a piece, whether what it gives is read or not. So a piece is only written when all of the
// last one has been read, and is as small as what came of that suggests.
const FIRST_PIECE = 4096;
/** Longer than what stands in front of a block, which gives nothing by itself. */
const SMALLEST_PIECE = 256;
/** Inflates to 33 MB at most: what a crafted file can make the platform hold. */
const LARGEST_PIECE = 32_768;
/** No deflate stream inflates to more than this many times its length. */
export const MOST_INFLATION = 1032;
/** How long to wait, twice, for what a piece gives; twice, because a timer that is due comes before data that are there. */
const PATIENCE_MS = 2;

const ignore = (): void => undefined;

/**
 * Yields what the stream inflates to, each part only until the next is asked for; leaving the loop stops the inflater.
 * Throws `undecodable` for a stream that is corrupt, cut short, has bytes behind its end or a wrong check sum.
 */
export async function* inflate(next: PieceSource): AsyncGenerator<Uint8Array, void, undefined> {
  const inflater = new DecompressionStream('deflate');
  const reader = openReader(inflater.readable as ReadableStream<Uint8Array>);
  const writer = inflater.writable.getWriter();
  // Failures show in what is awaited below; unheard, these would end the process.
  for (const promise of [reader.closed, writer.closed, writer.ready]) promise.catch(ignore);
  let size = FIRST_PIECE;
  let got = 0;
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
      const reading = reader.read().finally(() => {
        arrived = true;
      });
      reading.catch(ignore);
      while (open && !arrived) {
        if (drained) await Promise.race([reading, write()]);
        for (let i = 0; i < 2 && open && !arrived; i++) await arrival(reading);
        // Nothing comes: the piece gave nothing, or just as much as was read. Only the next brings more.
        drained = true;
      }
      const value = await reading;
      if (!value) return;
      got += value.length;
      drained = reader.drained();
      if (drained) {
        const fitting = Math.max(SMALLEST_PIECE, Math.floor((size * INFLATED_BYTES) / got));
        size = Math.min(fitting, 2 * size, LARGEST_PIECE);
        got = 0;
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

/** Waits for the promise, but no longer than `PATIENCE_MS`. */
async function arrival(promise: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
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
  /** Whether what was read last left a buffer partly empty, so that nothing more waits; else something may. */
  drained(): boolean;
  cancel(): Promise<void>;
};

/** Reads into one buffer where the platform can: workerd, whose own parts have 4 kB. */
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

/** Node's inflater fills buffers of this size, and hands out copies of what each piece adds to them. */
const NODE_BUFFER = 16_384;

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
    drained: () => total % NODE_BUFFER !== 0,
    cancel: () => reader.cancel(),
  };
}
