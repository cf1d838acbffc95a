import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorData } from '../../src/graph/engine.ts';
import { readSafetensors, writeSafetensors } from '../../src/models/safetensors.ts';

// Arbitrary bits: negative zero, subnormals, infinities and NaNs with their payloads.
const tensor = fc
  .array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  .chain((shape) => {
    const length = shape.reduce((product, size) => product * size, 1);
    return fc.tuple(
      fc.constant(shape),
      fc.array(fc.nat(0xffff_ffff), { minLength: length, maxLength: length }),
    );
  })
  .map(([shape, words]): TensorData => {
    return { shape, data: new Float32Array(Uint32Array.from(words).buffer) };
  });
const name = fc.string({ maxLength: 12 }).filter((text) => text !== '__metadata__');
const tensors = fc
  .uniqueArray(fc.tuple(name, tensor), { maxLength: 6, selector: ([key]) => key })
  .map((entries) => new Map(entries));
const metadata = fc.dictionary(fc.string({ maxLength: 8 }), fc.string());

const bitsOf = (data: Float32Array): Uint32Array =>
  new Uint32Array(data.buffer, data.byteOffset, data.length);

const shown = (of: ReadonlyMap<string, TensorData>) =>
  [...of].map(([key, { shape, data }]) => [key, shape, [...bitsOf(data)]]).sort();

/** A file with this header and that many bytes of data. */
function fileOf(header: unknown, data: number): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

