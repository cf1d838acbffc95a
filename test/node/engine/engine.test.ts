import { describe, expect, it } from 'vitest';
import type { GraphEngine, TensorData } from '../../../src/graph/engine.ts';
import { explainDeviceError } from '../../../src/node/device-error.ts';
import { chooseEngine } from '../../../src/node/engine/engine.ts';
import { createOnnxEngine } from '../../../src/node/engine/onnx.ts';
import { checkKnown, KNOWN, pattern } from '../../../src/node/engine/self-test.ts';

const cpu = createOnnxEngine({ device: { kind: 'cpu', name: 'test' }, threads: 1 });

/** The Gram matrix of the self-test's features, in double precision. */
function gramByHand(): number[] {
  const [x, w, bias] = [pattern(192), pattern(108, 5), pattern(4, 11)];
  const at = (c: number, row: number, column: number): number =>
    row < 0 || column < 0 || row > 7 || column > 7 ? 0 : (x[64 * c + 8 * row + column] as number);
  const features = [0, 1, 2, 3].map((o) =>
    Array.from({ length: 64 }, (_, pixel) => {
      let sum = bias[o] as number;
      for (let tap = 0; tap < 27; tap++) {
        const row = Math.floor(pixel / 8) + (Math.floor(tap / 3) % 3) - 1;
        const column = (pixel % 8) + (tap % 3) - 1;
        sum += (w[27 * o + tap] as number) * at(Math.floor(tap / 9), row, column);
      }
      return Math.max(0, sum);
    }),
  );
  return features.flatMap((a) =>
    features.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)),
  );
}

describe('the self-test', () => {
  it('expects the result of plain arithmetic', () => {
    for (const [i, value] of gramByHand().entries()) expect(KNOWN[i]).toBeCloseTo(value, 2);
    expect(KNOWN.length).toBe(16);
  });

  it('passes the processor', () => checkKnown(cpu));

  it.each([
    ['is wrong by a percent in one number', (v: number, i: number) => (i === 5 ? 1.01 * v : v)],
    ['gives zeros', () => 0],
    ['gives NaN', () => Number.NaN],
  ])('fails a device that %s', async (_, spoil: (value: number, index: number) => number) => {
    const spoilt: GraphEngine = {
      ...cpu,
      async compile(model) {
        const program = await cpu.compile(model);
        return {
          ...program,
          async run(feeds) {
            const { shape, data } = (await program.run(feeds)).y as TensorData;
            return { y: { shape, data: data.map(spoil) } };
          },
        };
      },
    };
    await expect(checkKnown(spoilt)).rejects.toThrow(/expected .* got/);
  });

  it('falls back to the processor if the other devices are to be avoided, and says why', async () => {
    const tried: string[] = [];
    const { device } = await chooseEngine({
      choice: 'auto',
      threads: 1,
      avoid: ['cuda', 'webgpu'],
      onTry: (kind) => tried.push(kind),
    });
    expect(tried).toEqual(['cpu']);
    expect(device.kind).toBe('cpu');
    expect(device.gflops).toBeGreaterThan(0);
    expect(device.notes).toEqual(['cuda: it ended the process', 'webgpu: it ended the process']);
  });
});

describe('an error of a device', () => {
  it.each([
    ['Failed to allocate memory for requested buffer of size 4294967296', 'over_budget', false],
    ['CUDA failure 2: out of memory ; GPU=0', 'over_budget', false],
    ['std::bad_alloc', 'over_budget', false],
    ['Array buffer allocation failed', 'over_budget', false],
    ['CUDA failure 719: unspecified launch failure ; GPU=0', 'backend_unavailable', true],
    ['WebGPU device lost (1): A valid external Instance', 'backend_unavailable', true],
  ])('%s becomes %s', (message, code, retryable) => {
    expect(explainDeviceError(new Error(message))).toMatchObject({ code, retryable });
  });

  it('is passed on unchanged if it is none of these', () => {
    const error = new Error('Invalid feed');
    expect(explainDeviceError(error)).toBe(error);
  });
});
