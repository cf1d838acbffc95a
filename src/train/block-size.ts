// Finds out which blocked layout onnxruntime uses on this processor.
import { blockConvolutions } from '../graph/block-convolutions.ts';
import { createGraph } from '../graph/graph.ts';
import { writeOnnx } from '../graph/onnx/onnx.ts';
import { conv2d } from '../graph/ops/conv/conv.ts';
import { sub } from '../graph/ops/elementwise.ts';
import { compile, type EngineOptions } from './engine.ts';
import { createRandom } from './random.ts';

// AVX-512 has 16, other processors 8. onnxruntime does not say which, but another size gives other results.
const SIZES = [16, 8];

/** Channels of a block; undefined on a GPU and where no size gives what a plain convolution gives. */
export async function findBlockSize(engine: EngineOptions): Promise<number | undefined> {
  if (engine.provider !== 'cpu') return undefined;
  for (const block of SIZES) {
    if (await suits(engine, block)) return block;
  }
  return undefined;
}

async function suits(engine: EngineOptions, block: number): Promise<boolean> {
  const graph = createGraph();
  const [x, w] = [graph.input('x', [1, 32, 8, 8]), graph.input('w', [32, 32, 3, 3])];
  const plain = conv2d(x, w, { pads: [1, 1, 1, 1] });
  const { blocked } = blockConvolutions({ blocked: plain }, block);
  const random = createRandom(block);
  const filled = ({ shape }: { shape: readonly number[] }) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
  });
  try {
    const program = await compile(writeOnnx(graph, { rest: sub(plain, blocked!) }), engine);
    const { rest } = await program.run({ x: filled(x), w: filled(w) });
    await program.dispose();
    return rest!.data.every((value) => Math.abs(value) < 1e-3);
  } catch {
    // A build of onnxruntime without these operators.
    return false;
  }
}
