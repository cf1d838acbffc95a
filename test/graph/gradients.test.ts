import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../src/graph/engine.ts';
import { customGradient, gradients, stopGradient } from '../../src/graph/gradients.ts';
import { createGraph, type Value } from '../../src/graph/graph.ts';
import { add, mul, square, sub } from '../../src/graph/ops/elementwise.ts';
import { mean } from '../../src/graph/ops/mean.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { exp, relu, tanh } from '../../src/graph/ops/unary.ts';
import { expectGradient, forward, noise } from '../helpers/nets/graph-checks.ts';

const x: TensorData = { shape: [3], data: Float32Array.of(1, -2, 3) };
const slopes = async (loss: (x: Value) => Value): Promise<number[]> => {
  const got = await forward({ x }, (v) => gradients(loss(v.x!), [v.x!])[0]!);
  return [...got.data];
};

describe('gradients', () => {
  it('add up over every path from the loss to a value', async () => {
    expect(await slopes((v) => sum(add(mul(v, v), mul(v, 3))))).toEqual([5, -1, 9]);
  });

  it('of gradients are correct too', async () => {
    const cube = (v: Value): Value => sum(mul(v, square(v)));
    expect(await slopes((v) => sum(gradients(cube(v), [v])[0]!))).toEqual([6, -12, 18]);
  });

  it('can be taken with respect to an intermediate value', async () => {
    const got = await forward({ x }, (v) => {
      const y = mul(v.x!, 2);
      return gradients(sum(square(y)), [y])[0]!;
    });
    expect([...got.data]).toEqual([4, -8, 12]);
  });

  it('are 0 for a value that the loss does not depend on', async () => {
    expect(await slopes((v) => sum(v.graph.constant(x.data, [3])))).toEqual([0, 0, 0]);
  });

  it('work for chains longer than the stack', async () => {
    const long = (v: Value): Value => {
      let y = v;
      for (let i = 0; i < 20_000; i += 1) y = i % 2 ? relu(y) : sub(y, v);
      return sum(y);
    };
    const graph = createGraph();
    const input = graph.input('x', [3]);
    expect(gradients(long(input), [input])[0]!.shape).toEqual([3]);
  });

  it('are correct for a chain of mixed operations', async () => {
    await expectGradient({ a: noise([2, 3], 1), b: noise([3], 2) }, ({ a, b }) =>
      mul(mean(tanh(mul(a!, b!)), { axes: [0] }), exp(sub(b!, sum(square(a!))))),
    );
  });

  it('need a loss of shape []', () => {
    const value = createGraph().input('x', [3]);
    expect(() => gradients(value, [value])).toThrow(
      'gradients: expected a loss of shape [], got [3]',
    );
  });
});

describe('stopGradient', () => {
  it('keeps the value and stops the gradient', async () => {
    expect(await slopes((v) => sum(mul(v, stopGradient(v))))).toEqual([1, -2, 3]);
  });
});

describe('customGradient', () => {
  it('replaces the gradient of the operations that made the value', async () => {
    const odd = (v: Value): Value => sum(customGradient(square(v), [v], (dy) => [mul(dy, 10)]));
    expect(await slopes(odd)).toEqual([10, 10, 10]);
    expect([
      ...(await forward({ x }, (v) => customGradient(square(v.x!), [v.x!], (dy) => [dy]))).data,
    ]).toEqual([1, 4, 9]);
  });

  it('takes gradients of several inputs from one call', () => {
    let calls = 0;
    const graph = createGraph();
    const [a, b] = [graph.input('a', [2]), graph.input('b', [2])];
    const y = customGradient(mul(a, b), [a, b], (dy) => {
      calls += 1;
      return [mul(dy, b), mul(dy, a)];
    });
    gradients(sum(y), [a, b]);
    expect(calls).toBe(1);
  });

  it('refuses a gradient of another shape', () => {
    const graph = createGraph();
    const a = graph.input('a', [2]);
    const y = customGradient(square(a), [a], () => [graph.scalar(1)]);
    expect(() => gradients(sum(y), [a])).toThrow('gradients: expected [2], got []');
  });
});
