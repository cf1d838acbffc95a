// A test effect that uses further images through vectors or through their pixels, with models, and records its calls.
import * as z from 'zod';
import { defineEffect, type ParamSchemas, type Vectors } from '../../../src/effects/effect.ts';
import { imagesParam } from '../../../src/effects/params.ts';

export const TINT_MODEL = 'tint-model';
export const MEAN_MODEL = 'mean-model';

/** Record of calls: sizes of the images whose vectors were made, in order, and names of models. */
export type TintWatch = { made: { width: number; height: number }[]; models: string[] };

/** The name of a real effect, so that its work has a rate. */
const NAME = 'style';

/**
 * Paints everything in the mean colour of its image number `pick`. `how`: from a vector, from the picture, or on the GPU backend
 * only (with `lighter` from a vector).
 */
export function createTint(
  watch: TintWatch = { made: [], models: [] },
  more: Partial<Vectors<ParamSchemas>> = {},
) {
  return defineEffect({
    name: NAME,
    summary: 'Paints everything in one colour of its further images.',
    examples: [],
    params: {
      from: imagesParam(3),
      pick: z.int().min(0).max(2).default(0),
      how: z.enum(['vector', 'pixels', 'gpu-only']).default('vector'),
      size: z.union([z.literal('auto'), z.int().min(1).max(4096)]).default('auto'),
    },
    auto: { param: 'size', least: 16, most: () => 512 },
    needs: {
      gpuOnly: ({ how }) => how === 'gpu-only',
      models: ({ how }) => (how === 'vector' ? [TINT_MODEL] : []),
      lighter: (params) => ({ params: { ...params, how: 'vector' as const } }),
    },
    further: {
      params: ['from'],
      vectors: {
        when: ({ how }) => how === 'vector',
        name: 'mean-1',
        models: [MEAN_MODEL],
        shrink: ({ width, height }) => Math.min(width, height) / 4,
        cost: () => ({ work: { predictions: 1 }, bytes: 1000, heap: 5 * 2 ** 20 }),
        async of({ width, height, data }, { model }) {
          await model(MEAN_MODEL);
          watch.made.push({ width, height });
          const sum = [0, 0, 0];
          for (let i = 0; i < data.length; i++) if (i % 4 < 3) sum[i % 4]! += data[i] as number;
          return Float32Array.from(sum, (s) => s / (width * height));
        },
        ...more,
      },
    },
    // Time in proportion to the square of `size`, so that the budget limits it.
    cost: (_, { how, size }) => ({
      work: how === 'vector' && size !== 'auto' ? { fastPixels: size ** 2 } : {},
      bytes: 0,
    }),
    async run({ picture, inputs, params, vectors, model }) {
      const from = inputs.from[params.pick];
      if (params.how === 'vector') {
        await model(TINT_MODEL);
        watch.models.push(TINT_MODEL);
      }
      const colour = from ? from.data : (vectors.from?.[params.pick] as Float32Array);
      const { width, height } = picture;
      const data = new Uint8ClampedArray(4 * width * height);
      for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : (colour[i % 4] as number);
      return { picture: { width, height, data } };
    },
  });
}
