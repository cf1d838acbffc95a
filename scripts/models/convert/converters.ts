// Every way to make weights of a model's files, by the manifest's word for it; a new kind of model is a line here.
import type { Weights } from '../../../src/graph/engine.ts';
import type { DtypeChoice } from '../../../src/models/safetensors.ts';

export type Converted = { tensors: Weights; dtype: DtypeChoice };

/** Makes weights of a model's files, whose paths come in the manifest's order. */
export type Converter = (paths: readonly string[]) => Promise<Converted>;

/**
 * Raise a name's number where what it makes changes: installed weights are then outdated. They are
 * imported where they are used, for `npm start` asks for models and mostly has them.
 */
export const converters: Readonly<Record<string, Converter>> = {
  'fast-style': async (paths) => (await import('./fast-style.ts')).convertFastStyle(paths),
  'fast-style-predictor': async (paths) =>
    (await import('./fast-style-predictor.ts')).convertFastStylePredictor(paths),
  'keras-vgg19': async (paths) => (await import('./keras-vgg19.ts')).convertKerasVgg19(paths),
  'vgg19-small': async (paths) => (await import('./vgg19-small.ts')).convertVgg19Small(paths),
};
