// Checks how much a memory grows if Emscripten's glue asks for more than is needed.
import { describe, expect, it } from 'vitest';
import { growTightly } from '../../../src/codecs/wasm/tight-growth.ts';

const PAGE = 65536;

/** Grows as the glue does: by 20, 10, then 5 %, and at least to the needed size. */
function ask(memory: Pick<WebAssembly.Memory, 'buffer' | 'grow'>, needed: number): boolean {
  for (const more of [0.2, 0.1, 0.05]) {
    const before = memory.buffer.byteLength;
    const wanted = Math.ceil(Math.max(needed, before * (1 + more)) / PAGE) * PAGE;
    try {
      memory.grow((wanted - before) / PAGE);
      return true;
    } catch {}
  }
  return false;
}

const tight = (allows?: (bytes: number) => boolean) => {
  const memory = new WebAssembly.Memory({ initial: 100 });
  const { exports } = growTightly({ exports: { memory, other: memory.grow } }, allows);
  return { memory, wrapped: exports.memory as WebAssembly.Memory };
};

describe('growTightly', () => {
  it('grows by a twentieth if little is needed, repeatedly', () => {
    const { memory, wrapped } = tight();
    expect(ask(wrapped, 101 * PAGE)).toBe(true);
    expect(memory.buffer.byteLength).toBe(105 * PAGE);
    expect(ask(wrapped, 106 * PAGE)).toBe(true);
    expect(memory.buffer.byteLength).toBe(111 * PAGE);
    expect(wrapped.buffer).toBe(memory.buffer);
  });

  it('grows to the needed size if that is more', () => {
    const { memory, wrapped } = tight();
    expect(ask(wrapped, 300 * PAGE)).toBe(true);
    expect(memory.buffer.byteLength).toBe(300 * PAGE);
  });

  it('does not grow above the limit, but still grows by less', () => {
    const { memory, wrapped } = tight((bytes) => bytes <= 200 * PAGE);
    expect(ask(wrapped, 201 * PAGE)).toBe(false);
    expect(memory.buffer.byteLength).toBe(100 * PAGE);
    expect(ask(wrapped, 200 * PAGE)).toBe(true);
    expect(memory.buffer.byteLength).toBe(200 * PAGE);
  });
});
