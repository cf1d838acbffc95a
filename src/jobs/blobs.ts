// Where jobs keep bytes: a port, and the names under which things lie there.

import { readSmall } from './read-small.ts';

export type BlobStore = {
  /**
   * Stores `bytes` bytes whole or not at all. Resolves to false, with nothing stored, where the stream brings another number of them
   * or the SHA-256 is not the one that was given. Throws where the stream or the store fails.
   */
  put: (
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    about: { bytes: number; sha256?: string },
  ) => Promise<boolean>;
  get: (key: string) => Promise<StoredBody | undefined>;
  delete: (key: string) => Promise<void>;
};

/** `body` is to be read or canceled. */
export type StoredBody = { body: ReadableStream<Uint8Array>; bytes: number };

/** Pictures are shared by all jobs that need them. */
export const inputKey = (sha256: string): string => `inputs/${sha256}`;

/** What a job makes. */
export type Made = 'result' | 'preview' | 'checkpoint';

/** What is under a digest never changes, so a reader cannot meet half of a replacement. */
export const madeKey = (id: string, made: Made, sha256: string): string =>
  `jobs/${id}/${made}-${sha256}`;

/** Says that a job has its result, and which. */
export const resultKey = (id: string): string => `results/${id}`;

/** `digest` of a transform URL's cache key. */
export const indexKey = (digest: string): string => `index/${digest}`;

const MAX_TEXT_BYTES = 2 ** 20;

/** A stored text; undefined where there is none. */
export async function readText(store: BlobStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  return found && readSmall(found.body, MAX_TEXT_BYTES);
}

/** Stores a text. */
export async function writeText(store: BlobStore, key: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await store.put(key, bytes, { bytes: bytes.byteLength });
}
