import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TensorData } from '../../src/graph/engine.ts';
import { createGraph } from '../../src/graph/graph.ts';
import { mul, sub } from '../../src/graph/ops/elementwise.ts';
import { sum } from '../../src/graph/ops/reduce.ts';
import { adamStep, followAverage, type Tensors } from '../../src/train/adam.ts';
import { loadCheckpoint } from '../../src/train/checkpoint.ts';
import { openLossLog } from '../../src/train/loss-log.ts';
import { createParameterSet } from '../../src/train/parameter-set.ts';
import { runTraining } from '../../src/train/run-training.ts';
import { stepGraph } from '../../src/train/step-graph.ts';
import type { Task } from '../../src/train/task.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-'));
});
afterEach(() => rm(folder, { recursive: true }));

const tensor = (...data: number[]): TensorData => ({
  shape: [data.length],
  data: Float32Array.from(data),
});

describe('adamStep', () => {
  // T5 of the style specification: x0 = 0.5, gradients 1, −0.5 and 0.25.
  it('gives the published values', () => {
    const run = (options: { beta1: number; beta2: number; epsilon: number }): number => {
      const weights: Tensors = new Map([['x', tensor(0.5)]]);
      const state = { first: new Map([['x', tensor(0)]]), second: new Map([['x', tensor(0)]]) };
      for (const [i, g] of [1, -0.5, 0.25].entries()) {
        const gradients = new Map([['x', Float32Array.of(g)]]);
        const clip = Number.POSITIVE_INFINITY;
        adamStep({ weights, state, gradients, rate: 0.02, step: i + 1 }, { ...options, clip });
      }
      return weights.get('x')!.data[0]!;
    };
    expect(run({ beta1: 0.9, beta2: 0.99, epsilon: 1e-8 })).toBeCloseTo(0.46783532, 6);
    expect(run({ beta1: 0.99, beta2: 0.999, epsilon: 0.1 })).toBeCloseTo(0.46978482, 6);
  });

  it('clips the norm of all gradients together and tells what it was', () => {
    const weights: Tensors = new Map([['x', tensor(0, 0)]]);
    const state = { first: new Map([['x', tensor(0, 0)]]), second: new Map([['x', tensor(0, 0)]]) };
    const gradients = new Map([['x', Float32Array.of(3, 4)]]);
    const options = { beta1: 0, beta2: 0, epsilon: 1, clip: 1 };
    expect(adamStep({ weights, state, gradients, rate: 1, step: 1 }, options)).toBe(5);
    // Of 0.6 and 0.8 each divided by itself plus 1.
    expect([...weights.get('x')!.data].map((v) => v.toFixed(4))).toEqual(['-0.3750', '-0.4444']);
  });

  it('refuses gradients that are not finite', () => {
    const weights: Tensors = new Map([['x', tensor(0)]]);
    const state = { first: new Map([['x', tensor(0)]]), second: new Map([['x', tensor(0)]]) };
    const gradients = new Map([['x', Float32Array.of(Number.NaN)]]);
    const options = { beta1: 0, beta2: 0, epsilon: 1, clip: 1 };
    expect(() => adamStep({ weights, state, gradients, rate: 1, step: 7 }, options)).toThrow(
      'expected finite gradients at step 7, got a norm of NaN',
    );
  });
});

describe('followAverage', () => {
  it('moves towards the weights by what the decay leaves', () => {
    const average: Tensors = new Map([['x', tensor(1)]]);
    followAverage(average, new Map([['x', tensor(2)]]), 0.75);
    expect(average.get('x')!.data[0]).toBe(1.25);
  });
});

/** Moves two numbers to a target that the batch brings. */
function task(): Task {
  const graph = createGraph();
  const set = createParameterSet(graph);
  const x = set.parameter('x', [2], { deviation: 1 });
  const difference = sub(x, graph.input('target', [2]));
  const loss = sum(mul(difference, difference));
  return {
    graph: stepGraph(graph, { groups: [{ name: 'all', set, loss, rate: 0.1 }], losses: { loss } }),
    batches: () => ({ target: tensor(3, -1) }),
    sheet: async () => Uint8Array.of(1, 2, 3),
    options: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clip: 100, decay: 0.9, schedule: () => 1 },
  };
}

const piece = (steps: number) => ({
  out: folder,
  seed: 3,
  engine: { provider: 'cpu' as const, threads: 1 },
  steps,
  minutes: Number.POSITIVE_INFINITY,
  logEvery: 2,
  sheetEvery: 4,
  stop: new AbortController().signal,
  progress: { show: () => {}, end: () => {} },
});

describe('runTraining', () => {
  it('goes on where the last piece stopped, as if it had not', async () => {
    await runTraining(task(), piece(3));
    const continued = await runTraining(task(), piece(8));
    await rm(join(folder, 'checkpoint.safetensors'));
    const whole = await runTraining(task(), piece(8));
    expect(continued.step).toBe(8);
    expect((await runTraining(task(), piece(8))).step).toBe(8);
    expect(continued.weights).toEqual(whole.weights);
    expect(continued.average).toEqual(whole.average);
    expect(await loadCheckpoint(join(folder, 'checkpoint.safetensors'))).toEqual(whole);
  });

  it('writes losses every so many steps and sheets', async () => {
    await runTraining(task(), piece(8));
    const lines = (await readFile(join(folder, 'log.csv'), 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('step,loss,all gradient');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(['2', '4', '6', '8']);
    const losses = lines.slice(1).map((line) => Number(line.split(',')[1]));
    expect(losses).toEqual(losses.toSorted((a, b) => b - a));
    expect([...(await readFile(join(folder, 'sheet-8.png')))]).toEqual([1, 2, 3]);
  });

  it('shows steps a second since the line before, without the time of the first batch', async () => {
    let clock = 0;
    const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
    const rates: number[] = [];
    const slow: Task = {
      ...task(),
      batches: (step) => {
        clock += step === 1 ? 60_000 : 100;
        return task().batches(step);
      },
    };
    const progress = {
      show: ({ perSecond }: { perSecond: number }) => rates.push(perSecond),
      end: () => {},
    };
    await runTraining(slow, { ...piece(4), progress }).finally(() => now.mockRestore());
    expect(rates).toEqual([20, 10]);
  });

  it('stops with a checkpoint when it is interrupted', async () => {
    const stop = new AbortController();
    const running = runTraining(
      { ...task(), after: (step) => step === 2 && stop.abort() },
      { ...piece(Number.POSITIVE_INFINITY), stop: stop.signal },
    );
    expect((await running).step).toBe(2);
    expect((await loadCheckpoint(join(folder, 'checkpoint.safetensors')))?.step).toBe(2);
  });
});

describe('openLossLog', () => {
  it('drops lines of steps that a checkpoint does not know', async () => {
    const path = join(folder, 'log.csv');
    await writeFile(path, 'step,loss\n2,1\n4,1\n6,1\n');
    const log = await openLossLog(path, { from: 4, every: 2 });
    await log.add(5, { loss: 1 });
    await log.add(6, { loss: 3 });
    expect(await readFile(path, 'utf8')).toBe('step,loss\n2,1\n4,1\n6,2.0000\n');
  });
});
