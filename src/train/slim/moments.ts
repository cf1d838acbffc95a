// Means and covariances of the teacher's features over sample pictures.
import type { Weights } from '../../graph/engine.ts';
import { createGraph, type Value } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { mul } from '../../graph/ops/elementwise.ts';
import { gram } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { shape4 } from '../../graph/shape.ts';
import { compile, type EngineOptions } from '../engine.ts';
import type { Moments } from './channels.ts';
import { allTeacherFeatures } from './features.ts';
import { TRAINED_LAYERS } from './sizes.ts';

/** Moments by layer. Pictures are [3, size, size]. */
export async function measureMoments(
  pictures: readonly Float32Array[],
  { size, teacher, engine }: { size: number; teacher: Weights; engine: EngineOptions },
): Promise<Map<string, Moments>> {
  const graph = createGraph();
  const features = allTeacherFeatures(graph.input('picture', [1, 3, size, size]), teacher);
  const outputs: Record<string, Value> = {};
  for (const name of TRAINED_LAYERS) {
    const [, c, h, w] = shape4(features[name]!.shape);
    const matrix = reshape(features[name]!, [c, h * w]);
    outputs[`mean ${name}`] = mean(matrix, { axes: [1] });
    outputs[`square ${name}`] = mul(gram(matrix), 1 / (h * w));
  }
  const program = await compile(writeOnnx(graph, outputs), engine);
  const sums = new Map<string, Float64Array>();
  try {
    for (const data of pictures) {
      const found = await program.run({ picture: { shape: [1, 3, size, size], data } });
      for (const [name, { data: values }] of Object.entries(found)) {
        const sum = sums.get(name) ?? new Float64Array(values.length);
        for (let i = 0; i < sum.length; i += 1) sum[i]! += values[i]! / pictures.length;
        sums.set(name, sum);
      }
    }
  } finally {
    await program.dispose();
  }
  return new Map(
    TRAINED_LAYERS.map((name) => {
      const mu = sums.get(`mean ${name}`)!;
      const covariance = sums.get(`square ${name}`)!;
      const c = mu.length;
      for (let i = 0; i < c * c; i += 1) covariance[i]! -= mu[Math.floor(i / c)]! * mu[i % c]!;
      return [name, { mean: mu, covariance }];
    }),
  );
}
