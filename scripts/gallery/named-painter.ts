// Paints pictures by steps of `style` in this process, as the Worker does.

import type { ReadModel } from '../../src/effects/effect.ts';
import { style as effect } from '../../src/effects/style/effect.ts';
import { vectorOf } from '../../src/effects/style/vector.ts';
import type { Image } from '../../src/image.ts';
import { loadPixelKernels } from '../../src/node/pixel-kernels.ts';
import { prepareTensors } from '../../src/node/tensors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { noPace } from '../../src/timing.ts';

export type Painter = {
  /** By options that name a style, such as `style=wave`. */
  named: (content: Image, options: string) => Promise<Image>;
  /** In the style of a picture, by the downloaded network. */
  like: (content: Image, style: Image) => Promise<Image>;
};

export async function createPainter(model: ReadModel): Promise<Painter> {
  await prepareTensors();
  const kernels = await loadPixelKernels();
  const run = async (options: string, picture: Image, vectors: Float32Array[]): Promise<Image> => {
    const [step] = parsePlan([`style,${options}`], [effect]).steps;
    const result = await effect.run({
      picture,
      shrunk: { full: picture, factor: 1, left: 0, top: 0 },
      inputs: { style: [] },
      vectors: { style: vectors },
      params: step!.params,
      reports: false,
      kernels,
      model,
      pace: noPace,
    });
    return result.picture;
  };
  const vectors = new Map<Image, Promise<Float32Array>>();
  return {
    named: (content, options) => run(options, content, []),
    async like(content, style) {
      const vector = vectors.get(style) ?? vectorOf(style, { kernels, model, pace: noPace });
      vectors.set(style, vector);
      return run('style=asset:style', content, [await vector]);
    },
  };
}
