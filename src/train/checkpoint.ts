// Checkpoints: a training's whole state as one safetensors file, replaced at once.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSafetensors, writeSafetensors } from '../models/safetensors.ts';
import type { Tensors } from './adam.ts';
import type { TrainingState } from './trainer.ts';

const PARTS = ['weights', 'first', 'second', 'state', 'average'] as const;

/** Writes beside the file first, so that an interrupted write leaves the earlier checkpoint. */
export async function saveCheckpoint(path: string, state: TrainingState): Promise<void> {
  const tensors: Tensors = new Map(
    PARTS.flatMap((part) =>
      [...state[part]].map(([name, tensor]): [string, typeof tensor] => [
        `${part}/${name}`,
        tensor,
      ]),
    ),
  );
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    `${path}.new`,
    writeSafetensors(tensors, { metadata: { step: `${state.step}` } }),
  );
  await rename(`${path}.new`, path);
}

/** The state of a checkpoint; undefined if there is none. Throws a RangeError for a damaged file. */
export async function loadCheckpoint(path: string): Promise<TrainingState | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const { tensors, metadata } = readSafetensors(bytes);
  const part = (name: string): Tensors =>
    new Map(
      [...tensors]
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, tensor]) => [key.slice(name.length + 1), tensor]),
    );
  return {
    step: Number(metadata.step),
    weights: part('weights'),
    first: part('first'),
    second: part('second'),
    state: part('state'),
    average: part('average'),
  };
}
