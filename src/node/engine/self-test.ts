// Tests a device before it gets jobs: whether it computes known numbers, and how fast it is.

import { countFlops } from '../../graph/count-flops.ts';
import type { GraphEngine } from '../../graph/engine.ts';
import { createGraph, type Value } from '../../graph/graph.ts';
import { writeOnnx } from '../../graph/onnx/onnx.ts';
import { conv2d } from '../../graph/ops/conv/conv.ts';
import { matMul } from '../../graph/ops/matmul.ts';
import { mean } from '../../graph/ops/mean.ts';
import { reshape } from '../../graph/ops/reshape.ts';
import { relu } from '../../graph/ops/unary.ts';

/** The result of `knownGraph` for `pattern(192)`, row by row, computed by plain arithmetic in double precision. */
export const KNOWN: readonly number[] = [
  165.271, 16.922, 10.884, 127.948, 16.922, 190.761, 29.586, 8.843, 10.884, 29.586, 120.784, 22.807,
  127.948, 8.843, 22.807, 164.059,
];

/** Largest error relative to the largest result: devices may compute products with 10 bits of mantissa. */
const TOLERANCE = 4e-3;

/** Values from -1 to 1 that every implementation represents exactly. */
export const pattern = (count: number, salt = 0): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((((i + salt) * 73) % 129) - 64) / 64);

/** Convolution, bias, ReLU and a Gram matrix of a picture of 8×8 pixels with three channels. */
function knownGraph(): Uint8Array {
  const graph = createGraph();
  const x = graph.input('x', [1, 3, 8, 8]);
  const w = graph.constant(pattern(108, 5), [4, 3, 3, 3]);
  const bias = graph.constant(pattern(4, 11), [4]);
  const features = relu(conv2d(x, w, { pads: [1, 1, 1, 1], bias }));
  const flat = reshape(features, [4, 64]);
  return writeOnnx(graph, { y: matMul(flat, flat, { transposeB: true }) });
}

/** Throws `Error` if the device computes wrong numbers. */
export async function checkKnown(engine: GraphEngine): Promise<void> {
  const program = await engine.compile(knownGraph());
  try {
    const { y } = await program.run({ x: { shape: [1, 3, 8, 8], data: pattern(192) } });
    const largest = Math.max(...KNOWN.map(Math.abs));
    const wrong = KNOWN.findIndex(
      (value, i) => !(Math.abs((y?.data[i] ?? Number.NaN) - value) <= TOLERANCE * largest),
    );
    if (wrong < 0) return;
    throw new Error(`expected ${KNOWN[wrong]} as number ${wrong}, got ${y?.data[wrong]}`);
  } finally {
    await program.dispose();
  }
}

/**
 * Edge of the measured picture, in pixels. On the processor a small one keeps the start short; on a GPU it would measure the driver
 * instead of the device.
 */
const EDGE = { cpu: 96, webgpu: 384, cuda: 384 };
const SOFTWARE_EDGE = 24;
const CHANNELS = 64;

/** Shortest time that is measured, in milliseconds. */
const MEASURED_MS = 100;

/** Speed of convolutions on the device, in GFLOP per second. `software`: the adapter is simulated by the processor. */
export async function measureSpeed(engine: GraphEngine, software = false): Promise<number> {
  const edge = software ? SOFTWARE_EDGE : EDGE[engine.device.kind];
  const graph = createGraph();
  const x = graph.input('x', [1, CHANNELS, edge, edge]);
  const count = CHANNELS * CHANNELS * 9;
  const convolved = (value: Value, salt: number): Value => {
    const w = graph.constant(
      pattern(count, salt).map((v) => v / 16),
      [CHANNELS, CHANNELS, 3, 3],
    );
    return relu(conv2d(value, w, { pads: [1, 1, 1, 1] }));
  };
  // The result is one number, so that reading it back takes no time.
  const y = mean(convolved(convolved(convolved(x, 1), 2), 3));
  const program = await engine.compile(writeOnnx(graph, { y }));
  try {
    const data = pattern(CHANNELS * edge * edge);
    const run = () => program.run({ x: { shape: x.shape, data } });
    await run();
    let best = Number.POSITIVE_INFINITY;
    const began = performance.now();
    for (let runs = 0; runs < 2 || performance.now() - began < MEASURED_MS; runs++) {
      const before = performance.now();
      await run();
      best = Math.min(best, performance.now() - before);
    }
    return countFlops({ y }) / best / 1e6;
  } finally {
    await program.dispose();
  }
}
