// Takes a model that the project trained over as it is stored.
import { readFile } from 'node:fs/promises';
import { readSafetensors } from '../../../src/models/safetensors.ts';
import type { Converted } from './converters.ts';

/** Halves, as the trainer writes them. */
export async function convertOwn([path]: readonly string[]): Promise<Converted> {
  const { tensors } = readSafetensors(await readFile(path!));
  return { tensors, dtype: 'F16' };
}
