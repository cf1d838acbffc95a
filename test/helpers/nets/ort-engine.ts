// Runs graphs on onnxruntime's cpu provider.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphEngine, TensorData } from '../../../src/graph/engine.ts';
import type { Graph, Value } from '../../../src/graph/graph.ts';
import { writeOnnx } from '../../../src/graph/onnx/onnx.ts';

export const ortEngine: GraphEngine = {
  device: { kind: 'cpu', name: 'onnxruntime' },
  async compile(model) {
    const session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return {
      async run(feeds) {
        const tensors = Object.entries(feeds).map(([name, { data, shape }]) => [
          name,
          new Tensor('float32', data, shape),
        ]);
        const results = await session.run(Object.fromEntries(tensors));
        return Object.fromEntries(
          Object.entries(results).map(([name, { data, dims }]) => [
            name,
            { data: data as Float32Array, shape: dims },
          ]),
        );
      },
      dispose: () => session.release(),
    };
  },
};

/** Outputs for these inputs, of a model that is discarded afterwards. */
export async function evaluate(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, TensorData>> = {},
): Promise<Record<string, TensorData>> {
  const program = await ortEngine.compile(writeOnnx(graph, outputs));
  try {
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}
