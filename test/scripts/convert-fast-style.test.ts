import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertFastStyle } from '../../scripts/models/convert/fast-style.ts';
import { convertFastStylePredictor } from '../../scripts/models/convert/fast-style-predictor.ts';
import { floatsOf, integersOf, readTflite } from '../../scripts/models/convert/tflite.ts';
import { fromFloat16, toFloat16 } from '../../src/graph/float16.ts';
import { fastStyleFiles } from '../helpers/files/fast-style-files.ts';
import { writePredictor, writeTransfer } from '../helpers/files/write-fast-style.ts';
import { createTflite, halves, quantised } from '../helpers/files/write-tflite.ts';
import { seededFastStyle, seededPredictor } from '../helpers/nets/seeded-fast-style.ts';

let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tessera-tflite-'));
});

afterAll(() => rm(scratch, { recursive: true }));

let files = 0;
async function saved(bytes: Uint8Array): Promise<string> {
  const path = join(scratch, `${files++}.tflite`);
  await writeFile(path, bytes);
  return path;
}

/** A model with a convolution in half precision, a constant of 8 bits, and an omitted input. */
function smallFile(version?: number): Uint8Array {
  const file = createTflite();
  const x = file.tensor({ name: 'x', shape: [1, 4, 4, 1] });
  const filter = file.tensor({ ...halves([1, 1, 1, 1], Float32Array.of(0.5)), name: 'filter' });
  const y = file.operator(3, [x, filter, -1], [1, 4, 4, 1]);
  const whole = quantised([3], Int8Array.of(-128, 0, 127), [0.5, 0.25, 2]);
  file.operator(130, [y, file.tensor(whole)]);
  return file.file([x], version);
}

