import { describe, expect, it } from 'vitest';
import { blockConvolutions } from '../../src/graph/block-convolutions.ts';
import { gradients } from '../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../src/graph/graph.ts';
import { conv2d } from '../../src/graph/ops/conv/conv.ts';
import { add, mul } from '../../src/graph/ops/elementwise.ts';
import { mean } from '../../src/graph/ops/mean.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { leakyRelu } from '../../src/graph/ops/unary.ts';
import { reached } from '../../src/graph/reached.ts';
import { findBlockSize } from '../../src/train/block-size.ts';
import { noise } from '../helpers/nets/graph-checks.ts';
import { evaluate } from '../helpers/nets/ort-engine.ts';

const feeds = {
  x: noise([2, 3, 8, 10], 1),
  first: noise([32, 3, 3, 3], 2),
  second: noise([32, 32, 3, 3], 3),
  bias: noise([32], 4),
};

/** A small residual network with all gradients. */
function network() {
  const graph = createGraph();
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  ) as Record<keyof typeof feeds, Value>;
  const pads = [1, 1, 1, 1] as const;
  const wide = conv2d(inputs.x, inputs.first, { pads });
  const inner = leakyRelu(conv2d(wide, inputs.second, { pads, bias: inputs.bias }), 0.1);
  const halved = conv2d(add(wide, inner), inputs.second, { pads, strides: [2, 2] });
  const loss = mean(mul(halved, halved));
  const found = gradients(loss, Object.values(inputs));
  const named = Object.keys(feeds).map((name, i): [string, Value] => [`d ${name}`, found[i]!]);
  return {
    graph,
    outputs: { loss, sums: sum(wide, { axes: [0, 2, 3] }), ...Object.fromEntries(named) },
  };
}

describe('blockConvolutions', () => {
  it('changes neither results nor gradients', async () => {
    const block = await findBlockSize({ provider: 'cpu', threads: 1 });
    // Processors without AVX have no blocked layout.
    if (!block) return;
    const { graph, outputs } = network();
    const blocked = blockConvolutions(outputs, block);
    const plain = await evaluate(graph, outputs, feeds);
    const made = await evaluate(graph, blocked, feeds);
    for (const [name, { data }] of Object.entries(plain)) {
      const largest = Math.max(...data.map(Math.abs));
      const error = Math.max(...data.map((v, i) => Math.abs(v - made[name]!.data[i]!)));
      expect(error / largest, name).toBeLessThan(1e-5);
    }
  });

  it('rewrites convolutions of whole blocks only, and keeps what lies between them blocked', () => {
    const { outputs } = network();
    const operators = (values: readonly Value[]): string[] =>
      reached(values).flatMap(({ source }) => (source.kind === 'node' ? source.op : []));
    const before = operators([outputs.loss]);
    const after = operators([blockConvolutions({ loss: outputs.loss }, 16).loss!]);
    expect(before.filter((op) => op === 'Conv')).toHaveLength(3);
    expect(after.filter((op) => op === 'Conv')).toHaveLength(1);
    expect(after.filter((op) => op === 'com.microsoft.nchwc:Conv')).toHaveLength(2);
    // In at the first blocked one, out at the loss.
    expect(after.filter((op) => op.endsWith('ReorderInput'))).toHaveLength(1);
    expect(after.filter((op) => op.endsWith('ReorderOutput'))).toHaveLength(1);
  });
});
