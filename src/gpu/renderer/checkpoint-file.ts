// Checkpoints as files: safetensors, with the step, the notes and the time in its metadata.
import { readFile } from 'node:fs/promises';
import type { Checkpoint } from '../../effects/job-port.ts';
import { readSafetensors, writeSafetensors } from '../../models/safetensors.ts';

/** The state that an earlier attempt reached, and how many seconds it took. */
export type Resume = { checkpoint: Checkpoint; seconds: number };

/** The bytes of a checkpoint that was reached after so many seconds. */
export function writeCheckpoint(
  { step, notes, tensors }: Checkpoint,
  seconds: number,
): Uint8Array<ArrayBuffer> {
  return writeSafetensors(tensors, {
    metadata: { step: String(step), seconds: String(seconds), notes: JSON.stringify(notes) },
  });
}

/** Reads the file of a checkpoint. Throws `RangeError` or `SyntaxError` if it is damaged. */
export async function readCheckpoint(file: string): Promise<Resume> {
  const { tensors, metadata } = readSafetensors(await readFile(file));
  const [step, seconds] = [Number(metadata.step), Number(metadata.seconds)];
  if (!Number.isSafeInteger(step) || !(seconds >= 0)) {
    throw new RangeError('checkpoint: expected a step and seconds');
  }
  const notes = JSON.parse(metadata.notes ?? '{}') as Record<string, string>;
  return { checkpoint: { step, notes, tensors: Object.fromEntries(tensors) }, seconds };
}
