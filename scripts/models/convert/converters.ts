// The converters from a model's files to weights, by the name that the manifest uses. A new kind of model is one line here.
import type { Weights } from '../../../src/graph/engine.ts';
import type { DtypeChoice } from '../../../src/models/safetensors.ts';

export type Converted = { tensors: Weights; dtype: DtypeChoice };

/** Converts a model's files to weights. The paths are in the manifest's order. */
export type Converter = (paths: readonly string[]) => Promise<Converted>;

/**
 * If a converter's result changes, give it a new name with a number (`keras-vgg19-2`): installed weights are then outdated. Converters are
 * imported only when they are used, because `npm start` asks for models that are usually installed already.
 */
export const converters: Readonly<Record<string, Converter>> = {
  'fast-style': async (paths) => (await import('./fast-style.ts')).convertFastStyle(paths),
  'fast-style-predictor': async (paths) =>
    (await import('./fast-style-predictor.ts')).convertFastStylePredictor(paths),
  'keras-vgg19': async (paths) => (await import('./keras-vgg19.ts')).convertKerasVgg19(paths),
  'named-styles': async (paths) => (await import('./own.ts')).convertOwn(paths),
  pixelart: async (paths) => (await import('./own.ts')).convertOwn(paths),
  slim: async (paths) => (await import('./own.ts')).convertOwn(paths),
  'vgg19-small': async (paths) => (await import('./vgg19-small.ts')).convertVgg19Small(paths),
};
