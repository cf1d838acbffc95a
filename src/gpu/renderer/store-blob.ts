// Writes a blob of a job into a file.
import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';

/** Writes the bytes to `file`. A reader finds the whole file or none. */
export async function storeBlob(file: string, bytes: Uint8Array) {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, bytes: bytes.length, sha256 };
}
