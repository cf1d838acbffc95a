// What a training compares painted pictures with: statistics of a style picture's features.
import type { TensorData, Weights } from '../../graph/engine.ts';
import { createGraph, type Value } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { vgg19Features } from '../../nets/vgg19/vgg19.ts';
import type { Planes } from '../data/planes.ts';
import { compile, type EngineOptions } from '../engine.ts';
import { statistics } from '../perceptual/perceptual.ts';
import { COLOUR_LAYER, STYLE_LAYERS } from './layers.ts';

/** Gram matrices, covariances and means by layer, under the names of `targetNames` without the index. */
export type StyleTargets = Readonly<Record<string, TensorData>>;

export async function targetsOf(
  picture: Planes,
  { weights, engine }: { weights: Weights; engine: EngineOptions },
): Promise<StyleTargets> {
  const { width, height, data } = picture;
  const graph = createGraph();
  const x = graph.input('x', [1, 3, height, width]);
  const features: Record<string, Value> = {
    ...vgg19Features(x, { weights, variant: 'vgg19-small', layers: STYLE_LAYERS }),
    [COLOUR_LAYER]: x,
  };
  const outputs = Object.entries(features).flatMap(([layer, value]) =>
    Object.entries(statistics(value)).map(([name, part]): [string, Value] => [
      `${name} ${layer}`,
      part,
    ]),
  );
  const program = await compile(writeOnnx(graph, Object.fromEntries(outputs)), engine);
  try {
    return await program.run({ x: { shape: x.shape, data } });
  } finally {
    await program.dispose();
  }
}

/** The targets of the pictures of a batch, as the step graph names them. */
export function batchTargets(of: readonly StyleTargets[]): Record<string, TensorData> {
  const named = of.flatMap((targets, i) =>
    Object.entries(targets)
      .filter(([name]) => isUsed(name))
      .map(([name, tensor]): [string, TensorData] => [`${name} ${i}`, tensor]),
  );
  return Object.fromEntries(named);
}

/** Layers are compared by Gram matrix and covariance, colours by means and covariance. */
function isUsed(name: string): boolean {
  const colour = name.endsWith(` ${COLOUR_LAYER}`);
  return name.startsWith('covariance') || name.startsWith(colour ? 'means' : 'gram');
}
