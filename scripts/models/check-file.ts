// Compares a file on disk with the size and digest that it should have.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** The expected size and digest; `digest` is `sha256:` or `md5:` followed by hexadecimal digits. */
export type Expected = { bytes: number; digest: string };

/** What is wrong with the file at `path`; undefined if nothing is. */
export async function checkFile(path: string, expected: Expected): Promise<string | undefined> {
  const { size } = await stat(path);
  if (size !== expected.bytes) return `expected ${expected.bytes} bytes, got ${size}`;
  const [algorithm] = expected.digest.split(':') as [string];
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const digest = `${algorithm}:${hash.digest('hex')}`;
  return digest === expected.digest ? undefined : `expected ${expected.digest}, got ${digest}`;
}

/** Length of the file at `path` in bytes; 0 if it does not exist. */
export async function lengthOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
