// Receives a job from the body of its request: first the signed head, then the blobs, which are streamed into files.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { MAX_HEAD_BYTES, readJobHead } from '../../jobs/head.ts';
import type { JobHead } from '../../jobs/protocol.ts';
import type { RenderJob } from '../messages.ts';
import type { Settings } from '../settings.ts';
import type { BodyReader } from './body-reader.ts';

/** Reads the bytes of the head, which the signature covers. Throws `bad_body`, `too_many_bytes`. */
export async function takeHead(body: BodyReader): Promise<Uint8Array<ArrayBuffer>> {
  const length = new DataView((await body.take(4)).buffer).getUint32(0);
  if (length > MAX_HEAD_BYTES) {
    throw new AppError(
      'too_many_bytes',
      `head: expected at most ${MAX_HEAD_BYTES} bytes, got ${length}`,
    );
  }
  return body.take(length);
}

/** Parses a head and checks its id against the path of the request. Throws `bad_body`. */
export function parseHead(bytes: Uint8Array, id: string): JobHead {
  const head = readJobHead(new TextDecoder().decode(bytes));
  if (head.id !== id) {
    throw new AppError('bad_body', `head.id: expected the id in the path, got "${head.id}"`);
  }
  return head;
}

/** Checks the sizes that a head announces against the limits of blobs. Throws `too_many_bytes`. */
export function checkSizes({ inputs, checkpoint }: JobHead, settings: Settings): void {
  const { GPU_MAX_BLOB_BYTES, GPU_MAX_CHECKPOINT_BYTES } = settings;
  for (const { name, bytes } of inputs) {
    checkBytes(`input ${name.slice(0, 64)}`, bytes, GPU_MAX_BLOB_BYTES);
  }
  if (checkpoint) checkBytes('checkpoint', checkpoint.bytes, GPU_MAX_CHECKPOINT_BYTES);
}

function checkBytes(what: string, bytes: number, atMost: number): void {
  if (bytes <= atMost) return;
  throw new AppError('too_many_bytes', `${what}: expected at most ${atMost} bytes, got ${bytes}`);
}

/** Writes the next blob of a job to a file. */
export type SaveBlob = BodyReader['save'];

/** Saves the blobs in `folder` and returns what a renderer needs. Throws what `save` throws. */
export async function takeBlobs(head: JobHead, folder: string, save: SaveBlob): Promise<RenderJob> {
  await mkdir(folder, { recursive: true });
  const inputs: { name: string; file: string }[] = [];
  for (const [index, { name, bytes, sha256 }] of head.inputs.entries()) {
    const file = join(folder, `input-${index}`);
    await save(file, { what: `input ${name.slice(0, 64)}`, bytes, sha256 });
    inputs.push({ name, file });
  }
  const checkpoint = join(folder, 'resume');
  if (head.checkpoint) await save(checkpoint, { what: 'checkpoint', ...head.checkpoint });
  const { plan, accept } = head;
  return { plan, accept, folder, inputs, ...(head.checkpoint && { checkpoint }) };
}
