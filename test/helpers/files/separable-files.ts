// Weights of the larger transfer network from a folder of models, for tests that compare with numbers made from them; absent on most machines.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { convertMagentaSeparable } from '../../../scripts/models/convert/magenta-separable.ts';
import type { Weights } from '../../../src/graph/engine.ts';

const folder = `${
  process.env.MODELS_MIRROR || fileURLToPath(new URL('../../../../shared/models', import.meta.url))
}/magenta-separable-tfjs`;

const paths = [`${folder}/model.json`, `${folder}/group1-shard1of1`];

/** Paths of the graph model and its values, or undefined. */
export const separableFiles: readonly string[] | undefined = paths.every(existsSync)
  ? paths
  : undefined;

/** The network, or undefined. */
export async function separableWeights(): Promise<Weights | undefined> {
  return separableFiles && (await convertMagentaSeparable(separableFiles)).tensors;
}
