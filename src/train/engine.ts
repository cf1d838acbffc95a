// Runs training graphs in onnxruntime.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphProgram, TensorData } from '../graph/engine.ts';

/** Where graphs run: `cpu`, or a provider of onnxruntime for a GPU that is at hand. */
export type EngineOptions = { provider: 'cpu' | 'cuda' | 'webgpu'; threads: number };

/** Makes a program of an ONNX model; the caller disposes of it. Throws what onnxruntime says. */
export async function compile(model: Uint8Array, options: EngineOptions): Promise<GraphProgram> {
  const session = await InferenceSession.create(model, {
    executionProviders: [options.provider],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Threads that sleep between operations make steps of small pictures take a third longer. Beside other work one thread is best.
    extra: { session: { intra_op: { allow_spinning: '1' } } },
  });
  return {
    async run(feeds) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, shape }]) => [
          name,
          new Tensor('float32', data, shape),
        ]),
      );
      const results = await session.run(tensors);
      return Object.fromEntries(Object.entries(results).map(([name, v]) => [name, dataOf(v)]));
    },
    dispose: () => session.release(),
  };
}

function dataOf({ data, dims }: Tensor): TensorData {
  if (!(data instanceof Float32Array)) throw new TypeError('expected outputs of float32');
  return { shape: dims, data };
}
