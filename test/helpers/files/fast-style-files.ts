// Weights of the fast style transfer from a folder of models, for tests that compare with numbers made from them; absent on most machines.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { convertFastStyle } from '../../../scripts/models/convert/fast-style.ts';
import { convertFastStylePredictor } from '../../../scripts/models/convert/fast-style-predictor.ts';
import type { Weights } from '../../../src/graph/engine.ts';

const folder = `${
  process.env.MODELS_MIRROR || fileURLToPath(new URL('../../../../shared/models', import.meta.url))
}/magenta-tflite`;

const paths = {
  transfer: `${folder}/style_transfer_f16_384.tflite`,
  predictor: `${folder}/style_predict_quantized_256.tflite`,
};

/** Paths of the TFLite files, or undefined. */
export const fastStyleFiles: typeof paths | undefined = Object.values(paths).every(existsSync)
  ? paths
  : undefined;

/** The small transfer network, or undefined. */
export async function fastStyleWeights(): Promise<Weights | undefined> {
  if (!fastStyleFiles) return undefined;
  return (await convertFastStyle([fastStyleFiles.transfer])).tensors;
}

/** Its predictor, or undefined. */
export async function predictorWeights(): Promise<Weights | undefined> {
  if (!fastStyleFiles) return undefined;
  return (await convertFastStylePredictor([fastStyleFiles.predictor])).tensors;
}
