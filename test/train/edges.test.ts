import { describe, expect, it } from 'vitest';
import { gradients } from '../../src/graph/gradients.ts';
import { createGraph } from '../../src/graph/graph.ts';
import { writeOnnx } from '../../src/graph/onnx/onnx.ts';
import { strongestEdges } from '../../src/train/data/strongest-edges.ts';
import { compile } from '../../src/train/engine.ts';
import { edgeLoss } from '../../src/train/pixelart/edge-loss.ts';

/** Bright from column `from` on. */
const step = (side: number, from: number): Float32Array =>
  Float32Array.from({ length: side * side }, (_, i) => (i % side >= from ? 1 : 0));

describe('strongestEdges', () => {
  it('has the gradient in the cells on both sides of a contour', () => {
    const edges = strongestEdges({ width: 16, height: 16, luma: step(16, 8) });
    for (let row = 0; row < 4; row += 1)
      expect([...edges.slice(4 * row, 4 * row + 4)]).toEqual([0, 4, 4, 0]);
  });

  it('lies in one cell if the contour crosses it', () => {
    const edges = strongestEdges({ width: 16, height: 16, luma: step(16, 6) });
    expect([...edges.slice(0, 4)]).toEqual([0, 4, 0, 0]);
  });
});

describe('edgeLoss', () => {
  const shape = [1, 1, 8, 8] as const;
  const lossOf = async (made: Float32Array, edges: Float32Array) => {
    const graph = createGraph();
    const x = graph.input('x', shape);
    const loss = edgeLoss(x, graph.input('edges', shape));
    const [slope] = gradients(loss, [x]);
    const program = await compile(writeOnnx(graph, { loss, slope: slope! }), {
      provider: 'cpu',
      threads: 1,
    });
    const given = { x: { shape, data: made }, edges: { shape, data: edges } };
    const result = await program.run(given);
    await program.dispose();
    return { loss: result.loss!.data[0]!, slope: result.slope!.data };
  };
  const columns = (...strong: number[]): Float32Array =>
    Float32Array.from({ length: 64 }, (_, i) => (strong.includes(i % 8) ? 4 : 0));

  it('is 0 where contours lie in the same cells, and more where they do not', async () => {
    const right = await lossOf(step(8, 4), columns(3, 4));
    expect(right.loss).toBeGreaterThan(-0.001);
    expect(right.loss).toBeLessThan(0.01);
    const beside = await lossOf(step(8, 4), columns(4, 5));
    expect(beside.loss).toBeGreaterThan(0.4);
    const elsewhere = await lossOf(step(8, 2), columns(5, 6));
    expect(elsewhere.loss).toBeGreaterThan(1);
  });

  it('is 1 for a picture without contours, with finite slopes', async () => {
    const { loss, slope } = await lossOf(new Float32Array(64).fill(0.5), columns(4));
    expect(loss).toBeCloseTo(1, 3);
    expect(slope.every(Number.isFinite)).toBe(true);
  });
});
