import { describe, expect, it } from 'vitest';
import { release, releaseBuffer } from '../src/release.ts';

describe('releasing memory', () => {
  it('frees the memory at once, and empties all views', () => {
    const before = process.memoryUsage().arrayBuffers;
    const pixels = new Uint8ClampedArray(2 ** 26);
    const row = pixels.subarray(0, 100);
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(2 ** 25);
    release(pixels);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
    expect([pixels.length, row.length]).toEqual([0, 0]);
  });

  it('may be repeated', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    release(bytes);
    release(bytes);
    releaseBuffer(bytes.buffer);
    expect(bytes.length).toBe(0);
  });

  it('leaves arrays alone that are a part of other memory, or of WASM', () => {
    const whole = Uint8Array.of(1, 2, 3);
    release(whole.subarray(1));
    expect([...whole]).toEqual([1, 2, 3]);
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    release(shared);
    expect(shared.length).toBe(4);
    const memory = new WebAssembly.Memory({ initial: 1 });
    release(new Uint8Array(memory.buffer, 0, 100));
    expect(memory.buffer.byteLength).toBe(65536);
  });

  it('empties the parts of a buffer that is released as a whole', () => {
    const part = new Uint8Array(10).subarray(2, 5);
    releaseBuffer(part.buffer);
    expect(part.length).toBe(0);
  });
});