describe('safetensors', () => {
  it('gives back every tensor bit by bit, and the metadata', () => {
    fc.assert(
      fc.property(tensors, metadata, (written, notes) => {
        const read = readSafetensors(writeSafetensors(written, { metadata: notes }));
        expect(shown(read.tensors)).toEqual(shown(written));
        expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(notes).sort());
      }),
    );
  });

  it('writes the layout that other readers expect', () => {
    const bytes = writeSafetensors(
      {
        a: { shape: [2], data: Float32Array.of(1, -2) },
        b: { shape: [], data: Float32Array.of(3) },
      },
      { metadata: { note: 'x' } },
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { note: 'x' },
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      b: { dtype: 'F32', shape: [], data_offsets: [8, 12] },
    });
    expect([...new Float32Array(bytes.slice(8 + length).buffer)]).toEqual([1, -2, 3]);
  });

  it('reads tensors in any order of the header, at any alignment, F16 widened', () => {
    const file = fileOf(
      {
        late: { dtype: 'F32', shape: [1], data_offsets: [6, 10] },
        early: { dtype: 'F16', shape: [3, 1], data_offsets: [0, 6] },
      },
      10,
    );
    file.set([0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0, 0, 0x20, 0x41], file.length - 10);
    const unaligned = new Uint8Array(file.length + 1).subarray(1);
    unaligned.set(file);
    expect(Object.fromEntries(readSafetensors(unaligned).tensors)).toEqual({
      early: { shape: [3, 1], data: Float32Array.of(1, -2, 2 ** -24) },
      late: { shape: [1], data: Float32Array.of(10) },
    });
  });

  it('rounds F16 by at most 2^-11 of a value', () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 1.7 ** (i % 20));
    const bytes = writeSafetensors({ w: { shape: [1000], data } }, { dtype: 'F16' });
    expect(bytes.length).toBeLessThan(2 * 1000 + 100);
    const read = readSafetensors(bytes).tensors.get('w') as TensorData;
    for (const [i, value] of data.entries()) {
      const error = Math.abs((read.data[i] as number) - value);
      expect(error).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
    }
  });

  it('preserves every half', () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
    const header = { w: { dtype: 'F16', shape: [0x10000], data_offsets: [0, 0x20000] } };
    const file = fileOf(header, 0x20000);
    file.set(new Uint8Array(halves.buffer), file.length - 0x20000);
    const written = writeSafetensors(readSafetensors(file).tensors, { dtype: 'F16' });
    const again = new Uint16Array(written.slice(-0x20000).buffer);
    const isNaN16 = (half: number) => (half & 0x7fff) > 0x7c00;
    expect([...halves].filter((half, i) => half !== again[i] && !isNaN16(half))).toEqual([]);
    expect(halves.filter(isNaN16).every((half) => isNaN16(again[half] as number))).toBe(true);
  });

  it('preserves every 8-bit integer, each tensor in its own type', () => {
    const whole = Float32Array.from({ length: 256 }, (_, i) => i - 128);
    const written = {
      odd: { shape: [3], data: Float32Array.of(-128, 0, 127) },
      float: { shape: [1], data: Float32Array.of(0.1) },
      whole: { shape: [16, 16], data: whole },
      half: { shape: [2], data: Float32Array.of(0.5, -3) },
    };
    const types = { odd: 'I8', float: 'F32', whole: 'I8', half: 'F16' } as const;
    const bytes = writeSafetensors(written, { dtype: (key) => types[key as keyof typeof types] });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(bytes.length - 8 - length).toBe(3 + 4 + 256 + 4);
    for (const lazy of [false, true]) {
      expect(Object.fromEntries(readSafetensors(bytes, { lazy }).tensors)).toEqual(written);
    }
  });

  it.each([128, -129, 0.5, Number.NaN])('refuses to write %d as I8', (value) => {
    expect(() =>
      writeSafetensors({ w: { shape: [1], data: Float32Array.of(value) } }, { dtype: 'I8' }),
    ).toThrow('safetensors: expected integers from -128 to 127 in "w" as I8, got');
  });

  it('reads the same lazily as at once, and then keeps only the file', () => {
    fc.assert(
      fc.property(tensors, fc.nat(7), (written, offset) => {
        const file = writeSafetensors(written);
        const bytes = new Uint8Array(file.length + offset).subarray(offset);
        bytes.set(file);
        expect(shown(readSafetensors(bytes, { lazy: true }).tensors)).toEqual(shown(written));
      }),
    );
    const halves = writeSafetensors(
      { w: { shape: [2], data: Float32Array.of(1, 2) } },
      { dtype: 'F16' },
    );
    const { tensors: read } = readSafetensors(halves, { lazy: true });
    expect(read.get('w')?.data).not.toBe(read.get('w')?.data);
  });

  it('refuses to write a value as F16 that no half can hold', () => {
    const write = (...values: number[]) =>
      writeSafetensors(
        { w: { shape: [values.length], data: Float32Array.from(values) } },
        { dtype: 'F16' },
      );
    expect(() => write(1, -65520)).toThrow('magnitudes below 65520 in "w" as F16, got -65520');
    // The largest half, and infinity.
    expect([...write(65519, Infinity).subarray(-4)]).toEqual([0xff, 0x7b, 0x00, 0x7c]);
  });

  it('shares no memory with the file that it read', () => {
    const bytes = writeSafetensors({ w: { shape: [1], data: Float32Array.of(7) } });
    const { tensors: read } = readSafetensors(bytes);
    bytes.fill(0);
    expect(read.get('w')?.data[0]).toBe(7);
  });

  it('reads a damaged file consistently or not at all, and throws RangeError only', () => {
    const whole = writeSafetensors(
      new Map([
        ['first', { shape: [2, 3], data: new Float32Array(6).fill(0.5) }],
        ['second', { shape: [4], data: new Float32Array(4).fill(2) }],
      ]),
      { metadata: { note: 'n' } },
    );
    const damage = fc.record({
      cut: fc.nat(whole.length),
      at: fc.nat(whole.length - 1),
      byte: fc.nat(255),
      kind: fc.constantFrom('cut', 'change', 'extend'),
    });
    fc.assert(
      fc.property(damage, ({ cut, at, byte, kind }) => {
        const length = { cut, change: whole.length, extend: whole.length + 1 + byte }[kind];
        const bytes = new Uint8Array(length);
        bytes.set(whole.subarray(0, length));
        if (kind === 'change') bytes[at] = byte;
        try {
          const values = [...readSafetensors(bytes).tensors.values()];
          // If damage is not detected, every tensor still has as many values as its shape says.
          expect(kind === 'change' || length === whole.length).toBe(true);
          for (const { shape, data } of values) {
            expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toMatch(/^safetensors: expected .+, got /);
        }
      }),
      { numRuns: 2000 },
    );
  });

  const f32 = (shape: unknown, offsets: unknown) => ({
    w: { dtype: 'F32', shape, data_offsets: offsets },
  });
  it.each([
    ['nothing', new Uint8Array(), 'expected at least 8 bytes, got 0'],
    ['a header longer than the file', new Uint8Array(8).fill(0xff), 'at most 0 bytes of header'],
    ['text', fileOf('what', 0), 'expected a header in JSON'],
    ['a list', fileOf('[]', 0), 'a header that is an object'],
    ['an unknown type', fileOf({ w: { dtype: 'BF16' } }, 0), '"w" to be F32, F16 or I8'],
    ['a negative size', fileOf(f32([-1], [0, 4]), 4), 'at most 8 sizes, got [-1]'],
    ['too many sizes', fileOf(f32(Array(9).fill(1), [0, 4]), 4), 'at most 8 sizes'],
    ['an overflowing shape', fileOf(f32([2 ** 40, 2 ** 40], [0, 4]), 4), 'to have fewer values'],
    ['offsets of another length', fileOf(f32([2], [0, 4]), 4), '"w" to take 8 bytes, got 4'],
    ['a gap', fileOf(f32([1], [4, 8]), 8), '"w" to begin at byte 0, got 4'],
    ['data that no tensor takes', fileOf(f32([1], [0, 4]), 5), '4 bytes of data, got 5'],
    ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }, 0), '"a" to be a string, got 1'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('refuses two tensors on the same bytes', () => {
    const w = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
    expect(() => readSafetensors(fileOf({ w, v: w }, 4))).toThrow('to begin at byte 4, got 0');
  });

  it('refuses to write a shape that does not hold its values', () => {
    expect(() => writeSafetensors({ w: { shape: [2], data: new Float32Array(3) } })).toThrow(
      'safetensors: expected 2 values in "w", got 3',
    );
  });
});
