// Where jobs store bytes: a port, and the keys that are used in it.
import { readSmall } from './read-small.ts';

export type BlobStore = {
  /**
   * Stores exactly `bytes` bytes, or nothing. Resolves to false and stores nothing if the stream has another length or another
   * SHA-256 than given. Throws if the stream or the store fails.
   */
  put: (
    key: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    about: { bytes: number; sha256?: string },
  ) => Promise<boolean>;
  get: (key: string) => Promise<StoredBody | undefined>;
  delete: (key: string) => Promise<void>;
};

/** A stored blob; `body` is to be read or canceled. */
export type StoredBody = { body: ReadableStream<Uint8Array>; bytes: number };

/** Key of an input picture, which all jobs that need it share. */
export const inputKey = (sha256: string): string => `inputs/${sha256}`;

/** The kinds of blobs that a job makes. */
export type Made = 'result' | 'preview' | 'checkpoint';

/** Key of a blob that a job made. The digest is part of it, so a stored blob never changes while it is read. */
export const madeKey = (id: string, made: Made, sha256: string): string =>
  `jobs/${id}/${made}-${sha256}`;

/** Key of the record that a job has a result. */
export const resultKey = (id: string): string => `results/${id}`;

/** Key of the id of the job for a transform URL; `digest` of the URL's cache key. */
export const indexKey = (digest: string): string => `index/${digest}`;

/** Longest stored text that is read, in bytes. */
const MAX_TEXT_BYTES = 2 ** 20;

/** A stored text; undefined if there is none. */
export async function readText(store: BlobStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  return found && readSmall(found.body, MAX_TEXT_BYTES);
}

/** Stores a text. */
export async function writeText(store: BlobStore, key: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await store.put(key, bytes, { bytes: bytes.byteLength });
}
