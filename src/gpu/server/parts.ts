// Blobs that come in parts before their job, as files: which are here, and how far they have come.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm, stat, truncate } from 'node:fs/promises';
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
  /** Throws `not_ready` unless all these blobs of a job are here. */
  check: (id: string, blobs: readonly Pick<BlobPart, 'sha256' | 'bytes'>[]) => void;
  /** Gives a whole blob the further path `file`. Throws `not_ready` if it is not here, `bad_body` if it has another digest. */
  link: (blob: { id: string; sha256: string; bytes: number }, file: string) => Promise<void>;
  /** Removes all blobs of a job. */
  drop: (id: string) => Promise<void>;
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

  const remove = async (key: string): Promise<void> => {
    const blob = blobs.get(key);
    blobs.delete(key);
    if (blob) await rm(blob.file, { force: true });
  };
  const sweep = async (): Promise<void> => {
    const old = performance.now() - limits.keepMs;
    for (const [key, { touchedAt, busy }] of blobs) if (!busy && touchedAt < old) await remove(key);
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

  const whole = (id: string, { sha256, bytes }: Pick<BlobPart, 'sha256' | 'bytes'>): Blob => {
    const blob = blobs.get(`${id}/${sha256}`);
    if (blob && !blob.busy && blob.bytes === bytes) return blob;
    throw notReady('the blobs of the job are not here');
  };

  return {
    check(id, wanted) {
      for (const one of wanted) whole(id, one);
    },
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
    async link({ id, sha256, bytes }, file) {
      await link(whole(id, { sha256, bytes }).file, file);
      const digest = await digestOfFile(file, bytes);
      if (digest === sha256) return;
      throw new AppError('bad_body', `blob: expected the digest ${sha256}, got ${digest}`);
    },
    async drop(id) {
      for (const key of [...blobs.keys()]) if (key.startsWith(`${id}/`)) await remove(key);
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
