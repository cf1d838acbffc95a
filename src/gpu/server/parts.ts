// Blobs that come in parts before their job, as files: which are here, and how far they have come.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { BodyReader } from './body-reader.ts';

export type BlobPart = { id: string; sha256: string; at: number; bytes: number };

export type PartStore = {
  /**
   * Adds the next part of a blob; a part at 0 begins anew. Throws `too_many_bytes`, `not_ready` if another part is next or a part is
   * being added, `busy` if there are too many blobs, `bad_body` if the body has another length.
   */
  add: (part: BlobPart, body: BodyReader) => Promise<void>;
  /** Moves a whole blob to `file`. Throws `not_ready` if it is not here, `bad_body` if it has another digest. */
  take: (blob: { id: string; sha256: string; bytes: number }, file: string) => Promise<void>;
};

export type PartLimits = {
  /** Largest blob, in bytes. */
  blobBytes: number;
  /** Most blobs that have come and were not taken. */
  blobs: number;
  /** How long a blob is kept after its last part, in milliseconds. */
  keepMs: number;
};

type Blob = { file: string; bytes: number; touchedAt: number; busy: boolean };

/** A store in a folder, which is created when the first part comes. */
export function createPartStore(folder: string, limits: PartLimits): PartStore {
  const blobs = new Map<string, Blob>();
  let files = 0;

  const drop = async (key: string): Promise<void> => {
    const blob = blobs.get(key);
    blobs.delete(key);
    if (blob) await rm(blob.file, { force: true });
  };
  const sweep = async (): Promise<void> => {
    const old = performance.now() - limits.keepMs;
    for (const [key, { touchedAt, busy }] of blobs) if (!busy && touchedAt < old) await drop(key);
  };
  const blobFor = ({ id, sha256, at }: BlobPart): Blob => {
    const key = `${id}/${sha256}`;
    const known = blobs.get(key);
    if (known) return known;
    if (at > 0) throw notReady('at: expected 0, because nothing of this blob is here');
    if (blobs.size >= limits.blobs) {
      const message = `expected at most ${limits.blobs} blobs of jobs that have not come`;
      throw new AppError('busy', message, { retryable: true, retryAfter: 10 });
    }
    const made = { file: join(folder, String(files++)), bytes: 0, touchedAt: 0, busy: false };
    blobs.set(key, made);
    return made;
  };

  return {
    async add(part, body) {
      const { at, bytes } = part;
      if (at + bytes > limits.blobBytes) {
        const message = `part: expected at most ${limits.blobBytes} bytes in all, got ${at + bytes}`;
        throw new AppError('too_many_bytes', message);
      }
      await sweep();
      const blob = blobFor(part);
      if (blob.busy || (at !== 0 && at !== blob.bytes)) {
        throw notReady(`at: expected 0 or ${blob.bytes}, one part at a time, got ${at}`);
      }
      Object.assign(blob, { busy: true, bytes: at, touchedAt: performance.now() });
      try {
        await mkdir(folder, { recursive: true });
        await append(blob.file, at, (write) => body.copy(bytes, write));
        await body.end();
        blob.bytes = at + bytes;
      } finally {
        Object.assign(blob, { busy: false, touchedAt: performance.now() });
      }
    },
    async take({ id, sha256, bytes }, file) {
      const key = `${id}/${sha256}`;
      const blob = blobs.get(key);
      if (!blob || blob.busy || blob.bytes !== bytes)
        throw notReady('the blobs of the job are not here');
      blobs.delete(key);
      await rename(blob.file, file);
      const digest = await digestOfFile(file, bytes);
      if (digest === sha256) return;
      throw new AppError('bad_body', `blob: expected the digest ${sha256}, got ${digest}`);
    },
  };
}

const notReady = (message: string): AppError => new AppError('not_ready', message);

/** Appends to a file after its first `at` bytes; what a part that was cut off has left is removed. */
async function append(
  file: string,
  at: number,
  fill: (write: (chunk: Uint8Array) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  await using handle = await open(file, 'a');
  await truncate(file, at);
  await fill((chunk) => handle.write(chunk));
}

async function digestOfFile(file: string, bytes: number): Promise<string> {
  const { size } = await stat(file);
  if (size !== bytes) throw new AppError('bad_body', `blob: expected ${bytes} bytes, got ${size}`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
