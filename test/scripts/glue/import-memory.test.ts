// Checks that rewritten modules differ only in their memory: it is imported, has the right size, and can be reused.
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importMemory } from '../../../scripts/glue/import-memory.ts';
import { bodyOf, leb, parseSections, text } from '../../../scripts/glue/wasm-sections.ts';
import { memoryModules } from '../../../scripts/glue.ts';

const root = new URL('../../../', import.meta.url);
const files = Object.entries(memoryModules);
const original = (file: string) => readFile(new URL(`node_modules/${file}`, root));

const section = (id: number, body: number[]) => [id, ...leb(body.length), ...body];
const signed = (value: number): number[] =>
  value < 64 ? [value] : [128 | (value & 127), ...signed(value >> 7)];

/** A module with one import, a memory, a stack pointer and one byte of data. */
function makeModule({ stack = 70_000, data = 16, pages = 256, shared = false } = {}): Uint8Array {
  const global = [1, 0x7f, 1, 0x41, ...signed(stack), 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [1, ...text('env'), ...text('f'), 0, 0]),
    ...section(3, [0]),
    ...section(5, [1, shared ? 3 : 1, ...leb(pages), ...leb(1000)]),
    ...section(6, global),
    ...section(7, [1, ...text('memory'), 2, 0]),
    ...section(10, [0]),
    ...section(11, [1, 0, 0x41, ...signed(data), 0x0b, 1, 7]),
  ]);
}

const run = (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { f() {} }, ...imports });

describe('importMemory', () => {
  it('requires the pages below the top of the stack', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 16_000_000 }), (stack) => {
        const bytes = importMemory(makeModule({ stack }));
        const pages = Math.ceil(stack / 65536);
        const memory = new WebAssembly.Memory({ initial: pages });
        const { exports } = run(bytes, { memory: { [pages]: memory } });
        expect(exports.memory).toBe(memory);
        expect(new Uint8Array(memory.buffer)[16]).toBe(7);
      }),
    );
  });

  it.each([
    ['data above the stack', makeModule({ data: 80_000 }), 'got data to 80001'],
    ['a stack beyond the memory', makeModule({ pages: 1 }), 'within 1 pages, got 2'],
    ['a shared memory', makeModule({ shared: true }), 'with flags 3'],
    ['a rewritten module', importMemory(makeModule()), 'expected a module with a memory'],
    ['something else', new TextEncoder().encode('not a module'), 'expected a WASM module'],
    ['a file that ends early', makeModule().subarray(0, -3), 'bytes, got'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => importMemory(bytes)).toThrow(message);
  });

  it.each(files)('does not change the other sections of %s', async (name, file) => {
    const before = parseSections(await original(file));
    const after = parseSections(importMemory(await original(file)));
    // Sections that change; more of them if `sbrk` is rewritten.
    const touched = name === 'jpeg-decoder' ? [2, 3, 5, 6, 10] : [2, 5];
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id).filter((id) => id !== 5));
    for (const { id } of after.filter((s) => !touched.includes(s.id))) {
      expect(Buffer.compare(bodyOf(after, id, ''), bodyOf(before, id, ''))).toBe(0);
    }
  });

  it.each(files)('writes %s as the Worker imports it', async (name, file) => {
    const written = await readFile(new URL(`src/generated/${name}.wasm`, root));
    expect(Buffer.compare(written, importMemory(await original(file)))).toBe(0);
    const imports = WebAssembly.Module.imports(await WebAssembly.compile(written));
    const pages = Number(imports.find(({ kind }) => kind === 'memory')?.name);
    // AVIF is built with a stack of 5 MiB.
    expect(pages).toBeLessThan(name.startsWith('avif') ? 96 : 4);
  });

  it('lets TurboJPEG allocate at the same address in a reused memory', async () => {
    const file = memoryModules['jpeg-decoder']!;
    const module = await WebAssembly.compile(importMemory(await original(file)));
    const imports: Record<string, WebAssembly.ModuleImports> = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (kind === 'function') imports[from] = { ...imports[from], [name]: () => 0 };
    }
    const memory = new WebAssembly.Memory({ initial: 2 });
    const allocate = (bytes: number): number => {
      new Uint8Array(memory.buffer).fill(0);
      const instance = new WebAssembly.Instance(module, { ...imports, memory: { 2: memory } });
      return (instance.exports.malloc as (bytes: number) => number)(bytes);
    };
    const first = allocate(3_000_000);
    const grown = memory.buffer.byteLength;
    expect(grown).toBeGreaterThan(3_000_000);
    expect([allocate(3_000_000), memory.buffer.byteLength]).toEqual([first, grown]);
    expect(allocate(2 ** 31)).toBe(0);
    allocate(6_000_000);
    expect(memory.buffer.byteLength).toBeGreaterThan(6_000_000);
    expect(memory.buffer.byteLength).toBeLessThan(6_500_000);
  });
});
