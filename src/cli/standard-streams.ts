// The standard input and output as files, which renderer processes read and write.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../errors.ts';

export type StandardStreams = {
  /** A folder that is removed at the end. */
  folder: () => Promise<string>;
  /** A file with all of the standard input. */
  input: () => Promise<string>;
  /** Writes a file to the standard output. */
  write: (file: string) => Promise<void>;
  remove: () => Promise<void>;
};

/** Most bytes of the standard input, as of a file. */
const MOST_BYTES = 2 ** 30;

/** Passes so many bytes on; fails if there are more. */
function atMost(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _, pass) {
      bytes += piece.length;
      if (bytes <= most) pass(null, piece);
      else pass(new AppError('too_many_bytes', `expected at most ${most} bytes, got more`));
    },
  });
}

/** Files for these streams, made when they are asked for. */
export function createStandardStreams(input: Readable, output: Writable): StandardStreams {
  let made: Promise<string> | undefined;
  const folder = (): Promise<string> => {
    made ??= mkdtemp(join(tmpdir(), 'tessera-'));
    return made;
  };
  return {
    folder,
    async input() {
      const file = join(await folder(), 'stdin');
      await pipeline(input, atMost(MOST_BYTES), createWriteStream(file));
      return file;
    },
    write: (file) => pipeline(createReadStream(file), output, { end: false }),
    remove: async () => {
      if (made) await rm(await made, { recursive: true, force: true });
    },
  };
}
