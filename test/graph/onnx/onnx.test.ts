import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { countFlops } from '../../../src/graph/count-flops.ts';
import { stopGradient } from '../../../src/graph/gradients.ts';
import { createGraph } from '../../../src/graph/graph.ts';
import { writeOnnx } from '../../../src/graph/onnx/onnx.ts';
import { bytes, integer, message, text, toBytes } from '../../../src/graph/onnx/protobuf.ts';
import { cast } from '../../../src/graph/ops/cast.ts';
import { conv2d, convTranspose2d } from '../../../src/graph/ops/conv/conv.ts';
import { add, mul, sub } from '../../../src/graph/ops/elementwise.ts';
import { gram, matMul } from '../../../src/graph/ops/matmul.ts';
import { relu } from '../../../src/graph/ops/unary.ts';
import { noise } from '../../helpers/nets/graph-checks.ts';
import { evaluate } from '../../helpers/nets/ort-engine.ts';

const x = noise([2, 3], 1);
const numbers = async (graph: ReturnType<typeof createGraph>, y: Parameters<typeof relu>[0]) => [
  ...(await evaluate(graph, { y }, { x })).y!.data,
];

describe('writeOnnx', () => {
  it('gives onnxruntime the names and shapes of inputs and outputs', async () => {
    const graph = createGraph();
    const a = graph.input('a', [2, 3]);
    const model = writeOnnx(graph, { twice: mul(a, 2), 'd a': relu(a) });
    const session = await InferenceSession.create(model);
    expect(session.inputNames).toEqual(['a']);
    expect(session.outputNames).toEqual(['twice', 'd a']);
    expect(session.inputMetadata[0]).toMatchObject({ type: 'float32', shape: [2, 3] });
    expect(session.outputMetadata[1]).toMatchObject({ type: 'float32', shape: [2, 3] });
    await session.release();
  });

  it('leaves out operations that no output needs', async () => {
    const graph = createGraph();
    const value = graph.input('x', [2, 3]);
    const small = writeOnnx(graph, { y: relu(value) });
    const unused = graph.input('unused', [2, 3]);
    mul(unused, graph.constant(new Float32Array(6000), [1000, 2, 3]));
    expect(writeOnnx(graph, { y: relu(value) })).toEqual(small);
    expect(await numbers(graph, relu(value))).toHaveLength(6);
  });

  it('stores an array once, and each operation on the same values once', () => {
    const graph = createGraph();
    const value = graph.input('x', [1000]);
    const data = noise([1000], 1).data;
    const [a, b] = [graph.constant(data, [1000]), graph.constant(data, [1000])];
    expect(b).toBe(a);
    expect(mul(value, a)).toBe(mul(value, b));
    expect(mul(value, 2)).not.toBe(mul(value, 3));
    expect(writeOnnx(graph, { y: add(mul(value, a), mul(value, b)) }).length).toBeLessThan(4600);
  });

  it('writes inputs, constants and one value under two names as outputs', async () => {
    const graph = createGraph();
    const value = graph.input('x', [2, 3]);
    const constant = graph.constant(Float32Array.of(4, 5), [2]);
    const y = relu(value);
    const outputs = { same: value, constant, y, again: y, through: stopGradient(y), v0: sub(y, 1) };
    const got = await evaluate(graph, outputs, { x });
    expect(got.same!.data).toEqual(x.data);
    expect([...got.constant!.data]).toEqual([4, 5]);
    expect(got.again!.data).toEqual(got.y!.data);
    expect(got.through!.data).toEqual(got.y!.data);
    expect(got.v0!.data).toEqual(got.y!.data.map((v) => v - 1));
  });

  it('keeps generated names apart from outputs and inputs', async () => {
    const graph = createGraph();
    const value = graph.input('x', [2, 3]);
    const inner = relu(value);
    const y = add(inner, 1);
    const got = await evaluate(graph, { [`v${inner.id}`]: y }, { x });
    expect([...got[`v${inner.id}`]!.data]).toEqual(
      [...x.data].map((v) => Math.fround(Math.max(v, 0) + 1)),
    );
    const named = createGraph();
    const input = named.input('v1', [2, 3]);
    const through = relu(relu(input));
    const result = await evaluate(named, { y: through }, { v1: x });
    expect([...result.y!.data]).toEqual([...x.data].map((v) => Math.max(v, 0)));
  });

  it('stores constants in half precision if asked to', async () => {
    const graph = createGraph();
    const value = graph.input('x', [2, 3]);
    const weights = noise([2, 3], 5).data;
    const y = mul(cast(value, 'float16'), graph.constant(weights, [2, 3], 'float16'));
    const got = await numbers(graph, cast(y, 'float32'));
    for (const [i, v] of got.entries()) expect(v).toBeCloseTo(x.data[i]! * weights[i]!, 2);
  });

  it('refuses names that clash and values of another graph', () => {
    const graph = createGraph();
    const value = graph.input('x', [1]);
    expect(() => writeOnnx(graph, { x: relu(value) })).toThrow(
      /another name than an input's, got "x"/,
    );
    expect(() => writeOnnx(createGraph(), { y: value })).toThrow(
      'writeOnnx: expected outputs of this graph',
    );
    expect(() => add(value, createGraph().input('x', [1]))).toThrow(/expected values of one graph/);
  });
});

describe('protobuf', () => {
  it('writes the known bytes of the format', () => {
    // The examples of protobuf.dev's description of the encoding.
    expect([...toBytes([integer(1, 150)])]).toEqual([0x08, 0x96, 0x01]);
    expect([...toBytes([text(2, 'testing')])]).toEqual([
      0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    expect([...toBytes([message(3, [integer(1, 150)])])]).toEqual([0x1a, 3, 0x08, 0x96, 0x01]);
    expect([...toBytes([integer(1, -2)])]).toEqual([8, 0xfe, ...new Array(8).fill(0xff), 1]);
    expect(toBytes([bytes(2, new Uint8Array(300))])).toHaveLength(303);
  });
});

describe('countFlops', () => {
  it('counts two for every multiply-add of products and convolutions', () => {
    const graph = createGraph();
    const value = graph.input('x', [1, 3, 8, 8]);
    const y = conv2d(value, graph.input('w', [16, 3, 3, 3]), { pads: [1, 1, 1, 1] });
    expect(countFlops({ y })).toBe(2 * 16 * 3 * 9 * 64);
    expect(countFlops({ y, z: relu(y) })).toBe(2 * 16 * 3 * 9 * 64);
    const up = convTranspose2d(value, graph.input('u', [3, 4, 2, 2]), { strides: [2, 2] });
    expect(countFlops({ up })).toBe(2 * 4 * 3 * 4 * 64);
    const a = graph.input('a', [5, 7]);
    expect(countFlops({ y: gram(a) })).toBe(2 * 5 * 5 * 7);
    expect(countFlops({ y: matMul(a, graph.input('b', [5, 2]), { transposeA: true }) })).toBe(
      2 * 7 * 2 * 5,
    );
    expect(countFlops({ y: matMul(graph.input('c', [3, 5, 7]), graph.input('d', [7, 2])) })).toBe(
      2 * 3 * 5 * 2 * 7,
    );
  });
});