describe('a TFLite file', () => {
  it('is read as its operators with their constants', () => {
    const { inputs, operators } = readTflite(smallFile());
    expect(inputs.map((tensor) => tensor?.name)).toEqual(['x']);
    expect(operators.map(({ code }) => code)).toEqual([3, 130]);
    const [convolution, last] = operators;
    const [x, filter, none] = convolution?.inputs ?? [];
    expect([x, none]).toEqual([inputs[0], undefined]);
    expect(last?.inputs[0]).toBe(convolution?.outputs[0]);
    expect(filter && floatsOf(filter)).toEqual(Float32Array.of(0.5));
    const whole = last?.inputs[1];
    expect(whole && integersOf(whole)).toEqual(Int8Array.of(-128, 0, 127));
    expect(whole?.scales).toEqual([0.5, 0.25, 2]);
  });

  it('returns constants only as their own type', () => {
    const [convolution, last] = readTflite(smallFile()).operators;
    const [x, filter] = convolution?.inputs ?? [];
    const whole = last?.inputs[1];
    expect(() => x && floatsOf(x)).toThrow('x: expected a constant of floats, got none');
    expect(() => filter && integersOf(filter)).toThrow('a constant of integers, got type 1');
    expect(() => whole && floatsOf(whole)).toThrow('a constant of floats, got type 9');
  });

  it('must be of a known kind and version', () => {
    expect(() => readTflite(smallFile(4))).toThrow('expected a TFLite file of version 3, got 4');
    expect(() => readTflite(new TextEncoder().encode('GIF89a..'))).toThrow(
      'expected a file of kind TFL3, got "9a.."',
    );
    expect(() => readTflite(new Uint8Array(0))).toThrow('expected a file of kind TFL3, got ""');
  });

  it('must have constants with as many bytes as their shapes need', () => {
    const file = createTflite();
    const x = file.tensor({ shape: [1] });
    const short = { ...halves([3], Float32Array.of(1, 2)), name: 'short' };
    file.operator(0, [x, file.tensor(short)]);
    expect(() => readTflite(file.file([x]))).toThrow('short: expected 6 bytes of type 1, got 4');
  });

  it('fails with an Error that says what was expected, however it is damaged', () => {
    const whole = smallFile();
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 });
    let refused = 0;
    fc.assert(
      fc.property(changes, fc.nat(whole.length), fc.boolean(), (changed, length, cut) => {
        const bytes = whole.slice(0, cut ? length : whole.length);
        for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value;
        try {
          for (const { inputs } of readTflite(bytes).operators) {
            for (const tensor of inputs) expect(tensor?.shape.length ?? 0).toBeLessThan(9);
          }
        } catch (error) {
          refused++;
          expect((error as Error).constructor).toBe(Error);
          expect((error as Error).message).toContain('expected ');
        }
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('fails if lists are longer than in any network', () => {
    const file = createTflite();
    const x = file.tensor({ shape: [1] });
    for (let i = 0; i < 5000; i++) file.operator(0, [x]);
    expect(() => readTflite(file.file([x]))).toThrow('expected at most 4096 items, got 5001');
  });
});

describe("the transfer network's converter", () => {
  it('finds every weight exactly, by its use in the graph', async () => {
    const weights = seededFastStyle();
    const { tensors, dtype } = await convertFastStyle([await saved(writeTransfer(weights))]);
    expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort());
    for (const [name, { shape, data }] of weights) {
      expect([name, tensors.get(name)?.shape]).toEqual([name, shape]);
      const rounded = fromFloat16(toFloat16(data));
      expect(Buffer.compare(bytesOf(tensors.get(name)?.data), bytesOf(rounded))).toBe(0);
    }
    expect(dtype).toBe('F16');
  });

  it.each([
    ['another epsilon', { epsilon: 1e-3 }, /^residual1\.conv1: expected an instance norm with/],
    ['a bias before a norm', { bias: 0.5 }, /^residual1\.conv1: expected no bias$/],
    ['a layer less', { fewer: 1 }, /^expected a style vector and 16 convolutions, got 15$/],
  ])('refuses %s', async (_, changes, message) => {
    const path = await saved(writeTransfer(seededFastStyle(), changes));
    await expect(convertFastStyle([path])).rejects.toThrow(message);
  });

  it('refuses another network', async () => {
    const path = await saved(smallFile());
    await expect(convertFastStyle([path])).rejects.toThrow('expected a style vector and 16');
    await expect(convertFastStylePredictor([path])).rejects.toThrow(
      'expected 53 convolutions, got 1',
    );
  });
});

describe("the predictor's converter", () => {
  it('keeps integers and scales, and converts biases to floats', async () => {
    const weights = seededPredictor();
    const biasScale = 2 ** -12;
    const path = await saved(writePredictor(weights, { biasScale }));
    const { tensors, dtype } = await convertFastStylePredictor([path]);
    expect([...tensors.keys()]).toEqual([...weights.keys()]);
    for (const [name, { shape, data }] of weights) {
      expect([name, tensors.get(name)?.shape]).toEqual([name, shape]);
      const kept = name.endsWith('.bias')
        ? data.map((value) => Math.trunc(value / biasScale) * biasScale + 0)
        : data;
      expect(Buffer.compare(bytesOf(tensors.get(name)?.data), bytesOf(kept))).toBe(0);
    }
    const typeOf = dtype as (name: string) => string;
    expect(['head.weight', 'head.scale', 'head.bias'].map(typeOf)).toEqual(['I8', 'F32', 'F32']);
  });

  it('refuses scales that are not around 0', async () => {
    const path = await saved(writePredictor(seededPredictor(), { biasScale: 1, zeroPoint: 3 }));
    await expect(convertFastStylePredictor([path])).rejects.toThrow(
      'stem: expected 32 scales around 0, got 32 around 3',
    );
  });
});

const bytesOf = (data: Float32Array | undefined): Buffer =>
  Buffer.from(data?.buffer ?? new ArrayBuffer(0), data?.byteOffset, data?.byteLength);

describe.skipIf(!fastStyleFiles)('the real files (where a mirror has them)', () => {
  it('have the layers that networks of seeded weights have', async () => {
    const { transfer = '', predictor = '' } = fastStyleFiles ?? {};
    for (const [tensors, seeded] of [
      [(await convertFastStyle([transfer])).tensors, seededFastStyle()],
      [(await convertFastStylePredictor([predictor])).tensors, seededPredictor()],
    ] as const) {
      const shapes = (of: typeof seeded) => [...of].map(([name, { shape }]) => `${name} ${shape}`);
      expect(shapes(tensors).sort()).toEqual(shapes(seeded).sort());
      for (const { data } of tensors.values()) expect(data.every(Number.isFinite)).toBe(true);
    }
  });
});
